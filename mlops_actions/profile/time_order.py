"""Where the times of one split lie beside those of another. No I/O."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

BINS = 1024


@dataclass(frozen=True)
class TimeOrder:
    """How the rows of a split lie in time beside the other's; rows without a time are left out.

    Args:
        rows, other_rows: that have a time.
        later: rows after the other's first one.
        after_all: rows after the other's last one.
        before: how probable it is that a row lies before one of the other's, ties as half.
        distinct, other_distinct: times (or bins of them), whose number tells how far chance may go.
        first: the other's first time, as it is counted.
    """

    rows: int
    other_rows: int
    later: int
    after_all: int
    before: float
    distinct: int
    other_distinct: int
    first: float

    @property
    def noise(self) -> float:
        """The standard deviation of `before` where both splits were drawn from one lot of times."""
        n, m = self.distinct, self.other_distinct
        return math.sqrt((n + m + 1) / (12 * n * m))


def time_order(
    values: NDArray[Any], rows: NDArray[np.int64], other: NDArray[Any], other_rows: NDArray[np.int64]
) -> TimeOrder | None:
    """Of rising times and their rows; None where a split has none."""
    n, m = int(rows.sum()), int(other_rows.sum())
    if not n or not m:
        return None
    held = np.concatenate([[0], np.cumsum(other_rows)])
    upto, below = (held[np.searchsorted(other, values, side=side)] for side in ("right", "left"))
    beyond = (m - upto) + 0.5 * (upto - below)
    return TimeOrder(
        rows=n,
        other_rows=m,
        later=int(rows[values > other[0]].sum()),
        after_all=int(rows[values > other[-1]].sum()),
        before=float((rows * beyond).sum() / n / m),
        distinct=len(values),
        other_distinct=len(other),
        first=float(other[0]),
    )


def order_edges(span: tuple[float, float], other: tuple[float, float]) -> NDArray[np.float64]:
    """Rising edges over (first, last) of both; the other's first and last time have a bin of their own."""
    low, high = min(span[0], other[0]), max(span[1], other[1])
    own = [edge for each in (*other, high) for edge in (each, float(np.nextafter(each, np.inf)))]
    return np.unique(np.concatenate([np.linspace(low, high, BINS + 1), own]))


def order_of_bins(
    edges: NDArray[np.float64], rows: NDArray[np.int64], other: NDArray[np.int64]
) -> TimeOrder | None:
    """The same of bins between `order_edges`."""
    starts = edges[:-1]
    return time_order(starts[rows > 0], rows[rows > 0], starts[other > 0], other[other > 0])
