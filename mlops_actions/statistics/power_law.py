"""Fits of y = level + slope * n ** exponent to means at a few sizes, with bounds, for many resamples at once.

Learning curves follow an inverse power law (Hestness et al. 2017, Figueroa et al. 2012), times a rising one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri, stdtrit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

TINY = 1e-12
TAIL = 0.975  # at which Student's t stands for the normal


@dataclass(frozen=True)
class Shape:
    """Which laws are allowed: exponents to try, the level's bounds, and the slope's sign (-1 or 1)."""

    exponents: Sequence[float]
    least_level: float
    most_level: float
    sign: int


LEARNING = Shape(tuple(-np.geomspace(0.05, 2.0, 200)), -np.inf, 1.0, -1)
COST = Shape(tuple(np.linspace(0.7, 2.0, 53)), 0.0, np.inf, 1)
LINE = Shape((1.0,), 0.0, np.inf, 1)


@dataclass(frozen=True)
class Laws:
    """b laws: each (b,)."""

    level: NDArray[np.float64]
    slope: NDArray[np.float64]
    exponent: NDArray[np.float64]

    def at(self, n: float) -> NDArray[np.float64]:
        """(b,) their values at n."""
        found: NDArray[np.float64] = self.level + self.slope * float(n) ** self.exponent
        return found

    def reaching(self, value: float) -> NDArray[np.float64]:
        """(b,) the n from which a rising law with a falling term exceeds the value; infinite where never."""
        gap = self.level - value
        found = np.full(len(gap), np.inf)
        can = (gap > 0) & (self.slope < 0)
        with np.errstate(over="ignore"):
            found[can] = (gap[can] / -self.slope[can]) ** (1 / self.exponent[can])
        found[(gap > 0) & (self.slope == 0)] = 0.0
        return found


def fit_laws(
    sizes: NDArray[np.float64], values: NDArray[np.float64], weights: NDArray[np.float64], shape: Shape
) -> Laws:
    """Weighted least squares over level and slope for each exponent; the best exponent of each.

    Args:
        sizes: (s,) rows.
        values: (b, s) one curve per resample.
        weights: (s,).
        shape: what is allowed.
    """
    tried = [_one(sizes ** float(exponent), values, weights, shape) for exponent in shape.exponents]
    errors = np.stack([each[2] for each in tried])
    best = errors.argmin(axis=0)
    curves = np.arange(values.shape[0])
    levels, slopes = (np.stack([each[part] for each in tried])[best, curves] for part in (0, 1))
    return Laws(levels, slopes, np.asarray(shape.exponents, dtype=np.float64)[best])


def _one(
    x: NDArray[np.float64], y: NDArray[np.float64], weights: NDArray[np.float64], shape: Shape
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """(level, slope, error), each (b,); a bound that is hit is kept and the other fitted anew."""
    total = weights.sum()
    mean_x = (weights * x).sum() / total
    mean_y = (y * weights).sum(axis=1) / total
    spread = (weights * (x - mean_x) ** 2).sum()
    slope = ((y - mean_y[:, None]) * (weights * (x - mean_x))).sum(axis=1) / max(spread, TINY)
    level = mean_y - slope * mean_x
    outside = (level < shape.least_level) | (level > shape.most_level)
    if outside.any():
        level = np.clip(level, shape.least_level, shape.most_level)
        through = ((y - level[:, None]) * (weights * x)).sum(axis=1) / (weights * x**2).sum()
        slope = np.where(outside, through, slope)
    flat = slope * shape.sign < 0
    slope = np.where(flat, 0.0, slope)
    level = np.where(flat, np.clip(mean_y, shape.least_level, shape.most_level), level)
    error = (weights * (y - level[:, None] - slope[:, None] * x) ** 2).sum(axis=1)
    return level, slope, error


def resampled_means(curves: NDArray[np.float64], resamples: int, seed: int) -> NDArray[np.float64]:
    """(1 + resamples, s): the mean of the repeats, then of repeats drawn again, widened for being few.

    curves: (r, s), one learning curve per repeat.
    """
    repeats = len(curves)
    mean = curves.mean(axis=0)
    draws = np.random.default_rng(seed).integers(0, repeats, size=(resamples, repeats))
    freedom = max(repeats - 1, 1)
    wider = np.sqrt(repeats / freedom) * stdtrit(freedom, TAIL) / ndtri(TAIL)
    return np.vstack([mean, mean + wider * (curves[draws].mean(axis=1) - mean)])
