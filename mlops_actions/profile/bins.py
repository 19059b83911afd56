"""Counts in bins, for columns of too many distinct values: edges are refined until no bin holds much. No I/O."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

FIRST = 256  # equal parts between the extremes
MOST_SHARE = 1 / 256  # of all rows that one bin may hold
PARTS = 16  # that a fuller bin is split into
ROUNDS = 6


@dataclass(frozen=True, eq=False)
class BinnedCounts:
    """Finite numbers in bins.

    Args:
        edges: (b + 1,) rising; bin i holds edges[i] <= v < edges[i + 1], the last one its upper edge, too.
        rows: (b,) int64.
        mean, std: exact (std with n - 1).
    """

    edges: NDArray[np.float64]
    rows: NDArray[np.int64]
    mean: float
    std: float

    @property
    def total(self) -> int:
        """Rows with a finite number."""
        return int(self.rows.sum())

    @property
    def minimum(self) -> float:
        """The smallest value."""
        return float(self.edges[0])

    @property
    def maximum(self) -> float:
        """The largest value."""
        return float(self.edges[-1])

    def quantile(self, share: float) -> float:
        """Linear within its bin."""
        heaped = np.r_[0, np.cumsum(self.rows)]
        return float(np.interp(share * self.total, heaped, self.edges))


def refined(
    minimum: float, maximum: float, count: Callable[[NDArray[np.float64]], NDArray[np.int64]]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """(edges, rows) such that a bin holds at most 1/256 of the rows, or a single value, or six rounds passed.

    `count` gives the exact rows of each bin, so every engine comes to the same edges.
    """
    edges = np.unique(np.linspace(minimum, maximum, FIRST + 1))
    rows = count(edges)
    for _ in range(ROUNDS):
        full = np.flatnonzero(
            (rows > rows.sum() * MOST_SHARE) & (np.nextafter(edges[:-1], np.inf) < edges[1:])
        )
        if not len(full):
            break
        parts = [np.linspace(edges[at], edges[at + 1], PARTS + 1)[1:-1] for at in full]
        edges = np.unique(np.concatenate([edges, *parts]))
        rows = count(edges)
    return edges, rows
