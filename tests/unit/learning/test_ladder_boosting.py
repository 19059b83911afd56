"""The boosting: the same by the same seed, best so far when the time ends, fitted to all rows at last."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_digits
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split

from mlops_actions.learning import ladder_boosting
from mlops_actions.learning.ladder_boosting import DEFAULT, TRIED, climb, fit_trees, search, settings
from tests.unit.learning.ladders import problem

if TYPE_CHECKING:
    from mlops_actions.learning.ladder_problem import LadderProblem


def _xor(rows: int, seed: int = 0) -> LadderProblem:
    draw = np.random.default_rng(seed)
    features = draw.normal(size=(rows, 4))
    label = ((features[:, 0] > 0) ^ (features[:, 1] > 0)) * 1.0
    return problem(features, label, features[:50], seed=seed)


def _never() -> bool:
    return False


def test_the_same_seed_gives_the_same_answer() -> None:
    made = _xor(600)
    first, second = ([step.fitted for step in climb(made, _never)][-1] for _ in range(2))
    assert first.parameters == second.parameters
    assert np.array_equal(first.answer(first.inputs()), second.answer(second.inputs()))
    assert len(settings(1)) == TRIED
    assert settings(1) == settings(1) != settings(2)


def test_the_last_answer_is_the_best_settings_fitted_to_every_row() -> None:
    made = _xor(900)
    best, finished = search(made, _never)
    assert finished
    *_, last = climb(made, _never)
    assert last.left == ""
    expected = fit_trees(made, best, np.arange(900)).predict_proba(made.evaluation)[:, 1]
    assert np.array_equal(last.fitted.answer(last.fitted.inputs()), expected)


def test_as_scikit_learn_alone() -> None:
    features, label = load_breast_cancer(return_X_y=True)
    made = problem(features[:400], label[:400], features[400:])
    direct = HistGradientBoostingClassifier(
        learning_rate=0.1, max_iter=100, max_leaf_nodes=15, min_samples_leaf=20, early_stopping=False,
        random_state=0,
    ).fit(features[:400], label[:400])  # fmt: skip
    own = fit_trees(made, DEFAULT, np.arange(400))
    assert np.array_equal(own.predict_proba(features[400:]), direct.predict_proba(features[400:]))


def test_rounds_keep_a_third_and_give_each_three_times_the_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    real = ladder_boosting.fit_trees

    def fit(of: LadderProblem, chosen: dict[str, float], rows: Any) -> Any:
        seen.append(len(rows))
        return real(of, {**chosen, "max_iter": 2}, rows)

    monkeypatch.setattr(ladder_boosting, "fit_trees", fit)
    search(_xor(4000), _never)
    small, middle, whole = 3000 // 9, 1000, 3000
    assert seen[:9] == [small] * 9
    assert set(seen[9:]) == {middle, whole}
    assert 3 <= seen.count(middle) <= 4
    assert 1 <= seen.count(whole) <= 2


@pytest.mark.parametrize("ends_after", [0, 1, 4, 11])
def test_whenever_the_time_ends_there_is_an_answer_and_it_says_what_is_left(ends_after: int) -> None:
    asked = count()
    made = _xor(2500)
    steps = list(climb(made, lambda: next(asked) >= ends_after))
    assert steps
    last = steps[-1]
    assert last.left
    score = last.fitted.answer(last.fitted.inputs())
    assert ((score > 0.5) == ((made.evaluation[:, 0] > 0) ^ (made.evaluation[:, 1] > 0))).mean() > 0.9
    if ends_after == 0:
        assert last.left == "2,000 rows only"


def test_digits() -> None:
    features, label = load_digits(return_X_y=True)
    train, other, own, truth = train_test_split(features, label, test_size=0.5, random_state=0)
    made = problem(train, own, other, task="multiclass")
    steps = climb(made, _never)
    first = next(steps)
    shares = first.fitted.answer(first.fitted.inputs())
    assert accuracy_score(truth, shares.argmax(axis=1)) > 0.93


def test_a_rare_class_and_one_that_training_lacks_stop_nothing() -> None:
    made = _xor(300)
    label = made.label.copy()
    label[:2] = 3.0
    several = problem(made.train, label, made.evaluation, task="multiclass", classes=5)
    *_, last = climb(several, _never)
    shares = last.fitted.answer(last.fitted.inputs())
    assert shares.shape == (50, 5)
    assert (shares[:, [2, 4]] < 1e-5).all()


def test_in_time_order_the_latest_rows_choose(monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[Any] = []

    def loss(of: LadderProblem, model: Any, rows: Any) -> float:
        del of, model
        held.append(rows)
        return 0.0

    monkeypatch.setattr(ladder_boosting, "_loss", loss)
    made = _xor(800)
    ordered = problem(made.train, made.label, made.evaluation, ordered=True)
    search(ordered, _never)
    assert held
    assert all(rows.tolist() == list(range(600, 800)) for rows in held)
