"""Counts in bins, for columns of too many distinct values: edges refined until no bin holds much. No I/O."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

FIRST = 256  # equal parts between the extremes
OCTAVES = (
    64  # powers of two below the largest value, so that one outlier does not leave all others in one bin
)
MOST_SHARE = 1 / 256  # of all rows that one bin may hold
PARTS = 16  # that a fuller bin is split into
ROUNDS = 12


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
    """(edges, rows): no bin holds more than 1/256 of the rows, but a single value, or after twelve rounds.

    `count` gives the exact rows of each bin, so every engine comes to the same edges.
    """
    even = np.linspace(minimum / 2, maximum / 2, FIRST + 1)[1:-1] * 2  # the extremes of floats differ by more
    edges = np.unique(np.r_[minimum, even, _octaves(minimum, maximum), maximum])
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


def _octaves(minimum: float, maximum: float) -> NDArray[np.float64]:
    """Powers of two of either sign, and zero, between the extremes."""
    top = np.frexp(max(abs(minimum), abs(maximum)))[1]
    powers = np.ldexp(1.0, np.arange(top - OCTAVES, top))
    both = np.r_[-powers, 0.0, powers]
    return np.asarray(both[(both > minimum) & (both < maximum)], dtype=np.float64)
