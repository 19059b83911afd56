"""DS208 and DS209 of numbers in bins: the bins tell where to look, the engine counts there, over all rows."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mlops_actions.profile.needs import Binned

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mlops_actions.profile.bins import BinnedCounts
    from mlops_actions.profile.column import ColumnProfile

SENTINELS = tuple(
    sign * (10.0**digits - 1) for digits in (2, 3, 4, 5, 6, 7, 8, 9) for sign in (1, -1)
)  # 99, -99, 999 ...
LOGS = 3.0  # times the width of the logarithms' middle 98 %


@dataclass(frozen=True)
class Fences:
    """An extreme that may be a stand-in, on either side, and from where on a value is far from the others.

    The width of the middle 98 % is read off the bins, of which none holds more than 1/256 of the rows.
    """

    low_sentinel: float | None
    high_sentinel: float | None
    low: float
    high: float


@dataclass(frozen=True)
class Beyond:
    """Rows that hold a stand-in, and rows beyond the fences that do not."""

    sentinels: int
    outliers: int


def rows_beyond(role: str, column: ColumnProfile, spread: float) -> Binned | None:
    """What is to be counted; None where the extremes already tell that there is nothing."""
    bins = column.binned
    if bins is None:
        return None
    edges = _edges(bins, fences_of(bins, spread))
    return Binned(role, column.name, edges) if len(edges) > 2 else None  # noqa: PLR2004 - all in one bin


def beyond(column: ColumnProfile, spread: float, counted: tuple[int, ...] | None) -> Beyond:
    """By the rows of each bin of `rows_beyond`; a stand-in stands in several rows."""
    bins = column.binned
    if bins is None or counted is None:
        return Beyond(0, 0)
    fences = fences_of(bins, spread)
    edges = _edges(bins, fences)
    sentinels = outliers = 0
    for at, rows in enumerate(counted):
        start, end = edges[at], edges[at + 1]
        at_low = fences.low_sentinel is not None and start == fences.low_sentinel
        at_high = fences.high_sentinel is not None and end == fences.high_sentinel
        if (at_low or at_high) and rows > 1:
            sentinels += rows
        elif start >= fences.high or end <= fences.low or (at_low and start < fences.low):
            outliers += rows
    return Beyond(sentinels, outliers)


def fences_of(bins: BinnedCounts, spread: float) -> Fences:
    """By the rows without what may be stand-ins."""
    edges, rows = bins.edges, bins.rows.astype(np.float64)
    least, most = _limits(edges, rows, spread)
    near = (edges[1:] > least) & (edges[:-1] <= most)
    low = _sentinel(edges, rows * near)
    high = _sentinel(-edges[::-1], (rows * near)[::-1])
    kept = slice(1 if low is not None else 0, len(rows) - (1 if high is not None else 0))
    edges, rows = edges[kept.start : kept.stop + 1], rows[kept]
    return Fences(low, None if high is None else -high, *_limits(edges, rows, spread))


def _limits(edges: NDArray[np.float64], rows: NDArray[np.float64], spread: float) -> tuple[float, float]:
    """The smallest and the largest value that is no outlier."""
    small, middle, large = _quantiles(edges, rows)
    if not large > small or not math.isfinite(spread * (large - small)):
        return -math.inf, math.inf
    least, most = middle - spread * (large - small), middle + spread * (large - small)
    positive = edges[:-1] > 0
    if positive.sum() > 1:  # long tails of positive numbers are none on the logarithmic scale
        logs = np.log(np.r_[edges[:-1][positive], edges[-1]])
        little, centre, much = _quantiles(logs, rows[positive])
        far = LOGS * (much - little)
        most = max(most, _power(centre + far))
        if least > 0:
            least = min(least, _power(centre - far))
    return least, most


def _power(log: float) -> float:
    return math.exp(log) if log < math.log(np.finfo(np.float64).max) else math.inf


def _sentinel(edges: NDArray[np.float64], rows: NDArray[np.float64]) -> float | None:
    """The smallest value, where it is of nines and farther away than all others are wide."""
    others = np.flatnonzero(rows[1:]) + 1
    if edges[0] not in SENTINELS or not len(others):
        return None
    start, end = edges[others[0]], edges[others[-1] + 1]
    return float(edges[0]) if start - edges[0] > end - start else None


def _quantiles(edges: NDArray[np.float64], rows: NDArray[np.float64]) -> tuple[float, float, float]:
    """1 %, 50 % and 99 %, linear within a bin."""
    heaped = np.r_[0.0, np.cumsum(rows)]
    found = np.interp(np.array([0.01, 0.5, 0.99]) * heaped[-1], heaped, edges).tolist()
    return found[0], found[1], found[2]


def _edges(bins: BinnedCounts, fences: Fences) -> tuple[float, ...]:
    """From the smallest to the largest value, with a bin of its own for each stand-in."""
    least, most = bins.minimum, bins.maximum
    found = {least, most}
    if fences.low_sentinel is not None:
        found.add(float(np.nextafter(least, np.inf)))
    if fences.high_sentinel is not None:
        found.add(most)
        found.add(float(np.nextafter(most, -np.inf)))
    found |= {each for each in (float(np.nextafter(fences.high, np.inf)), fences.low) if least < each < most}
    return tuple(sorted(found))
