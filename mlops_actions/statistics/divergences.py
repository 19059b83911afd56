"""How far two distributions lie apart, in figures that are shown and never judged."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

PLAIN = 1000  # exponents whose power of two is a plain float: multiplying is quicker then
FLOOR = 1e-4  # an empty share in the population stability index


def population_stability(p: Floats, q: Floats) -> float:
    """Sum of (q - p) ln(q / p) over bins, a share below 1e-4 counted as that.

    Args:
        p: (k,) shares that sum to 1.
        q: (k,) likewise, of the other sample.
    """
    a, b = np.maximum(p, FLOOR), np.maximum(q, FLOOR)
    return float(((b - a) * np.log(b / a)).sum())


def jensen_shannon(p: Floats, q: Floats) -> float:
    """Jensen-Shannon distance (base 2): 0 of equal shares, 1 of shares without a common cell."""
    middle = (p + q) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        left = np.where(p > 0, p * np.log2(p / middle), 0.0).sum()
        right = np.where(q > 0, q * np.log2(q / middle), 0.0).sum()
    return math.sqrt(min(1.0, max(0.0, float(left + right) / 2)))


def wasserstein(points: Floats, gap: Floats) -> float:
    """The first Wasserstein distance: the area between two step functions; infinite beyond what floats hold.

    Args:
        points: (k,) rising finite values.
        gap: (k,) difference of the two shares of rows at or below each point.
    """
    scale, unit = scaled(points)
    area = float((np.abs(gap[:-1]) * np.diff(unit)).sum())
    return times_two_to(area, scale)


def wasserstein_of_lines(points: Floats, gap: Floats) -> float:
    """The same where both functions are linear between the points."""
    scale, unit = scaled(points)
    a, b = np.abs(gap[:-1]), np.abs(gap[1:])
    both = np.maximum(a + b, np.finfo(np.float64).tiny)
    height = np.where(gap[:-1] * gap[1:] < 0, (a * a + b * b) / (2 * both), (a + b) / 2)
    return times_two_to(float((height * np.diff(unit)).sum()), scale)


def spread(values: Floats, shares: Floats, n: float) -> float:
    """Standard deviation (n - 1) of finite values with their shares; 0 of one row."""
    if n <= 1:
        return 0.0
    scale, unit = scaled(values)
    mean = float((unit * shares).sum())
    square = float((shares * (unit - mean) ** 2).sum())
    return times_two_to(math.sqrt(square * n / (n - 1)), scale)


def scaled(values: Floats) -> tuple[int, Floats]:
    """(e, values / 2^e), at most 1 in size: sums and squares of 1e300, or of denormals, then stay numbers."""
    largest = float(np.abs(values).max(initial=0.0))
    exponent = int(np.frexp(largest)[1])
    if abs(exponent) < PLAIN:
        return exponent, values * 2.0**-exponent
    return exponent, np.ldexp(values, -exponent)


def times_two_to(value: float, exponent: int) -> float:
    """The value times 2^exponent, infinite beyond what floats hold."""
    with np.errstate(over="ignore"):
        return float(np.ldexp(value, exponent))
