"""A sample of the text columns of too many distinct values to count; it does not depend on row order."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from mlops_actions.profile.counts import ValueCounts
from mlops_actions.profile.needs import Sample

if TYPE_CHECKING:
    from mlops_actions.checks.case import Case

ROWS = 20_000


def wide_texts(case: Case, role: str) -> Sample | None:
    """One sample of all such columns of the split, the same for every check that asks; None without any."""
    table = case.tables[role]
    columns = tuple(each.name for each in table.columns if each.kind == "string" and each.counts is None)
    return Sample(role, columns, ROWS) if columns else None


def sampled_counts(case: Case, role: str, column: str) -> ValueCounts | None:
    """The sampled values of that column; None where it was not sampled."""
    need = wide_texts(case, role)
    if need is None or need not in case.measured or column not in need.columns:
        return None
    return ValueCounts.of(
        Counter(value for value in case.measured[need][column] if value is not None).items()
    )
