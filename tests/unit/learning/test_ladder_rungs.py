"""The simple rungs on real data, against scikit-learn used directly; and the naive forecast by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris, load_wine
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import accuracy_score, r2_score, roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

from mlops_actions.learning.ladder_features import linear_features, rank_features
from mlops_actions.learning.ladder_rungs import fit_simple
from tests.unit.learning.ladders import problem

if TYPE_CHECKING:
    from mlops_actions.learning.ladder_problem import LadderProblem

Split = tuple[Any, Any, Any, Any]


def _split(loaded: Any) -> Split:
    features, label = loaded(return_X_y=True)
    train, other, own, truth = train_test_split(features, label, test_size=0.3, random_state=0)
    return train, own.astype(float), other, truth.astype(float)


def _answer(rung: str, of: LadderProblem) -> Any:
    fitted = fit_simple(rung, of)
    return fitted.answer(fitted.inputs())


def test_breast_cancer_as_scikit_learn_alone() -> None:
    train, label, other, truth = _split(load_breast_cancer)
    made = problem(train, label, other)
    assert set(_answer("dummy", made)) == {label.mean()}
    best = rank_features(made)[0]
    tree = DecisionTreeClassifier(max_depth=3, min_samples_leaf=19, random_state=0)
    tree.fit(train[:, [best]], label)
    assert _answer("tree", made) == pytest.approx(tree.predict_proba(other[:, [best]])[:, 1], abs=1e-12)
    linear = fit_simple("linear", made)
    columns = list(linear.columns)
    assert len(columns) == 5
    direct = make_pipeline(
        StandardScaler(), LogisticRegression(C=float(linear.parameters["C"]), max_iter=1000)
    )
    direct.fit(train[:, columns], label)
    assert _answer("linear", made) == pytest.approx(direct.predict_proba(other[:, columns])[:, 1], abs=1e-6)
    assert roc_auc_score(truth, _answer("linear", made)) > 0.98


def test_diabetes_as_scikit_learn_alone() -> None:
    train, label, other, truth = _split(load_diabetes)
    made = problem(train, label, other, task="regression")
    assert _answer("dummy", made) == pytest.approx(np.full(len(truth), label.mean()))
    median = problem(train, label, other, task="regression", centre="median")
    assert _answer("dummy", median) == pytest.approx(np.full(len(truth), np.median(label)))
    linear = fit_simple("linear", made)
    columns = list(linear.columns)
    direct = make_pipeline(StandardScaler(), Ridge(alpha=float(linear.parameters["alpha"])))
    direct.fit(train[:, columns], label)
    assert _answer("linear", made) == pytest.approx(direct.predict(other[:, columns]), rel=1e-3)
    assert r2_score(truth, _answer("linear", made)) > 0.3
    assert r2_score(truth, _answer("tree", made)) < r2_score(truth, _answer("linear", made))


@pytest.mark.parametrize(("loaded", "least"), [(load_iris, 0.9), (load_wine, 0.9)])
def test_three_classes(loaded: Any, least: float) -> None:
    train, label, other, truth = _split(loaded)
    made = problem(train, label, other, task="multiclass")
    dummy = DummyClassifier(strategy="prior").fit(train, label).predict_proba(other)
    assert _answer("dummy", made) == pytest.approx(dummy, abs=1e-5)
    shares = _answer("linear", made)
    assert shares.shape == (len(truth), 3)
    assert shares.sum(axis=1) == pytest.approx(np.ones(len(truth)))
    assert accuracy_score(truth, shares.argmax(axis=1)) > least


def test_a_class_that_training_lacks_gets_next_to_nothing() -> None:
    train, label, other, _ = _split(load_iris)
    kept = label != 1
    made = problem(train[kept], label[kept], other, task="multiclass", classes=3)
    for rung in ("dummy", "tree", "linear"):
        shares = _answer(rung, made)
        assert shares.shape == (len(other), 3)
        assert (shares[:, 1] < 1e-5).all()


def test_weights_count() -> None:
    train, label, other, _ = _split(load_breast_cancer)
    weight = np.where(label == 1, 3.0, 1.0)
    heavier = 3 * (label == 1).sum() / weight.sum()
    assert set(_answer("dummy", problem(train, label, other, weight=weight))) == {heavier}
    own = _answer("linear", problem(train, label, other, weight=weight)).mean()
    assert own > _answer("linear", problem(train, label, other)).mean()


def test_nulls_codes_and_new_codes_are_read() -> None:
    draw = np.random.default_rng(0)
    code = draw.integers(0, 40, 2400).astype(float)
    noise = draw.normal(size=2400)
    code[::40], noise[::50] = np.nan, np.nan
    label = (np.nan_to_num(code, nan=0) % 2).astype(float)
    rows = np.array([[np.nan, np.nan], [2.0, 0.0], [3.0, 0.0], [79.0, 1.0]])
    columns = {"coded": np.array([True, False]), "names": ("code", "noise")}
    made = problem(np.column_stack([code, noise]), label, rows, **columns)
    assert rank_features(made)[0] == linear_features(made)[0] == 0
    shares = _answer("linear", made)
    assert shares[1] < 0.35
    assert shares[2] > 0.65
    assert np.isfinite(shares).all()
    assert np.isfinite(_answer("tree", made)).all()


def test_the_second_feature_is_the_one_that_adds_most() -> None:
    """Alone, the copy of the first says more than what is independent of it."""
    draw = np.random.default_rng(1)
    first, second = draw.normal(size=(2, 3000))
    copy = first + 0.05 * draw.normal(size=3000)
    label = 2 * first + second
    made = problem(np.column_stack([first, copy, second]), label, np.zeros((1, 3)), task="regression")
    assert set(rank_features(made)[:2]) == {0, 1}
    assert linear_features(made)[:2] == (0, 2)


def test_a_constant_feature_is_no_feature() -> None:
    draw = np.random.default_rng(2)
    signal = draw.normal(size=400)
    made = problem(np.column_stack([np.ones(400), signal]), (signal > 0) * 1.0, np.zeros((3, 2)))
    assert linear_features(made) == (1,)
    assert fit_simple("tree", made).features == ("x1",)


def test_the_last_value_of_each_series_by_hand() -> None:
    time = np.array([1.0, 2.0, 3.0, 3.0, 1.0, np.nan])
    entity = np.array([0, 0, 0, 0, 1, 1])
    label = np.array([10.0, 20.0, 30.0, 34.0, 5.0, 99.0])
    given = {"time": time, "entity": entity, "evaluation_entity": np.array([0, 1, -1, 7])}
    made = problem(np.zeros((6, 1)), label, np.zeros((4, 1)), task="regression", **given)
    assert _answer("last_value", made).tolist() == [32.0, 5.0, 32.0, 32.0]


def test_a_random_walk_is_the_last_value() -> None:
    """Its errors are the steps' own, those of every later row against the last known one."""
    walk = np.cumsum(np.random.default_rng(3).normal(size=300))
    time = np.arange(200.0)
    made = problem(
        np.zeros((200, 1)), walk[:200], np.zeros((100, 1)), task="regression", time=time, ordered=True
    )
    assert _answer("last_value", made).tolist() == [walk[199]] * 100
