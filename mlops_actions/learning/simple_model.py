"""The toolkit's own simple model: gradient-boosted trees or a regularised linear one, whichever does better.

It stands for "what these columns say about the label", not for the user's model. Deterministic for a seed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.linear_model import LogisticRegression, Ridge

from mlops_actions.learning.encoding import Encoded, linear_design

if TYPE_CHECKING:
    from numpy.typing import NDArray

TREES = "gradient-boosted trees"
LINEAR = "a linear model"
ITERATIONS = 40
SMALLEST = 1e-6  # a probability of 0 says more than any sample can


@dataclass(frozen=True)
class Problem:
    """One table to learn.

    Args:
        encoded: the features (n rows).
        label: (n,) class codes 0..k-1 as int64, or the value as float64 for a regression.
        classes: k, or 0 for a regression.
        seed: of folds, subsamples and trees.
    """

    encoded: Encoded
    label: NDArray[Any]
    classes: int
    seed: int = 0

    @property
    def rows(self) -> int:
        """N."""
        return len(self.label)


@dataclass(frozen=True)
class Recipe:
    """One kind of model with the matrix it reads; `design` is (n, g)."""

    name: str
    design: NDArray[np.float64]
    problem: Problem

    def fit(self, rows: NDArray[np.int64]) -> Any:
        """Fit on those rows; the estimator."""
        problem = self.problem
        made = _trees(problem, len(rows)) if self.name == TREES else _linear(problem)
        return made.fit(self.design[rows], problem.label[rows])

    def predict(self, model: Any, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """(m, k) probabilities of every class, those the fit never saw as good as 0; or (m,) values."""
        if not self.problem.classes:
            return np.asarray(model.predict(self.design[rows]), dtype=np.float64)
        found = np.full((len(rows), self.problem.classes), SMALLEST)
        found[:, model.classes_] = np.maximum(model.predict_proba(self.design[rows]), SMALLEST)
        shares: NDArray[np.float64] = found / found.sum(axis=1, keepdims=True)
        return shares


def recipes(problem: Problem) -> tuple[Recipe, Recipe]:
    """The two kinds, the linear one first."""
    return (
        Recipe(LINEAR, linear_design(problem.encoded), problem),
        Recipe(TREES, problem.encoded.matrix, problem),
    )


def _trees(problem: Problem, rows: int) -> Any:
    shared = {
        "learning_rate": 0.15,
        "max_leaf_nodes": 15,
        "min_samples_leaf": int(np.clip(rows // 50, 3, 20)),
        "categorical_features": problem.encoded.coded,
        "early_stopping": False,
        "random_state": problem.seed,
    }
    if problem.classes:
        rounds = max(20, 4 * ITERATIONS // problem.classes)  # a round grows one tree per class
        return HistGradientBoostingClassifier(max_iter=min(ITERATIONS, rounds), **shared)
    return HistGradientBoostingRegressor(max_iter=ITERATIONS, **shared)


def _linear(problem: Problem) -> Any:
    return LogisticRegression(C=1.0, max_iter=200) if problem.classes else Ridge(alpha=1.0)


def folds_of(problem: Problem, folds: int) -> NDArray[np.int64]:
    """(n,) the fold of each row: random, every class spread evenly."""
    generator = np.random.default_rng(problem.seed)
    order = generator.permutation(problem.rows)
    if problem.classes:
        order = order[np.argsort(problem.label[order], kind="stable")]
    found = np.empty(problem.rows, dtype=np.int64)
    found[order] = np.arange(problem.rows) % folds
    return found


def loss(problem: Problem, predicted: NDArray[np.float64], rows: NDArray[np.int64]) -> float:
    """Mean log loss, or mean squared error, of predictions for those rows; lower is better."""
    label = problem.label[rows]
    if problem.classes:
        return float(-np.log(predicted[np.arange(len(rows)), label]).mean())
    return float(((predicted - label) ** 2).mean())
