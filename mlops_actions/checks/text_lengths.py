"""DS109: the lengths of texts, in characters. Nulls are judged by the null rule alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from mlops_actions.checks import catalog
from mlops_actions.checks.check import Subject, result, skipped
from mlops_actions.checks.rows_contract import splits_of
from mlops_actions.checks.value_cases import value_cases
from mlops_actions.profile.needs import Where
from mlops_actions.profile.places import Broken
from mlops_actions.results.verdict import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from mlops_actions.checks.case import Case, Setting
    from mlops_actions.config.data_schema import ColumnContract
    from mlops_actions.profile.column import ColumnProfile
    from mlops_actions.profile.counts import ValueCounts
    from mlops_actions.profile.places import Sought
    from mlops_actions.results.dataset import CheckResult, FailureCase

NO_TEXT = "the column is {}, which has no length"
PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def needs(case: Case) -> Iterator[Where]:
    """One predicate per column with a length that has too many values to look at each."""
    setting = case.setting
    for role in splits_of(setting):
        for name, contract in _declared(setting):
            column = case.tables[role].column(name)
            if column is None or column.counts is not None or column.kind != "string":
                continue
            yield Where(role, length_predicate(name, contract.min_length, contract.max_length))


def judge(case: Case) -> Iterator[CheckResult]:
    """One verdict per declared text column of each split."""
    for role in splits_of(case.setting):
        table = case.tables.get(role)
        for name, contract in _declared(case.setting):
            column = table.column(name) if table is not None else None
            if column is not None and column.kind != "string":
                why = NO_TEXT.format(column.kind)
                yield skipped(catalog.LENGTH, Subject(role, column.name, column.rows), why)
            elif column is not None:
                yield _judge(case, role, column, contract)


def length_predicate(name: str, low: int | None, high: int | None) -> str:
    """The rule as SQL: a null has no length, and so keeps it."""
    column = name if PLAIN.fullmatch(name) else '"' + name.replace('"', '""') + '"'
    parts = [] if low is None else [f"length({column}) >= {low}"]
    return " AND ".join(parts if high is None else [*parts, f"length({column}) <= {high}"])


def _declared(setting: Setting) -> Iterator[tuple[str, ColumnContract]]:
    for name, contract in setting.schema.columns.items() if setting.schema is not None else ():
        limited = contract.min_length is not None or contract.max_length is not None
        if limited:
            yield name, contract


def _judge(case: Case, role: str, column: ColumnProfile, contract: ColumnContract) -> CheckResult:
    subject = Subject(role, column.name, column.rows)
    low, high = contract.min_length, contract.max_length
    limit = f"[{low or 0}, {'inf' if high is None else high}]"
    where = f"{role}.{column.name}"
    cases: tuple[FailureCase, ...] = ()
    sought: Sought | None
    if column.counts is None:
        predicate = length_predicate(column.name, low, high)
        rows, sought = case.measured.get(Where(role, predicate)), Broken(role, predicate, (column.name,))
        if rows is None:
            text = f"{where}: the lengths could not be measured (n={column.present:,})"
            return result(catalog.LENGTH, subject, Outcome.INCONCLUSIVE, text, limit=limit)
    else:
        wrong = _outside(column.counts, low or 0, high)
        rows, show = column.counts.rows_where(wrong), case.setting.show_values
        cases, sought = value_cases(subject, column.counts, wrong, column.kind, show=show)
    text = f"{where}: {rows:,} of n={column.present:,} texts have a length outside {limit}"
    outcome = Outcome.FAIL if rows else Outcome.PASS
    return result(
        catalog.LENGTH, subject, outcome, text,
        observed=float(rows), limit=limit, failures=cases, sought=sought,
    )  # fmt: skip


def _outside(counts: ValueCounts, low: int, high: int | None) -> NDArray[np.bool_]:
    lengths = np.fromiter((len(str(value)) for value in counts.values), dtype=np.int64, count=len(counts))
    wrong = lengths < low
    if high is not None:
        wrong |= lengths > high
    return wrong
