"""The lapse rate: how often an answer is wrong however sure one may be of it.

The share of disagreements falls with the score as a logistic curve whose floor is the lapse rate,
P(disagree | s) = e + (1 - e - e / (k - 1)) * sigmoid(-(a + b s)), as psychometrics fits it (Wichmann and
Hill, Perception & Psychophysics 2001). Honest doubt makes a curve that falls to 0; wrong labels make a floor.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import chdtri, expit

if TYPE_CHECKING:
    from numpy.typing import NDArray

BINS = 100
ROUNDS = 60
PATIENCE = 4  # rounds without a gain, each with half the step
SMALL = 1e-6
GRID = np.r_[0.0, np.geomspace(5e-4, 0.45, 80)]
CALM = 1e-3  # a ridge, so that a separable curve has a steepest one


@dataclass(frozen=True)
class Lapse:
    """The rate, and the interval that the profile likelihood gives."""

    rate: float
    low: float
    high: float


def lapse_rate(
    score: NDArray[np.float64], disagrees: NDArray[np.bool_], classes: int, confidence: float = 0.95
) -> Lapse:
    """Maximum likelihood and profile interval over a grid of rates (steps of about 9 %).

    Args:
        score: (n,) how sure the answer is, higher is surer.
        disagrees: (n,) whether it was wrong.
        classes: k, between how many one could choose.
        confidence: of the interval.
    """
    middle, bad, all_ = _binned(score, disagrees)
    gain = _profile(middle, bad, all_, classes)
    best = int(gain.argmax())
    inside = np.flatnonzero(2 * (gain[best] - gain) <= float(chdtri(1, 1 - confidence)))
    return Lapse(float(GRID[best]), float(GRID[inside[0]]), float(GRID[inside[-1]]))


def _binned(
    score: NDArray[np.float64], disagrees: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Mean standardised score, disagreements and rows of at most 100 groups of neighbours."""
    order = np.argsort(score, kind="stable")
    starts = np.unique(np.linspace(0, len(score), min(BINS, len(score)), endpoint=False).astype(np.int64))
    all_ = np.diff(np.r_[starts, len(score)]).astype(np.float64)
    middle = np.add.reduceat(score[order], starts) / all_
    bad = np.add.reduceat(disagrees[order].astype(np.float64), starts)
    spread = score.std() or 1.0
    return (middle - score.mean()) / spread, bad, all_


def _profile(
    s: NDArray[np.float64], bad: NDArray[np.float64], all_: NDArray[np.float64], classes: int
) -> NDArray[np.float64]:
    """(g,) the best log likelihood at each rate of the grid: damped Fisher scoring over a and b."""
    floor = GRID[:, None]
    height = 1 - floor * classes / (classes - 1)
    share = np.clip(bad.sum() / all_.sum(), 1e-4, 1 - 1e-4)
    a = np.full(len(GRID), -np.log(share / (1 - share)))
    b = np.ones(len(GRID))
    best = _likelihood(a, b, s, bad, all_, floor, height)
    step, quiet = np.ones(len(GRID)), 0
    for _ in range(ROUNDS):
        h = expit(-(a[:, None] + b[:, None] * s))
        p = np.clip(floor + height * h, 1e-12, 1 - 1e-12)
        slope = -height * h * (1 - h)  # of p in a; times s in b
        pull = (bad / p - (all_ - bad) / (1 - p)) * slope
        weight = all_ * slope**2 / (p * (1 - p))
        ga, gb = pull.sum(1) - CALM * a, (pull * s).sum(1) - CALM * b
        waa, wab, wbb = weight.sum(1) + CALM, (weight * s).sum(1), (weight * s * s).sum(1) + CALM
        det = waa * wbb - wab**2
        na = a + step * (wbb * ga - wab * gb) / det
        nb = np.maximum(0.0, b + step * (waa * gb - wab * ga) / det)
        found = _likelihood(na, nb, s, bad, all_, floor, height)
        quiet = quiet + 1 if (found - best).max() < SMALL else 0
        better = found >= best
        a, b, best = np.where(better, na, a), np.where(better, nb, b), np.where(better, found, best)
        step = np.where(better, np.minimum(1.0, step * 2), step / 2)
        if quiet == PATIENCE:
            break
    return best


def _likelihood(
    a: NDArray[np.float64],
    b: NDArray[np.float64],
    s: NDArray[np.float64],
    bad: NDArray[np.float64],
    all_: NDArray[np.float64],
    floor: NDArray[np.float64],
    height: NDArray[np.float64],
) -> NDArray[np.float64]:
    p = np.clip(floor + height * expit(-(a[:, None] + b[:, None] * s)), 1e-12, 1 - 1e-12)
    found: NDArray[np.float64] = (bad * np.log(p) + (all_ - bad) * np.log1p(-p)).sum(1)
    return found - CALM * (a**2 + b**2) / 2
