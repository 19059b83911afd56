"""64-bit hashes of rows, sorted in memory, in as many passes as bounded memory asks for.

They are DuckDB's own and never leave the process; what they find is confirmed by the rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mlops_actions.adapters.datasets.row_blocks import (
    blocks,
    exclusive_or,
    is_wide,
    numbers,
    row_hash,
    salted,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import duckdb
    from numpy.typing import NDArray

    from mlops_actions.adapters.datasets.row_blocks import Hashes

AT_ONCE = 24_000_000  # hashes in memory: 192 MB


class RowHashes:
    """The hashes of one split's rows; those of the columns asked for last are kept.

    Columns (SQL) by which no two hashes are equal are remembered: no two rows are equal by them and more.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, rows: int, table: str = "rows") -> None:
        self._connection, self._rows, self._table = connection, rows, table
        self._kept: tuple[tuple[Any, ...], Hashes] | None = None
        self._wide: tuple[frozenset[str], Hashes] | None = None
        self._without: dict[tuple[frozenset[str], int], set[int]] = {}
        self._alone: set[frozenset[str]] = set()

    def part(self, columns: Sequence[str], number: int, of: int) -> Hashes:
        """(k,) sorted hashes of the columns (SQL) that are `number` modulo `of`."""
        asked = (*columns, number, of)
        if self._kept is not None and self._kept[0] == asked:
            return self._kept[1]
        self._kept = None
        if is_wide(len(columns), self._rows):
            hashes = self.in_order(columns)
            hashes = hashes[hashes % np.uint64(of) == number] if of > 1 else hashes.copy()
        else:
            chosen = f" WHERE h % {of} = {number}" if of > 1 else ""
            sql = f"SELECT h FROM (SELECT {row_hash(columns)} AS h FROM rows){chosen}"
            hashes = numbers(self._connection, sql)["h"]
        hashes.sort()
        if not (hashes[1:] == hashes[:-1]).any():
            parts = self._without.setdefault((frozenset(columns), of), set())
            parts.add(number)
            if len(parts) == of:
                self._alone.add(frozenset(columns))
        self._kept = (asked, hashes)
        return hashes

    def in_order(self, columns: Sequence[str]) -> Hashes:
        """(n,) hashes of many columns in the order of the rows, a few columns at a time.

        Those of other columns that were asked for before are a start: what differs is taken in or out.
        """
        asked = frozenset(columns)
        known, hashes = frozenset[str](), np.zeros(self._rows, dtype=np.uint64)
        if self._wide is not None and len(asked ^ self._wide[0]) < len(asked):
            known, hashes = self._wide
        for some in blocks(sorted(asked ^ known), self._rows):
            mixed = exclusive_or([salted(column) for column in some])
            hashes = hashes ^ numbers(self._connection, f"SELECT {mixed} AS h FROM {self._table}")["h"]
        self._wide = (asked, hashes)
        return hashes

    def alone(self, columns: Sequence[str]) -> bool:
        """Whether it is known that no two rows are equal by these columns (SQL)."""
        asked = frozenset(columns)
        return any(known <= asked for known in self._alone)


def passes(rows: int) -> Iterator[tuple[int, int]]:
    """(number, of) of each pass over so many rows."""
    of = max(1, -(-rows // AT_ONCE))
    return ((number, of) for number in range(of))


def repeated(hashes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """(k,) those that stand more than once among sorted ones."""
    return np.unique(hashes[1:][hashes[1:] == hashes[:-1]])


def not_alone(hashes: NDArray[np.uint64]) -> int:
    """How many of sorted hashes have an equal neighbour."""
    again = hashes[1:] == hashes[:-1]
    return int((np.r_[again, False] | np.r_[False, again]).sum()) if len(hashes) else 0


def common(first: NDArray[np.uint64], second: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """(k,) those that stand in both, each sorted."""
    held = np.concatenate([_once(first), _once(second)])
    held.sort(kind="stable")  # two rising runs are merged
    found: NDArray[np.uint64] = held[1:][held[1:] == held[:-1]]
    return found


def _once(hashes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """(k,) sorted hashes, each once."""
    again = hashes[1:] == hashes[:-1]
    return hashes[np.r_[True, ~again]] if again.any() else hashes


def in_both(first: NDArray[np.uint64], second: NDArray[np.uint64]) -> int:
    """How many of one can be paired with an equal one of the other, each sorted."""
    if np.array_equal(first, second):
        return len(first)
    one, other = _counted(first), _counted(second)
    _, here, there = np.intersect1d(one[0], other[0], assume_unique=True, return_indices=True)
    return int(np.minimum(one[1][here], other[1][there]).sum())


def differing(first: NDArray[np.uint64], second: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """(k,) those that stand more often in one than in the other, each sorted."""
    one, other = _counted(first), _counted(second)
    values = np.concatenate([one[0], other[0]])
    order = np.argsort(values, kind="stable")
    values, rows = values[order], np.concatenate([one[1], -other[1]])[order]
    starts = np.flatnonzero(np.r_[True, values[1:] != values[:-1]]) if len(values) else np.empty(0, np.int64)
    found: NDArray[np.uint64] = values[starts][np.add.reduceat(rows, starts) != 0] if len(values) else values
    return found


def _counted(hashes: NDArray[np.uint64]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Sorted hashes, each once, and how often it stands."""
    starts = np.flatnonzero(np.r_[True, hashes[1:] != hashes[:-1]]) if len(hashes) else np.empty(0, np.int64)
    return hashes[starts], np.diff(np.r_[starts, len(hashes)])
