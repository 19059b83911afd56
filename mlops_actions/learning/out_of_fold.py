"""Out-of-fold predictions: each row judged by a model that never saw it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mlops_actions.learning.simple_model import Recipe, folds_of, loss, recipes

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from mlops_actions.learning.simple_model import Problem

FOLDS = 5


@dataclass(frozen=True)
class OutOfFold:
    """(n, k) probabilities or (n,) values, NaN outside the first `done` folds; and the model's recipe."""

    predicted: NDArray[np.float64]
    recipe: Recipe
    done: int

    @property
    def rows(self) -> NDArray[np.int64]:
        """Which rows have a prediction."""
        first = self.predicted if self.predicted.ndim == 1 else self.predicted[:, 0]
        return np.flatnonzero(~np.isnan(first))


def out_of_fold(problem: Problem, spent: Callable[[], bool], folds: int = FOLDS) -> OutOfFold:
    """Both kinds of model on the first fold, the better by loss on the others, until `spent` says stop."""
    fold = folds_of(problem, folds)
    best, predicted = _choose(problem, fold)
    done = 1
    while done < folds and not spent():
        inside = np.flatnonzero(fold == done)
        predicted[inside] = best.predict(best.fit(np.flatnonzero(fold != done)), inside)
        done += 1
    return OutOfFold(predicted, best, done)


def _choose(problem: Problem, fold: NDArray[np.int64]) -> tuple[Recipe, NDArray[np.float64]]:
    inside, outside = np.flatnonzero(fold == 0), np.flatnonzero(fold != 0)
    tried = []
    for recipe in recipes(problem):
        found = recipe.predict(recipe.fit(outside), inside)
        tried.append((loss(problem, found, inside), recipe, found))
    _, best, found = min(tried, key=lambda each: each[0])
    shape = (problem.rows, problem.classes) if problem.classes else (problem.rows,)
    predicted = np.full(shape, np.nan)
    predicted[inside] = found
    return best, predicted
