"""Where a check failed, in words: rows by their numbers, with value and key where those may be shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.results.words import count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlops_actions.results.dataset import CheckResult, FailureCase

ROWS = 3  # of one case that are named
COUNTED = (
    "Rows are data rows from 1 in the order of the file, of several files in the order of their names; a CSV "
    "header is not counted."
)


def places(check: CheckResult, most: int, longest: int = 160) -> tuple[str, ...]:
    """The first places in words, and how many more there are; nothing where they say no more than the check.

    Args:
        check: a verdict.
        most: places.
        longest: characters of a name, value or key.
    """
    known = {check.subject, check.role, f"{check.role}.{check.subject}"}
    told = [
        each
        for each in check.failures
        if located(each) or (each.where not in known and each.where not in check.sentence)
    ]
    made = [_place(each, known, longest) for each in told[:most]]
    return (*made, f"{count(len(told) - most, 'place')} more") if len(told) > most else tuple(made)


def located(case: FailureCase) -> bool:
    """Whether it leads to rows, and does not only say in words what is wrong."""
    return bool(case.rows or case.value or case.key)


def _place(case: FailureCase, known: set[str], longest: int) -> str:
    where = "" if case.where in known else _cut(case.where, longest)
    rows = count(case.count, "row")
    if case.rows:
        said = _rows(case.rows, case.count)
        text = f"{said} of {where}" if where else said
    elif where:
        text = f"{where} ({rows})" if case.count > 1 and not where.endswith(rows) else where
    else:
        text = rows
    if case.value:
        text += f": {_cut(case.value, longest)}"
    return f"{text} (key {_cut(case.key, longest)})" if case.key else text


def _rows(rows: Sequence[int], n: int) -> str:
    """Row 17; rows 4 and 17; 12 rows, such as 4, 17 and 20."""
    shown = [f"{row:,}" for row in rows[:ROWS]]
    if n == 1:
        return f"row {shown[0]}"
    listed = f"{', '.join(shown[:-1])} and {shown[-1]}" if len(shown) > 1 else shown[0]
    return f"rows {listed}" if n == len(shown) else f"{n:,} rows, such as {listed}"


def _cut(value: str, longest: int) -> str:
    return value if len(value) <= longest else f"{value[: longest - 1]}…"
