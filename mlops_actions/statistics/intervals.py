"""Intervals that need no resampling."""

from __future__ import annotations

import math

from scipy.special import ndtri


def wilson(successes: float, n: float, confidence: float = 0.95) -> tuple[float, float]:
    """Wilson's score interval of a proportion (Wilson, JASA 1927); (0, 1) when there are no trials.

    Raises:
        ValueError: when the counts cannot be a proportion.
    """
    if not 0 <= successes <= n:
        message = f"{successes} successes of {n}: between 0 and n are allowed"
        raise ValueError(message)
    if n == 0:
        return 0.0, 1.0
    z = float(ndtri(0.5 + confidence / 2))
    share = successes / n
    centre = share + z * z / (2 * n)
    half = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    low = 0.0 if successes == 0 else (centre - half) / scale
    high = 1.0 if successes == n else (centre + half) / scale
    return low, high
