"""Columns of a view in types that all our SQL takes, whichever version of DuckDB reads the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.adapters.datasets.connections import quoted

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from typing import Any

NULL = '"NULL"'  # the type of a column without any value, in DuckDB 2
# DuckDB 2 has nanoseconds with a zone, which hardly a function takes and no other type is compared with.
# They are nanoseconds of UTC; DuckDB 1.5 reads them as microseconds.
SEEN_AS = {NULL: "VARCHAR", "TIMESTAMPTZ_NS": "TIMESTAMP_NS"}


def as_seen(described: Sequence[Sequence[Any]], empty: Collection[str] = ()) -> str:
    """What follows `SELECT *` so that each column has such a type; "" where all have.

    Args:
        described: rows of DESCRIBE: name, type and more.
        empty: columns without any value, which are texts.
    """
    types = {str(row[0]): SEEN_AS.get(str(row[1])) for row in described} | dict.fromkeys(empty, "VARCHAR")
    cast = ", ".join(
        f"CAST({quoted(name)} AS {kind}) AS {quoted(name)}" for name, kind in types.items() if kind
    )
    return f" REPLACE ({cast})" if cast else ""
