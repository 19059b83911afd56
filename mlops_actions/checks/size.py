"""DS604: whether every slice has enough evaluation rows to be judged; from exact counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.checks import catalog_labels as catalog
from mlops_actions.checks.check import TOO_MANY, Subject, result, skipped
from mlops_actions.results.dataset import FailureCase
from mlops_actions.results.verdict import Outcome
from mlops_actions.results.words import count

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlops_actions.checks.case import Case
    from mlops_actions.profile.table import TableProfile
    from mlops_actions.results.dataset import CheckResult


def judge(case: Case) -> Iterable[CheckResult]:
    """One result per declared slice column."""
    table, setting = case.evaluation, case.setting
    if table is None or not setting.slices:
        why = "evaluate.slices is not declared" if table is not None else "data.evaluation is not declared"
        yield skipped(catalog.SLICE_ROWS, Subject("evaluation", "slices", case.train.rows), why)
        return
    for name in setting.slices:
        yield judge_slices(table, name, setting.min_slice_rows, show_values=setting.show_values)


def judge_slices(table: TableProfile, name: str, needed: int, *, show_values: bool) -> CheckResult:
    """Each value of the slice column, null being one of its own, as `evaluate` cuts them."""
    subject = Subject(table.role, name, table.rows)
    column = table.column(name)
    if column is None:
        return skipped(catalog.SLICE_ROWS, subject, f"{table.role} has no column {name}")
    if column.counts is None:
        return skipped(catalog.SLICE_ROWS, subject, TOO_MANY.format(column.distinct))
    sizes = [(str(value), rows) for value, rows in column.counts]
    if column.nulls:
        sizes.append(("(missing)", column.nulls))
    small = sorted((each for each in sizes if each[1] < needed), key=lambda each: each[1])
    smallest = min((rows for _, rows in sizes), default=0)
    text = (
        f"{table.role}.{name}: {len(small):,} of {count(len(sizes), 'slice')} with fewer than {needed} rows "
        f"({sum(rows for _, rows in small):,} of n={table.rows:,} rows), the smallest has {smallest:,}"
    )
    failures = tuple(
        FailureCase(where=f"slice of {count(rows, 'row')}", count=rows, value=value if show_values else None)
        for value, rows in small
    )
    outcome = Outcome.WARN if small else Outcome.PASS
    return result(
        catalog.SLICE_ROWS,
        subject,
        outcome,
        text,
        observed=float(smallest),
        limit=float(needed),
        failures=failures,
    )
