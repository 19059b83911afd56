"""Profiles of columns from lists of rows, as a scan would make them, and a case of two or more samples."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from mlops_actions.checks.case import Case, Setting
from mlops_actions.checks.pairs import Pair
from mlops_actions.checks.parameters import CheckParameters
from mlops_actions.config.data import DataConfig
from mlops_actions.profile.column import ColumnProfile
from mlops_actions.profile.counts import ValueCounts
from mlops_actions.profile.table import TableProfile

if TYPE_CHECKING:
    from collections.abc import Mapping

KINDS = {bool: "boolean", int: "integer", float: "number", str: "string"}


def column(name: str, values: list[Any], kind: str = "") -> ColumnProfile:
    present = [value for value in values if value is not None]
    counts = ValueCounts.of(Counter(present).items())
    kind = kind or KINDS[type(present[0])]
    return ColumnProfile(name, kind, len(values), len(values) - len(present), counts, len(counts))


def table(role: str, *columns: ColumnProfile) -> TableProfile:
    return TableProfile(role, f"{role}.csv", columns[0].rows, columns, 1, "0" * 64)


def rows(role: str, **columns: list[Any]) -> TableProfile:
    return table(role, *(column(name, values) for name, values in columns.items()))


def pair(first: TableProfile, second: TableProfile) -> Pair:
    return Pair(first, second, "training", "evaluation")


def limits(check: str, **values: Any) -> CheckParameters:
    return CheckParameters.model_validate({check: values})


def case(*tables: TableProfile, task: str = "binary", checks: Mapping[str, Any] | None = None) -> Case:
    """Samples by their role; y is the target, k the key, t the time."""
    data = DataConfig.model_validate({"train": "train.csv", "target": "y", "key": "k", "time": "t"})
    by_role = {each.role: each for each in tables}
    kinds = {role: {each.name: each.kind for each in held.columns} for role, held in by_role.items()}
    parameters = CheckParameters.model_validate(checks or {})
    return Case(Setting(data, task, parameters, None, kinds), by_role)
