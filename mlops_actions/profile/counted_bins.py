"""What a column of too many values to keep is told by, from counts that are at hand for a moment. No I/O."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mlops_actions.profile.column import ColumnProfile, summarise
from mlops_actions.profile.scanner import Moments

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mlops_actions.profile.counts import ValueCounts


def moments_of(counts: ValueCounts) -> Moments | None:
    """Over finite numbers, as an engine's; None without any."""
    rows = counts.total
    found = summarise(ColumnProfile("", "number", rows, 0, counts, len(counts)))
    if found is None:
        return None
    infinite = rows - counts.finite.total
    return Moments(found.minimum, found.maximum, found.mean, found.std, infinite)


def histogram_of(counts: ValueCounts, edges: NDArray[np.float64]) -> NDArray[np.int64]:
    """(b,) rows of b + 1 rising edges: edges[i] <= v < edges[i + 1], the last bin with its upper edge."""
    finite = counts.finite
    heaped = np.r_[0, np.cumsum(finite.rows)]
    at = np.searchsorted(finite.values, edges[:-1])
    last = np.searchsorted(finite.values, edges[-1], side="right")
    found: NDArray[np.int64] = np.diff(heaped[np.r_[at, last]])
    return found
