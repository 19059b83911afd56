"""Distances between two samples from value counts, and the drift verdict that does not depend on n.

A column drifts when the difference is significant (Kolmogorov-Smirnov or chi-square, Holm over all columns
at 0.001) and material even at the lower end of its 95 % interval: KS or L-infinity above 0.05, or a category
of at least 100 expected rows whose share changed by more than x1.5 either way. Population stability index,
Jensen-Shannon and Wasserstein distances are shown, never judged. Columns in bins: binned_drift.py.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import kolmogorov

from mlops_actions.statistics.alignment import aligned
from mlops_actions.statistics.divergences import (
    jensen_shannon,
    population_stability,
    spread,
    wasserstein,
)
from mlops_actions.statistics.drift_limits import ALPHA, MATERIAL, MIN_EXPECTED, RATIO
from mlops_actions.statistics.prevalence import change_of_share, chi_square

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from mlops_actions.statistics.alignment import Counts, Floats, Sample

TENTHS = 10
MOST_BARS = 20
FAR = 4.0  # times as far from the middle as the twentieth
Bars = tuple[tuple[float, ...], tuple[float, ...]]


@dataclass(frozen=True)
class Distance:
    """One column between two samples.

    Args:
        kind: numeric or categorical.
        statistic: KS or L-infinity, whose value is `effect`.
        effect_low: the lower end of the effect's 95 % interval.
        p_value: of KS (asymptotic) or chi-square, before any correction.
        binning: the cells of `psi` and `jensen_shannon`, which depend on them.
        wasserstein: in the column's unit, over finite values; None where it is beyond what floats hold.
        wasserstein_in_std: the same in standard deviations of the first sample; None where it has none.
        ratio: the share of one category (the `ratio_rank`-th most common of the first sample) in the second
            to that in the first; None where no category has enough expected rows.
        ratio_near: the end of its 95 % interval that is nearer to 1; 1 where it holds 1.
        bars: shares of either sample in at most 20 cells, to draw.
        names: of the bars of categories, in their order; values of the data.
        error: how much larger KS may be than `effect`, where only bins are known.
        wasserstein_error: how far off `wasserstein` may be, likewise.
    """

    kind: str
    statistic: str
    effect: float
    effect_low: float
    p_value: float
    psi: float
    jensen_shannon: float
    binning: str
    bars: Bars
    names: tuple[str, ...] = ()
    wasserstein: float | None = None
    wasserstein_in_std: float | None = None
    ratio: float | None = None
    ratio_near: float = 1.0
    ratio_rank: int = 0
    error: float = 0.0
    wasserstein_error: float = 0.0

    @property
    def ratio_low(self) -> float:
        """The factor of change, either way, that is shown at least: 1 where none is."""
        return max(self.ratio_near, 1 / self.ratio_near)


def numeric_distance(first: Sample, second: Sample) -> Distance:
    """Kolmogorov-Smirnov and its company; numbers may be infinite, whose Wasserstein distance is not taken.

    Raises:
        ValueError: when either sample has no row.
    """
    if first.whole and second.whole:  # beyond 2^53 different ones may be the same float
        values, a, b = aligned(first, second)
        values = values.astype(np.float64)
    else:
        values, a, b = aligned(first.numbers, second.numbers)
    n, m = int(a.sum()), int(b.sum())
    heaped_a, heaped_b = np.cumsum(a), np.cumsum(b)
    effect = float(np.abs(heaped_a / n - heaped_b / m).max())
    ends = _tenths(heaped_a)
    p, q = (np.diff(heaped[ends], prepend=0) / heaped[-1] for heaped in (heaped_a, heaped_b))
    moved, in_std = _moved(values, a, b)
    return Distance(
        kind="numeric",
        statistic="KS",
        effect=effect,
        effect_low=max(0.0, effect - slack(n, m)),
        p_value=kolmogorov_p(effect, n, m),
        psi=population_stability(p, q),
        jensen_shannon=jensen_shannon(p, q),
        binning=tenths(len(ends)),
        bars=_number_bars(values, a, b),
        wasserstein=moved,
        wasserstein_in_std=in_std,
    )


def categorical_distance(first: Sample, second: Sample, min_expected: float = MIN_EXPECTED) -> Distance:
    """Chi-square of homogeneity, L-infinity of the shares, and the largest change of a share by a factor.

    Raises:
        ValueError: when either sample has no row.
    """
    values, a, b = aligned(first, second)
    n, m = a.sum(), b.sum()
    p, q = a / n, b / m
    gap = np.abs(p - q)
    worst = int(gap.argmax())
    error = math.sqrt(p[worst] * (1 - p[worst]) / n + q[worst] * (1 - q[worst]) / m)
    changed = change_of_share(a, b, min_expected)
    place, ratio, near = changed or (0, None, 1.0)
    return Distance(
        kind="categorical",
        statistic="L-infinity",
        effect=float(gap[worst]),
        effect_low=max(0.0, float(gap[worst]) - 1.959964 * error),
        p_value=chi_square(a, b),
        psi=population_stability(p, q),
        jensen_shannon=jensen_shannon(p, q),
        binning="1 category" if len(a) == 1 else f"{len(a):,} categories",
        bars=_category_bars(p, q),
        names=_names(values[_by_share(p, q)]),
        ratio=ratio,
        ratio_near=near,
        ratio_rank=int((a > a[place]).sum()) + 1,
    )


def drifts(
    distance: Distance,
    p_adjusted: float,
    alpha: float = ALPHA,
    material: float = MATERIAL,
    ratio: float = RATIO,
) -> bool:
    """The verdict's two halves together: significant and material."""
    return p_adjusted < alpha and (distance.effect_low > material or distance.ratio_low > ratio)


