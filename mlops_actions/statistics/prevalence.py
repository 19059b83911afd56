"""How often something is seen in two samples: chi-square; difference and ratio of shares with intervals."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import chdtrc, ndtri

from mlops_actions.statistics.intervals import wilson

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

FEWEST = 5.0  # expected rows of a cell that is looked at by itself


def chi_square(first: NDArray[Any], second: NDArray[Any]) -> float:
    """p-value of homogeneity; cells where either expected count is below 5 are pooled into one.

    Args:
        first: (k,) rows of each category.
        second: (k,) likewise.
    """
    first, second = first.astype(np.float64), second.astype(np.float64)
    n, m = first.sum(), second.sum()
    small = (first + second) * min(n, m) / (n + m) < FEWEST
    tables = [np.append(each[~small], each[small].sum()) for each in (first, second)]
    kept = tables[0] + tables[1] > 0
    a, b = (table[kept] for table in tables)
    if len(a) < 2:  # noqa: PLR2004 - one cell cannot differ
        return 1.0
    expected_a, expected_b = (a + b) * n / (n + m), (a + b) * m / (n + m)
    value = ((a - expected_a) ** 2 / expected_a + (b - expected_b) ** 2 / expected_b).sum()
    return float(chdtrc(len(a) - 1, value))


def difference_interval(
    first: tuple[float, float], second: tuple[float, float], confidence: float = 0.95
) -> tuple[float, float, float]:
    """(second share - first share, low, high): hybrid of two Wilson intervals (Newcombe 1998, method 10).

    Args:
        first: (rows that have it, rows).
        second: likewise.
        confidence: of the interval.
    """
    (p, (p_low, p_high)), (q, (q_low, q_high)) = (
        (seen / n, wilson(seen, n, confidence)) for seen, n in (first, second)
    )
    gap = q - p
    low, high = math.hypot(q - q_low, p_high - p), math.hypot(q_high - q, p - p_low)
    return gap, max(-1.0, gap - low), min(1.0, gap + high)


def ratio_intervals(
    first: NDArray[Any], second: NDArray[Any], confidence: float = 0.95
) -> tuple[Floats, Floats, Floats]:
    """(ratio, low, high) of each share in the second sample to that in the first.

    On the logarithm, with half a row added so that a share of 0 has a ratio, too (Walter, Biometrika 1975).

    Args:
        first: (k,) rows of each category; their sum is the rows of the sample.
        second: (k,) likewise.
        confidence: of each ratio's interval by itself.
    """
    a, b = first + 0.5, second + 0.5
    n, m = first.sum() + 0.5, second.sum() + 0.5
    ratio = (b / m) / (a / n)
    error = np.sqrt(np.maximum(0.0, 1 / a - 1 / n + 1 / b - 1 / m))
    width = np.exp(float(ndtri(0.5 + confidence / 2)) * error)
    return ratio, ratio / width, ratio * width


def change_of_share(
    first: NDArray[Any], second: NDArray[Any], fewest: float
) -> tuple[int, float, float] | None:
    """The category whose share changed by the largest factor, either way, that its interval allows to claim.

    Args:
        first: (k,) rows of each category.
        second: (k,) likewise.
        fewest: expected rows (by the shares of both samples together, in the smaller one) a category needs.

    Returns:
        (place, ratio, the end of the ratio's 95 % interval that is nearer to 1, or 1 where it holds 1); None
        without such a category.
    """
    n, m = int(first.sum()), int(second.sum())
    enough = np.flatnonzero((first + second) * (min(n, m) / (n + m)) >= fewest)
    if not len(enough):
        return None
    ratio, low, high = (each[enough] for each in ratio_intervals(first, second))
    least = np.maximum(np.maximum(low, 1 / high), 1.0)
    # Of equal claims (mostly 1, none), the largest factor.
    best = int(np.lexsort((np.maximum(ratio, 1 / ratio), least))[-1])
    near = float(low[best]) if low[best] > 1 else float(high[best]) if high[best] < 1 else 1.0
    return int(enough[best]), float(ratio[best]), near


def mean_difference(
    first: tuple[float, float, int], second: tuple[float, float, int], confidence: float = 0.95
) -> tuple[float, float, float]:
    """(second mean - first mean, low, high) by the normal approximation.

    Args:
        first: (mean, standard deviation, rows).
        second: likewise.
        confidence: of the interval.
    """
    (a, s, n), (b, t, m) = first, second
    half = float(ndtri(0.5 + confidence / 2)) * math.hypot(s / math.sqrt(n), t / math.sqrt(m))
    return b - a, b - a - half, b - a + half
