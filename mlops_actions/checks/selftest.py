"""Injected faults that the schema must notice: scale x100, 10 % nulls, a new category, a dropped column."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from mlops_actions.checks.parameters import CheckParameters, in_force
from mlops_actions.checks.schema import check_column, check_names
from mlops_actions.profile.counts import ValueCounts
from mlops_actions.results.dataset import SchemaCoverage, SelfTest
from mlops_actions.results.verdict import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mlops_actions.config.data_schema import DataSchema
    from mlops_actions.profile.column import ColumnProfile
    from mlops_actions.profile.table import TableProfile
    from mlops_actions.results.dataset import CheckResult

PROBE = "DATA1"
NULL_SHARE = 0.1
NEW = "\u2603 never seen"
Finding = tuple[str, str, float | str]


@dataclass(frozen=True)
class Contract:
    """What judges: the schema, under the parameters and switched-off checks in force."""

    schema: DataSchema
    parameters: CheckParameters = field(default_factory=CheckParameters)
    skip: dict[str, str] = field(default_factory=dict)

    def red_column(self, role: str, column: ColumnProfile) -> Iterator[Finding]:
        """Everything of one column that fails: which check, on what, with which figure."""
        return self._red(check_column(role, column, self.schema, show_values=False))

    def red_names(self, table: TableProfile, dropped: str | None = None) -> Iterator[Finding]:
        """The same of the table as a whole, without the dropped column."""
        return self._red((check_names(table, self.schema, dropped),))

    def notices_dropped(self, table: TableProfile) -> bool:
        """Whether a declared column that is not there turns something red: for all of them or for none."""
        declared = next((name for name in self.schema.columns if table.column(name) is not None), None)
        return declared is not None and any(self.red_names(table, declared))

    def _red(self, checks: Iterable[CheckResult]) -> Iterator[Finding]:
        for found in checks:
            (check,) = in_force((found,), self.parameters, self.skip)
            if check.outcome is Outcome.FAIL:
                said = check.sentence if check.observed is None else check.observed
                yield check.id, check.subject, said


def self_tests(table: TableProfile, contract: Contract, features: tuple[str, ...]) -> tuple[SelfTest, ...]:
    """Every fault on every model input it fits; `noticed` when a DS1xx check turns red or redder by it.

    What is as red without the fault does not count: a check that is always red notices nothing. A fault
    changes what is said of its own column, or of the names when it drops one; only that is judged anew,
    and only until it is noticed.
    """
    seen_dropped = contract.notices_dropped(table)
    found = []
    for name in features:
        column = table.column(name)
        if column is None or column.counts is None:
            continue
        before = set(contract.red_column(table.role, column))
        for fault, changed in _faults(column):
            if changed is None:
                noticed = seen_dropped and name in contract.schema.columns
            else:
                noticed = any(each not in before for each in contract.red_column(table.role, changed))
            verb = "noticed" if noticed else "not noticed"
            found.append(
                SelfTest(
                    probe=PROBE,
                    fault=fault,
                    column=name,
                    noticed=noticed,
                    sentence=f"{fault} in {name}: {verb}",
                )
            )
    return tuple(found)


def _faults(column: ColumnProfile) -> list[tuple[str, ColumnProfile | None]]:
    """Those that change the column: a column of zeros has no scale."""
    counts = column.counts if column.counts is not None else ValueCounts.of(())
    nulls = math.ceil(column.rows * NULL_SHARE)
    faults: list[tuple[str, ColumnProfile | None]] = [
        ("10 % nulls", replace(column, nulls=column.nulls + nulls, rows=column.rows + nulls)),
        ("dropped column", None),
    ]
    if column.numeric and column.kind != "boolean" and np.any(counts.values != 0):
        with np.errstate(over="ignore"):
            scaled = ValueCounts(counts.finite.values * 100, counts.finite.rows)
        faults.append(("scale x100", replace(column, counts=scaled)))
    if column.kind == "string":
        new = max(1, column.rows // 100)
        faults.append(
            (
                "new category",
                replace(
                    column,
                    counts=ValueCounts.of((*counts, (NEW, new))),
                    distinct=column.distinct + 1,
                    rows=column.rows + new,
                ),
            )
        )
    return faults


def coverage(schema: DataSchema, features: tuple[str, ...]) -> tuple[SchemaCoverage, ...]:
    """What the schema says about each model input."""
    found = []
    for name in features:
        contract = schema.columns.get(name)
        ranged = contract is not None and (
            contract.categories is not None
            or contract.pattern is not None
            or (contract.minimum is not None and contract.maximum is not None)
        )
        found.append(
            SchemaCoverage(
                column=name,
                has_type=contract is not None,
                has_nullability=contract is not None
                and (not contract.nullable or contract.max_null_rate is not None),
                has_range_or_set=ranged,
                has_distribution_bound=contract is not None and contract.distribution.any,
            )
        )
    return tuple(found)
