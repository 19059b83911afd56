"""Which values keep a column from being of the kind that its schema declares. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mlops_actions.config.column_contract import fits
from mlops_actions.profile.column import TIMES
from mlops_actions.profile.needs import Misfits
from mlops_actions.results.dataset import FailureCase
from mlops_actions.results.verdict import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlops_actions.config.data_schema import DataSchema
    from mlops_actions.profile.column import ColumnProfile
    from mlops_actions.profile.needs import MisfitRows
    from mlops_actions.profile.table import TableProfile

STORE_WHOLE = "Store it as whole numbers; in pandas astype('Int64') has them, and nulls, too."


def misfit_needs(role: str, table: TableProfile, schema: DataSchema) -> Iterator[Misfits]:
    """Of text where another kind is declared, and of numbers where whole ones are."""
    for column in table.columns:
        contract = schema.columns.get(column.name)
        if contract is None or fits(column.kind, contract.type) or not column.present:
            continue
        if column.counts is not None and all_whole(column, contract.type, None):
            continue
        if column.kind == "string" or (column.kind, contract.type) == ("number", "integer"):
            yield Misfits(role, column.name, contract.type)


def all_whole(column: ColumnProfile, declared: str, found: MisfitRows | None) -> bool:
    """Whether whole numbers were stored as numbers with decimals, as pandas does where there is a null."""
    if (column.kind, declared) != ("number", "integer") or not column.present:
        return False
    if column.counts is None:
        return found is not None and not found.count
    values = column.counts.values.astype(np.float64)
    return bool(np.all(np.isfinite(values) & (values == np.floor(values))))


def judged_type(column: ColumnProfile, declared: str, found: MisfitRows | None) -> tuple[Outcome, str, str]:
    """(outcome, what is said beside the kinds, remedy).

    Whole numbers that are stored with decimals keep what was declared, and a null, which has its own rule,
    explains it. Nothing explains it without one; and beyond 15 digits they may have become other numbers.
    """
    if fits(column.kind, declared):
        return Outcome.PASS, "", ""
    if not all_whole(column, declared, found):
        return Outcome.FAIL, misfit_words(found, declared, column.present), ""
    words = f": all {column.present:,} values are whole numbers, stored with decimals"
    if column.nulls:
        words += ", as pandas does where there is a null"
    if column.rounded:
        words += f"; {column.rounded:,} of more than 15 digits may have become other numbers by that"
    fine = column.nulls and not column.rounded
    return (Outcome.PASS if fine else Outcome.WARN), words, STORE_WHOLE


def misfit_words(found: MisfitRows | None, kind: str, present: int) -> str:
    """How many values, and the first one's place; nothing where that is not known."""
    if found is None:
        return ""
    if not found.count:
        return f": all {present:,} values are such, but written as text"
    verb = "is" if found.count == 1 else "are"
    first = f", the first in data row {found.rows[0]:,}" if found.rows else ""
    form = "; write it as ISO 8601, the year first (YYYY-MM-DD)" if kind in TIMES else ""
    return f": {found.count:,} of {present:,} values {verb} no {kind}{first}{form}"


def misfit_cases(where: str, found: MisfitRows | None, *, show_values: bool) -> tuple[FailureCase, ...]:
    """The first ones by their data row."""
    if found is None:
        return ()
    return tuple(
        FailureCase(where=f"{where}, data row {row:,}", value=value if show_values else None)
        for row, value in zip(found.rows, found.values, strict=True)
    )
