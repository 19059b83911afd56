"""Which categories may be named: those that the schema declares, or all where values are shown. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlops_actions.config.data_schema import DataSchema

UNNAMED = ""


def public_names(
    names: Iterable[str], column: str, schema: DataSchema | None, *, show_values: bool
) -> tuple[str, ...]:
    """The names in their order, UNNAMED for one that only the data tell; () where all are such.

    What the schema declares lies in the repository: whoever sees the report has it already.
    """
    if show_values:
        return tuple(names)
    declared = frozenset() if schema is None else schema.categories_of(column)
    found = tuple(name if name in declared else UNNAMED for name in names)
    return found if any(found) else ()
