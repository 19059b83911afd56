"""Which values keep a column from being of the kind that its schema declares. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.config.column_contract import fits
from mlops_actions.profile.column import TIMES
from mlops_actions.profile.needs import Misfits
from mlops_actions.results.dataset import FailureCase

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlops_actions.config.data_schema import DataSchema
    from mlops_actions.profile.needs import MisfitRows
    from mlops_actions.profile.table import TableProfile


def misfit_needs(role: str, table: TableProfile, schema: DataSchema) -> Iterator[Misfits]:
    """Of text where another kind is declared, and of numbers where whole ones are."""
    for column in table.columns:
        contract = schema.columns.get(column.name)
        if contract is None or fits(column.kind, contract.type) or not column.present:
            continue
        if column.kind == "string" or (column.kind, contract.type) == ("number", "integer"):
            yield Misfits(role, column.name, contract.type)


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
