"""Injected faults that the schema must notice: scale x100, 10 % nulls, a new category, a dropped column."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mlops_actions.checks.schema import check_schema
from mlops_actions.results.dataset import SchemaCoverage, SelfTest
from mlops_actions.results.verdict import Outcome

if TYPE_CHECKING:
    from mlops_actions.config.data_schema import DataSchema
    from mlops_actions.profile.column import ColumnProfile, TableProfile

PROBE = "DATA1"
NULL_SHARE = 0.1
NEW = "\u2603 never seen"


def self_tests(table: TableProfile, schema: DataSchema, features: tuple[str, ...]) -> tuple[SelfTest, ...]:
    """Every fault on every model input it fits; `noticed` when a DS1xx check on that column fails."""
    found = []
    for name in features:
        column = table.column(name)
        if column is None or column.counts is None:
            continue
        for fault, changed in _faults(column):
            noticed = _red(table.with_column(name, changed), schema, name)
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
    nulls = int(column.rows * NULL_SHARE)
    faults: list[tuple[str, ColumnProfile | None]] = [
        ("10 % nulls", replace(column, nulls=column.nulls + nulls, rows=column.rows + nulls)),
        ("dropped column", None),
    ]
    if column.numeric and column.kind != "boolean":
        scaled = tuple((value * 100, count) for value, count in column.counts or ())
        faults.append(("scale x100", replace(column, counts=scaled)))
    if column.kind == "string":
        counts = (*(column.counts or ()), (NEW, max(1, column.rows // 100)))
        faults.append(("new category", replace(column, counts=counts, distinct=column.distinct + 1)))
    return faults


def _red(table: TableProfile, schema: DataSchema, name: str) -> bool:
    checks = check_schema(table, schema, show_values=False)
    return any(
        check.outcome is Outcome.FAIL and (check.subject == name or check.id == "DS107") for check in checks
    )


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
