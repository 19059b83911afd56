"""Which features the simple rungs read: the one that says most, and few that a linear model needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from sklearn.feature_selection import mutual_info_classif, mutual_info_regression

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mlops_actions.learning.ladder_problem import LadderProblem

FEW = 5
RANKED = 5_000  # rows that choose
MAX_CATEGORIES = 50


def rank_features(problem: LadderProblem) -> tuple[int, ...]:
    """Columns by mutual information with the label on training rows, the best first."""
    some = _some(problem)
    filled, label = _filled(problem, some), problem.label[some]
    measure = mutual_info_regression if problem.task == "regression" else mutual_info_classif
    power = measure(filled, label, discrete_features=problem.coded, random_state=problem.seed)
    return tuple(sorted(range(len(power)), key=lambda at: (-power[at], problem.names[at])))


def linear_features(problem: LadderProblem, most: int = FEW) -> tuple[int, ...]:
    """Columns for a linear model, one after another: each explains most of what those before it leave.

    Orthogonal matching pursuit (Pati and others, 1993) by columns, a code's indicators together; judged by
    the adjusted R², so that many indicators are no advantage. At least one; no more once nothing is left.
    """
    some = _some(problem)
    filled, label = _filled(problem, some), problem.label[some]
    groups = [_group(column, coded=coded) for column, coded in zip(filled.T, problem.coded, strict=True)]
    if problem.classes:
        goal = (label[:, None] == np.arange(problem.classes)).astype(np.float64)
    else:
        goal = label[:, None]
    goal = goal - goal.mean(axis=0)
    left, chosen = goal, list[int]()
    while len(chosen) < min(most, len(groups)):
        others = [at for at in range(len(groups)) if at not in chosen]
        gains = [(_explained(groups[at], left), at) for at in others]
        gain, best = max(gains, key=lambda each: (each[0], -each[1]))
        if chosen and gain <= 0:
            break
        chosen.append(best)
        left = goal - _projected(np.column_stack([groups[at] for at in chosen]), goal)
    return tuple(chosen)


def _some(problem: LadderProblem) -> NDArray[np.int64]:
    return np.random.default_rng(problem.seed).permutation(len(problem.label))[:RANKED]


def _filled(problem: LadderProblem, some: NDArray[np.int64]) -> NDArray[np.float64]:
    """Nulls at the median, or as a code of their own."""
    filled = problem.train[some]
    for at, column in enumerate(filled.T):
        absent = np.isnan(column)
        present = column[~absent]
        column[absent] = -1.0 if problem.coded[at] or not len(present) else np.median(present)
    return filled


def _group(column: NDArray[np.float64], *, coded: bool) -> NDArray[np.float64]:
    """(n, g) centred: the number, or indicators of its common codes."""
    if coded:
        codes, rows = np.unique(column, return_counts=True)
        common = codes[np.argsort(-rows, kind="stable")][: MAX_CATEGORIES - 1]
        made = (column[:, None] == common).astype(np.float64)
    else:
        made = column[:, None]
    centred: NDArray[np.float64] = made - made.mean(axis=0)
    spread = centred.std(axis=0)
    return centred / np.where(spread > 0, spread, 1.0)


def _projected(group: NDArray[np.float64], goal: NDArray[np.float64]) -> NDArray[np.float64]:
    found: NDArray[np.float64] = group @ np.linalg.lstsq(group, goal, rcond=None)[0]
    return found


def _explained(group: NDArray[np.float64], left: NDArray[np.float64]) -> float:
    """Adjusted R² of what is left by one group."""
    rows, width = group.shape
    total = float((left**2).sum())
    if total <= 0 or rows <= width + 1:
        return 0.0
    unexplained = float(((left - _projected(group, left)) ** 2).sum()) / total
    return float(1 - unexplained * (rows - 1) / (rows - 1 - width))
