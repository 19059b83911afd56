"""Edges of bins that tell no individual's value. Pure.

A bin of ten rows or more hides each of them; an edge is a round number, or lies half-way between two values
that ten rows or more hold, so it is nobody's own value.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mlops_actions.profile.bins import BinnedCounts
    from mlops_actions.profile.counts import ValueCounts

    Floats = NDArray[np.float64]

FEWEST = 10  # rows that a stored value or bin stands for
PARTS = 50  # bins of a column; 10 of a sensitive one
COARSE = 10
COMMON = 0.9  # of the rows hold a value of ten rows or more: the column is discrete


def edges_of(counts: ValueCounts, parts: int) -> tuple[Floats, NDArray[np.int64]]:
    """(b - 1,) inner edges and (b,) rows of finite numbers; no edges where there are too few rows."""
    values, rows = counts.values, counts.rows
    frequent = values[rows >= FEWEST]
    heaped = np.cumsum(rows)
    if len(frequent) > 1 and rows[rows >= FEWEST].sum() >= COMMON * heaped[-1]:
        wanted = frequent[:-1] / 2 + frequent[1:] / 2
        if len(wanted) >= parts:
            places = np.searchsorted(heaped, np.arange(1, parts) / parts * heaped[-1])
            chosen = np.searchsorted(wanted, values[np.minimum(places, len(values) - 1)])
            wanted = wanted[np.unique(np.minimum(chosen, len(wanted) - 1))]
    else:
        places = np.searchsorted(heaped, np.arange(parts + 1) / parts * heaped[-1])
        wanted = rounded(values[np.minimum(places, len(values) - 1)])
        if (values == np.floor(values)).all():
            wanted = np.unique(np.floor(wanted) + 0.5)  # between whole numbers: a round one is somebody's own
    rare = values[rows < FEWEST]
    wanted = wanted[~np.isin(wanted, rare)]
    return _merged(wanted, np.r_[0, heaped][np.searchsorted(values, wanted)], int(heaped[-1]))


def edges_of_bins(bins: BinnedCounts, parts: int) -> tuple[Floats, NDArray[np.int64]]:
    """The same of a column that was counted in bins: rows are interpolated within one (1/256 of all)."""
    quantiles = np.array([bins.quantile(share) for share in np.arange(parts + 1) / parts])
    wanted = rounded(quantiles)
    below = np.interp(wanted, bins.edges, np.r_[0, np.cumsum(bins.rows)]).round().astype(np.int64)
    return _merged(wanted, below, bins.total)


def rounded(quantiles: Floats) -> Floats:
    """Inner quantiles as round numbers: to a tenth of the neighbours' distance, a power of ten."""
    found = []
    for at in range(1, len(quantiles) - 1):
        apart = (quantiles[at + 1] - quantiles[at - 1]) / 2
        if not 0 < apart < math.inf:
            continue
        digits = 1 - math.ceil(math.log10(apart))
        found.append(round(float(quantiles[at]), digits))
    return np.unique(np.array(found, dtype=np.float64))


def _merged(edges: Floats, below: NDArray[np.int64], total: int) -> tuple[Floats, NDArray[np.int64]]:
    """Without the edges that would leave a bin of fewer than ten rows.

    below: (e,) rows under each edge.
    """
    kept: list[int] = []
    last = 0
    for at, under in enumerate(below.tolist()):
        if under - last >= FEWEST and total - under >= FEWEST:
            kept.append(at)
            last = under
    return edges[kept], np.diff(np.r_[0, below[kept], total]).astype(np.int64)
