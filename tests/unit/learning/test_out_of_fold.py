"""Each row is predicted by a model that never saw it, the better of two kinds, and the same each time."""

from __future__ import annotations

import numpy as np
import pytest

from mlops_actions.learning.encoding import encode
from mlops_actions.learning.out_of_fold import out_of_fold
from mlops_actions.learning.simple_model import LINEAR, TREES, Problem, folds_of, recipes
from tests.unit.learning.problems import logistic, never, problem_of


def test_folds_spread_every_class_evenly() -> None:
    label = np.r_[np.zeros(90, dtype=np.int64), np.ones(12, dtype=np.int64)]
    fold = folds_of(problem_of(np.zeros((102, 1)), label, 2), 5)
    assert np.ptp(np.bincount(fold)) <= 1
    assert np.ptp(np.bincount(fold[label == 1])) <= 1


def test_noise_cannot_be_told_by_a_model_that_never_saw_the_row() -> None:
    generator = np.random.default_rng(0)
    features, label = generator.normal(size=(600, 30)), generator.integers(0, 2, 600)
    found = out_of_fold(problem_of(features, label, 2), never)
    assert abs((found.predicted.argmax(axis=1) == label).mean() - 0.5) < 0.07
    assert found.predicted.sum(axis=1) == pytest.approx(1)


def test_the_better_kind_is_chosen_and_runs_are_equal() -> None:
    features, label = logistic(600, seed=1)
    straight = problem_of(features, label, 2)
    assert out_of_fold(straight, never).recipe.name == LINEAR
    crossed = problem_of(features, (features[:, 0] * features[:, 1] > 0).astype(np.int64), 2)
    first, second = (out_of_fold(crossed, never) for _ in range(2))
    assert first.recipe.name == TREES
    assert np.array_equal(first.predicted, second.predicted)


def test_a_spent_budget_leaves_rows_without_a_prediction() -> None:
    features, label = logistic(200, seed=2)
    calls = iter([False, True])
    found = out_of_fold(problem_of(features, label, 2), lambda: next(calls))
    assert found.done == 2
    assert len(found.rows) == 80


def test_text_nulls_and_a_class_that_a_fold_lacks_can_be_read() -> None:
    words = [("a", "b", None)[index % 3] for index in range(300)]
    encoded = encode({"w": words}, {"w": "string"}, ("w",))
    label = np.array([0 if word == "a" else 1 for word in words])
    problem = Problem(encoded, label, 3)
    for recipe in recipes(problem):
        rows = np.arange(300)
        found = recipe.predict(recipe.fit(rows), rows)
        assert found.shape == (300, 3)
        assert found[:, 2].max() < 1e-5
        assert (found.argmax(axis=1) == label).all()
