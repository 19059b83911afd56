"""The numeric drift figures where one or both samples are known in bins only, with a bound of the error.

Between two edges a sample's share of rows below a point lies somewhere between the edges' shares. KS is the
largest gap that is certain, so it is never too large; it may be too small by `error`: what one bin of either
sample can hide (at most 1/256 each by profile/bins.py, unless a single value holds more). Wasserstein takes
values as spread evenly within their bin and is off by half a bin's width per row at most.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mlops_actions.statistics.alignment import some_rows
from mlops_actions.statistics.divergences import (
    jensen_shannon,
    population_stability,
    scaled,
    times_two_to,
    wasserstein_of_lines,
)
from mlops_actions.statistics.drift import (
    TENTHS,
    Distance,
    between_tails,
    in_unit_and_std,
    inner_edges,
    kolmogorov_p,
    shares,
    slack,
    tenths,
)

if TYPE_CHECKING:
    from mlops_actions.statistics.alignment import Counts, Floats, Sample


@dataclass(frozen=True, eq=False)
class Bins:
    """Finite numbers in bins.

    Args:
        edges: (b + 1,) rising; bin i holds edges[i] <= v < edges[i + 1], the last one its upper edge, too.
        rows: (b,) rows in each.
    """

    edges: Floats
    rows: Counts

    @classmethod
    def of(cls, sample: Sample, edges: Floats) -> Bins:
        """A sample counted on another's edges, with its own extremes added; infinite values are left out."""
        finite = np.isfinite(sample.values.astype(np.float64))
        values, rows = sample.values[finite].astype(np.float64), sample.rows[finite]
        if not len(values):
            return cls(edges, np.zeros(len(edges) - 1, dtype=np.int64))
        edges = np.unique(np.r_[edges, values[[0, -1]]])
        if len(edges) == 1:
            edges = np.r_[edges, np.nextafter(edges, np.inf)]
        at = np.r_[np.searchsorted(values, edges[:-1]), len(values)]
        return cls(edges, np.diff(np.r_[0, np.cumsum(rows)][at]))

    @property
    def total(self) -> int:
        """All rows."""
        return int(self.rows.sum())

    @property
    def borders(self) -> Floats:
        """The edges, the last moved up by the smallest step, so that every bin is half open."""
        moved: Floats = np.nextafter(self.edges, np.inf)
        return np.concatenate([self.edges[:-1], moved[-1:]])

    def below(self, points: Floats) -> tuple[Floats, Floats, Floats]:
        """(at least, evenly spread, at most) the share of rows below each point."""
        borders, heaped = self.borders, np.r_[0, np.cumsum(self.rows)] / self.total
        before = np.searchsorted(borders, points, side="right") - 1
        after = np.searchsorted(borders, points, side="left")
        least = np.where(before < 0, 0.0, heaped[np.maximum(before, 0)])
        most = heaped[np.minimum(after, len(borders) - 1)]
        spread = np.interp(points, borders, heaped)
        return least, np.clip(spread, least, most), most


def binned_distance(first: Bins, second: Bins, std: float) -> Distance:
    """KS and its company from bins, on the same edges or others.

    Args:
        first: what the second is compared with.
        second: the other sample.
        std: the first sample's standard deviation.

    Raises:
        ValueError: when either sample has no row.
    """
    n, m = first.total, second.total
    some_rows(n, m)
    points = np.unique(np.r_[first.borders, second.borders])
    (p_least, p, p_most), (q_least, q, q_most) = first.below(points), second.below(points)
    effect = max(0.0, float(np.maximum(p_least - q_most, q_least - p_most).max()))
    # Anywhere from one point to the next, a sample's share lies between these two.
    largest = float(np.maximum(p_most[1:] - q_least[:-1], q_most[1:] - p_least[:-1]).max())
    a, b = _cells(first, second, points)
    moved, in_std = in_unit_and_std(wasserstein_of_lines(points, p - q), std)
    middle = (p * n + q * m) / (n + m)
    at = inner_edges(*between_tails(lambda part: float(np.interp(part, middle, points))))
    bars = tuple(shares(np.diff(np.r_[0.0, np.interp(at, points, each), 1.0])) for each in (p, q))
    return Distance(
        kind="numeric",
        statistic="KS",
        effect=effect,
        effect_low=max(0.0, effect - slack(n, m)),
        p_value=kolmogorov_p(effect, n, m),
        psi=population_stability(a, b),
        jensen_shannon=jensen_shannon(a, b),
        binning=tenths(len(a)),
        bars=(bars[0], bars[1]),
        wasserstein=moved,
        wasserstein_in_std=in_std,
        error=max(0.0, largest - effect),
        wasserstein_error=_half_widths(first) + _half_widths(second),
    )


def _cells(first: Bins, second: Bins, points: Floats) -> tuple[Floats, Floats]:
    """Shares in the ten parts that end nearest after the first sample's deciles."""
    _, p, _ = first.below(points)
    _, q, _ = second.below(points)
    ends = np.searchsorted(p, np.arange(1, TENTHS) / TENTHS - 1e-12)
    ends = np.unique(ends[(ends > 0) & (ends < len(points) - 1)])
    return np.diff(np.r_[0.0, p[ends], 1.0]), np.diff(np.r_[0.0, q[ends], 1.0])


def _half_widths(bins: Bins) -> float:
    """Half a bin's width per row, on average."""
    scale, unit = scaled(bins.edges)
    return times_two_to(float((bins.rows / bins.total * np.diff(unit)).sum()) / 2, scale)
