"""Distances between two samples from value counts, and the drift verdict that does not depend on n.

A column drifts when the difference is significant (Kolmogorov-Smirnov or chi-square, Holm over all columns at
0.001) and material even at the lower end of its interval (KS or L-infinity above 0.05). Population stability
index and Jensen-Shannon distance are shown, never judged.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.stats import chi2, kstwobign

from mlops_actions.statistics.drift_limits import ALPHA, MATERIAL

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

MIN_EXPECTED = 5.0
BINS = 10


@dataclass(frozen=True)
class Distance:
    """One column between two samples. `effect_low` is the lower end of the effect's 95 % interval."""

    kind: str
    statistic: str
    effect: float
    effect_low: float
    p_value: float
    psi: float
    jensen_shannon: float


def numeric_distance(
    reference: Sequence[tuple[float, int]], current: Sequence[tuple[float, int]]
) -> Distance:
    """Two-sample Kolmogorov-Smirnov from (value, count) pairs (asymptotic p-value).

    The effect's interval uses the Dvoretzky-Kiefer-Wolfowitz bound of both samples (Massart 1990), 95 %.
    """
    values, first, second = _aligned(dict(reference), dict(current))
    n, m = first.sum(), second.sum()
    below = np.cumsum(first) / n - np.cumsum(second) / m
    effect = float(np.abs(below).max())
    p_value = float(kstwobign.sf(effect * math.sqrt(n * m / (n + m))))
    slack = math.sqrt(math.log(4 / 0.05) / 2) * math.sqrt(1 / n + 1 / m)
    shares = _binned(values, first, second)
    return Distance("numeric", "KS", effect, max(0.0, effect - slack), p_value, *_shown(*shares))


def categorical_distance(reference: Mapping[Any, int], current: Mapping[Any, int]) -> Distance:
    """Chi-square of homogeneity (cells expected below 5 pooled) and L-infinity of the shares."""
    _, first, second = _aligned(dict(reference), dict(current))
    n, m = first.sum(), second.sum()
    gap = np.abs(first / n - second / m)
    worst = int(gap.argmax())
    a, b = first[worst] / n, second[worst] / m
    error = math.sqrt(a * (1 - a) / n + b * (1 - b) / m)
    low = max(0.0, float(gap[worst]) - 1.959964 * error)
    p_value = _chi_square(first, second)
    shown = _shown(first / n, second / m)
    return Distance("categorical", "L-infinity", float(gap[worst]), low, p_value, *shown)


def _aligned(
    reference: dict[Any, int], current: dict[Any, int]
) -> tuple[list[Any], NDArray[np.float64], NDArray[np.float64]]:
    distinct = {*reference, *current}
    if all(isinstance(value, int | float) for value in distinct):
        values = sorted(distinct)
    else:
        values = sorted(distinct, key=lambda value: (str(type(value)), value))
    first = np.array([reference.get(value, 0) for value in values], dtype=np.float64)
    second = np.array([current.get(value, 0) for value in values], dtype=np.float64)
    return values, first, second


def _chi_square(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    """p-value; cells where either expected count is below 5 are pooled into one."""
    n, m = first.sum(), second.sum()
    both = first + second
    small = both * min(n, m) / (n + m) < MIN_EXPECTED
    tables = [np.append(each[~small], each[small].sum()) for each in (first, second)]
    kept = tables[0] + tables[1] > 0
    a, b = (table[kept] for table in tables)
    if len(a) < 2:  # noqa: PLR2004 - one cell cannot differ
        return 1.0
    expected_a, expected_b = (a + b) * n / (n + m), (a + b) * m / (n + m)
    value = ((a - expected_a) ** 2 / expected_a + (b - expected_b) ** 2 / expected_b).sum()
    return float(chi2.sf(value, len(a) - 1))


def _binned(
    values: list[float], first: NDArray[np.float64], second: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Shares in ten bins at the reference's deciles (PSI depends on the binning: this is the one used)."""
    heaped = np.cumsum(first) * BINS  # whole numbers, so that 0.1 + 0.2 meets the third decile
    edges = np.unique(np.searchsorted(heaped, np.arange(1, BINS) * first.sum()))
    starts = np.unique(np.r_[0, edges + 1])
    starts = starts[starts < len(values)]
    return (
        np.add.reduceat(first, starts) / first.sum(),
        np.add.reduceat(second, starts) / second.sum(),
    )


def _shown(p: NDArray[np.float64], q: NDArray[np.float64]) -> tuple[float, float]:
    """Population stability index (empty shares at 1e-4) and Jensen-Shannon distance (base 2)."""
    a, b = np.maximum(p, 1e-4), np.maximum(q, 1e-4)
    psi = float(((b - a) * np.log(b / a)).sum())
    middle = (p + q) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        left = np.where(p > 0, p * np.log2(p / middle), 0.0).sum()
        right = np.where(q > 0, q * np.log2(q / middle), 0.0).sum()
    return psi, float(math.sqrt(max(0.0, (left + right) / 2)))


def drifts(distance: Distance, p_adjusted: float, alpha: float = ALPHA, material: float = MATERIAL) -> bool:
    """The verdict's two halves together: significant and material."""
    return p_adjusted < alpha and distance.effect_low > material