def kolmogorov_p(effect: float, n: float, m: float) -> float:
    """p-value of a two-sample KS distance: Kolmogorov's limit, as scipy.stats.kstwobign has it.

    In small samples it is above the exact p-value (by at most 0.08 in 3,000 pairs of 20 to 400 rows), so it
    alarms later. SciPy's own finite-sample law would cost 0.4 s and 50 MB of import in every run.
    """
    return float(kolmogorov(effect * math.sqrt(n * m / (n + m))))


def slack(n: float, m: float) -> float:
    """How far the sample KS distance of n and m rows may exceed the true one, at 95 % (Massart 1990)."""
    return math.sqrt(math.log(4 / 0.05) / 2) * math.sqrt(1 / n + 1 / m)


def tenths(cells: int) -> str:
    """The words for the binning of a numeric column."""
    return f"{cells} bin{'s' if cells > 1 else ''} at the first sample's deciles"


def _tenths(heaped: Counts) -> Counts:
    """Where the bins end: at the first sample's deciles (fewer where values tie), and at the last value."""
    # Whole numbers, so that 0.1 + 0.2 meets the third decile.
    at_least = -(np.arange(1, TENTHS) * -heaped[-1] // TENTHS)
    return np.unique(np.r_[np.searchsorted(heaped, at_least), len(heaped) - 1])


def _moved(values: Floats, a: Counts, b: Counts) -> tuple[float | None, float | None]:
    """Wasserstein distance in the values' unit and in the first's deviations; None where one is infinite."""
    if not np.isfinite(values).all():
        return None, None
    n, m = int(a.sum()), int(b.sum())
    found = wasserstein(values, np.cumsum(a) / n - np.cumsum(b) / m)
    return in_unit_and_std(found, spread(values, a / n, n))


def in_unit_and_std(found: float, std: float) -> tuple[float | None, float | None]:
    """A distance as it is shown: None where it is not a finite number."""
    in_std = found / std if 0 < std < math.inf else math.inf
    return (found if math.isfinite(found) else None), (in_std if math.isfinite(in_std) else None)


def _number_bars(values: Floats, a: Counts, b: Counts) -> Bars:
    """One bar per value where they are at most 20, else equal widths between the tails."""
    n, m = a.sum(), b.sum()
    if len(values) <= MOST_BARS:
        return shares(a / n), shares(b / m)
    both = np.cumsum(a + b)
    inner = inner_edges(*between_tails(lambda part: float(values[_first_at(both, part)])))
    at = np.r_[0, np.searchsorted(values, inner), len(values)]
    heaped = (np.r_[0, np.cumsum(each)] for each in (a, b))
    first, second = (np.diff(each[at]) for each in heaped)
    return shares(first / n), shares(second / m)


def between_tails(quantile: Callable[[float], float]) -> tuple[float, float]:
    """The 1st and 99th percentile; the 5th or 95th where the other is far out, such as many -999."""
    middle, ends = quantile(0.5) / 2, []
    for tail, near in ((quantile(0.01), quantile(0.05)), (quantile(0.99), quantile(0.95))):
        far = abs(middle - tail / 2) > FAR * abs(middle - near / 2) > 0
        ends.append(near if far else tail)
    return ends[0], ends[1]


def inner_edges(low: float, high: float) -> Floats:
    """The 19 borders between 20 bars; the outer bars take the tails."""
    low, high = (float(np.clip(each, -1e307, 1e307)) for each in (low, high))
    return np.linspace(low, high, MOST_BARS + 1)[1:-1]


def _first_at(heaped: Counts, part: float) -> int:
    """Below the middle the first value beyond that part, so that one of a hundred is in the tail."""
    return int(np.searchsorted(heaped, part * heaped[-1], "right" if part < 1 / 2 else "left"))


def _category_bars(p: Floats, q: Floats) -> Bars:
    """The first sample's most common categories in falling order, the rest together."""
    order = _by_share(p, q)
    if len(order) <= MOST_BARS:
        return shares(p[order]), shares(q[order])
    top = order[: MOST_BARS - 1]
    return (
        (*shares(p[top]), round(float(1 - p[top].sum()), 6)),
        (*shares(q[top]), round(float(1 - q[top].sum()), 6)),
    )


def _names(values: NDArray[Any]) -> tuple[str, ...]:
    named = tuple(str(value) for value in values[:MOST_BARS].tolist())
    return named if len(values) <= MOST_BARS else (*named[:-1], "others")


def _by_share(p: Floats, q: Floats) -> NDArray[np.intp]:
    return np.lexsort((-q, -p))


def shares(values: Floats) -> tuple[float, ...]:
    """Six digits are more than a bar shows."""
    return tuple(values.round(6).tolist())
