"""Rows of many columns, read a few columns at a time: what a reader keeps grows with the columns."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import duckdb
    from numpy.typing import NDArray

    Hashes = NDArray[np.uint64]

FEW = 64  # columns that are always read at once
MANY = 128  # columns that are never exceeded: each has buffers of its own
CELLS = 4_000_000  # that a reader may keep of a row group
GROUP = 122_880  # rows of a group, as most programs write them
MOST_ROWS = 8_000_000  # of which one number each is held; of more rows all columns are read at once
NAME = re.compile(r'"((?:[^"]|"")*)"')


def is_wide(columns: int, rows: int) -> bool:
    """Whether rows are to be read a few columns at a time."""
    return columns > FEW and rows <= MOST_ROWS


def blocks(columns: Sequence[str], rows: int) -> Iterator[Sequence[str]]:
    """The columns, as many at a time as a reader of so many rows may keep."""
    step = min(MANY, max(FEW, CELLS // max(1, min(rows, GROUP))))
    return (columns[at : at + step] for at in range(0, len(columns), step))


def row_hash(columns: Sequence[str]) -> str:
    """The 64-bit hash of a row (SQL).

    Of many columns it is the exclusive or of one hash each, salted with the column's name, so that the hash
    of other columns follows from those by which they differ.
    """
    if len(columns) <= FEW:
        return f"hash({', '.join(columns)})"
    return exclusive_or([salted(column) for column in columns])


def salted(column: str) -> str:
    """The hash of one column (SQL), other than that of an equal value in another column.

    DuckDB puts the hashes of several values together by exclusive or, which another one would undo: hence the
    hash of the hash.
    """
    named = NAME.search(column)
    salt = int(hashlib.sha256((named[1] if named else column).encode()).hexdigest()[:8], 16)
    return f"hash(hash({salt}, {column}))"


def exclusive_or(parts: list[str]) -> str:
    """Of all parts (SQL); a balanced tree, as depth is bounded."""
    while len(parts) > 1:
        pairs = zip(parts[::2], parts[1::2], strict=False)
        parts = [f"xor({one}, {two})" for one, two in pairs] + parts[len(parts) // 2 * 2 :]
    return parts[0]


def numbers(connection: duckdb.DuckDBPyConnection, sql: str) -> dict[str, NDArray[Any]]:
    """Numbers by column, none null."""
    read: dict[str, Any] = connection.execute(sql).fetchnumpy()
    return {name: np.ma.getdata(values) for name, values in read.items()}


def places_of(hashes: Hashes, wanted: Hashes) -> NDArray[np.int64]:
    """(k,) where the wanted ones stand; wanted: sorted."""
    if not len(wanted):
        return np.empty(0, dtype=np.int64)
    at = np.minimum(np.searchsorted(wanted, hashes), len(wanted) - 1)
    return np.flatnonzero(wanted[at] == hashes)
