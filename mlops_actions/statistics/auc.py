"""The area under the ROC curve and an interval that holds near 1."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

STEPS = 60


def roc_auc(score: NDArray[np.float64], positive: NDArray[np.bool_]) -> float:
    """The chance that a positive row scores higher, ties half (Mann-Whitney); NaN without both kinds."""
    m = int(positive.sum())
    n = len(positive) - m
    if not m or not n:
        return float("nan")
    ranks = mean_ranks(score)
    return float((ranks[positive].sum() - m * (m + 1) / 2) / (m * n))


def mean_ranks(score: NDArray[np.float64]) -> NDArray[np.float64]:
    """Ranks from 1, equal values at their mean."""
    _, inverse, times = np.unique(score, return_inverse=True, return_counts=True)
    ends = np.cumsum(times)
    middle: NDArray[np.float64] = ends - (times - 1) / 2
    return middle[inverse]


def auc_interval(auc: float, positives: int, negatives: int, confidence: float = 0.95) -> tuple[float, float]:
    """The areas whose own standard error (Hanley and McNeil 1982) reaches `auc`: not empty at 1.

    As method 5 of Newcombe (Statistics in Medicine 2006): the error is taken at the limit.
    """
    z = float(ndtri(0.5 + confidence / 2))

    def far(area: float) -> bool:
        half = (positives + negatives) / 2 - 1
        pairs = positives * negatives
        spread = area * (1 - area) * (1 + half * ((1 - area) / (2 - area) + area / (1 + area))) / pairs
        return abs(auc - area) > z * float(np.sqrt(spread))

    return _limit(0.0, auc, far), _limit(1.0, auc, far)


def _limit(outside: float, inside: float, far: Callable[[float], bool]) -> float:
    """Bisect between an end of the scale and the estimate."""
    if outside == inside:
        return inside
    for _ in range(STEPS):
        middle = (outside + inside) / 2
        outside, inside = (middle, inside) if far(middle) else (outside, middle)
    return inside
