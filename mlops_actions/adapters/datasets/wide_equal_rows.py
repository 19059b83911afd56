"""Equal rows of many columns: those whose hash repeats are compared column by column, never all at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mlops_actions.adapters.datasets.row_blocks import blocks, numbers, places_of
from mlops_actions.profile.needs import TornLabels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from mlops_actions.adapters.datasets.row_blocks import Hashes
    from mlops_actions.adapters.datasets.scanner import DuckDBScanner

    Places = NDArray[np.int64]
    Side = tuple[DuckDBScanner, Sequence[str], Places]  # columns are SQL


def wide_repeats(scanner: DuckDBScanner, values: Sequence[str], hits: Hashes) -> int:
    """Rows beyond the first of equal ones, among those of these hashes."""
    places = _places(scanner, values, hits)
    return len(places) - len(np.unique(_labels([(scanner, values, places)])))


def wide_shared(
    scanner: DuckDBScanner, other: DuckDBScanner, sides: tuple[Sequence[str], Sequence[str]], hits: Hashes
) -> tuple[int, int]:
    """(distinct rows that both have, rows of the other that are one of them)."""
    first, second = _places(scanner, sides[0], hits), _places(other, sides[1], hits)
    labels = _labels([(scanner, sides[0], first), (other, sides[1], second)])
    mine, its = labels[: len(first)], labels[len(first) :]
    both = np.intersect1d(mine, its)
    return len(both), int(np.isin(its, both).sum())


def wide_conflicts(scanner: DuckDBScanner, features: Sequence[str], target: str, hits: Hashes) -> TornLabels:
    """Groups of equal features with more than one label that is not null, and their rows."""
    places = _places(scanner, features, hits)
    labels = _labels([(scanner, features, places)])
    sql = f"SELECT hash({target}) AS h, {target} IS NOT NULL AS known FROM {scanner.table}"
    read = numbers(scanner.connection, sql)
    known = read["known"][places].astype(np.bool_)
    names = np.unique(read["h"], return_inverse=True)[1][places]
    pairs = np.unique(np.stack([labels, names])[:, known], axis=1)
    groups, distinct = np.unique(pairs[0], return_counts=True)
    torn = groups[distinct > 1]
    return TornLabels(len(torn), int(np.isin(labels, torn).sum()))


def _places(scanner: DuckDBScanner, values: Sequence[str], hits: Hashes) -> Places:
    return places_of(scanner.hashes.in_order(values), np.unique(hits))


def _labels(sides: Sequence[Side]) -> Places:
    """(k,) rows of one number are equal in every column, over all sides after one another.

    Compared by the 64-bit hash of each value, one a column, where that of the row agrees already.
    """
    found = np.zeros(sum(len(places) for *_, places in sides), dtype=np.int64)
    rows = max(scanner.rows for scanner, *_ in sides)
    start = 0
    for some in blocks(sides[0][1], rows):
        read = [_cells(*side, start, len(some)) for side in sides]
        start += len(some)
        for column in range(len(some)):
            values = np.concatenate([side[column] for side in read])
            codes = np.unique(values, return_inverse=True)[1]
            found = np.unique(found * (int(codes.max(initial=0)) + 1) + codes, return_inverse=True)[1]
    return found


def _cells(
    scanner: DuckDBScanner, columns: Sequence[str], places: Places, first: int, many: int
) -> list[Hashes]:
    part = columns[first : first + many]
    listed = ", ".join(f"hash({column}) AS c{at}" for at, column in enumerate(part))
    read = numbers(scanner.connection, f"SELECT {listed} FROM {scanner.table}")
    return [read[f"c{at}"][places] for at in range(len(part))]
