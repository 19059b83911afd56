"""A setting and profiles of a labelled table in Python lists. No files, no DuckDB."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any

from mlops_actions.checks.case import Case, Setting
from mlops_actions.checks.parameters import CheckParameters
from mlops_actions.config.data import DataConfig
from mlops_actions.profile.column import ColumnProfile
from mlops_actions.profile.counts import ValueCounts
from mlops_actions.profile.needs import Groups, JointCounts, Need
from mlops_actions.profile.table import TableProfile

NOW = datetime(2025, 6, 1, tzinfo=UTC)
KINDS = {bool: "boolean", int: "integer", float: "number", str: "string"}
Rows = dict[str, list[Any]]


def column(name: str, values: list[Any], kind: str = "") -> ColumnProfile:
    """Its exact profile; times are whole microseconds since 1970 with their kind given."""
    present = [value for value in values if value is not None]
    counts = ValueCounts.of(Counter(present).items())
    kind = kind or KINDS[type(present[0])]
    return ColumnProfile(name, kind, len(values), len(values) - len(present), counts, len(counts))


def table(role: str, rows: Rows, times: tuple[str, ...] = ()) -> TableProfile:
    """One split."""
    columns = tuple(
        column(name, values, "timestamp" if name in times else "") for name, values in rows.items()
    )
    return TableProfile(role, f"data/{role}.csv", len(next(iter(rows.values()))), columns, 1, "0" * 64)


def setting(
    kinds: dict[str, str], data: dict[str, Any], checks: dict[str, Any] | None = None, **more: Any
) -> Setting:
    """Of a binary task unless `more` says otherwise."""
    declared = DataConfig.model_validate({"train": "train.csv", "target": "y", **data})
    limits = CheckParameters.model_validate(checks or {})
    return Setting(
        data=declared,
        task=more.pop("task", "binary"),
        limits=limits,
        schema=None,
        kinds={"train": kinds},
        now=NOW,
        **more,
    )


def joint(rows: Rows, by: str, target: str) -> JointCounts:
    """As the scanner counts pairs."""
    pairs = zip(rows[by], rows[target], strict=True)
    cells = Counter(pair for pair in pairs if None not in pair)
    return JointCounts(tuple(a for a, _ in cells), tuple(b for _, b in cells), tuple(cells.values()))


def case(
    rows: Rows,
    data: dict[str, Any],
    checks: dict[str, Any] | None = None,
    times: tuple[str, ...] = (),
    **more: Any,
) -> Case:
    """The training rows alone, with the joint counts that DS505 needs."""
    train = table("train", rows, times)
    made = setting({each.name: each.kind for each in train.columns}, data, checks, **more)
    declared = made.data.provenance.columns()
    measured: dict[Need, Any] = {
        Groups("train", declared[key], "y"): joint(rows, declared[key], "y")
        for key in ("annotator", "batch")
        if declared.get(key) in rows
    }
    return Case(made, {"train": train}, measured)
