"""The simpler models learn what there is to learn, and only that."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import r2_score, roc_auc_score

from mlops_actions.learning.simpler import rank_features, simpler_scores
from mlops_actions.learning.table import numeric_features, typed_table

TYPES = {"strong": "number", "word": "string", "noise": "number"}
FEATURES = tuple(TYPES)


def _data(rows: int, seed: int) -> tuple[dict[str, list[object]], np.ndarray]:
    generator = np.random.default_rng(seed)
    strong = generator.normal(size=rows)
    word = generator.choice(["a", "b"], size=rows)
    noise = generator.normal(size=rows)
    chance = 1 / (1 + np.exp(-(2 * strong + (word == "a"))))
    label = (generator.random(rows) < chance).astype(float)
    columns: dict[str, list[object]] = {
        "strong": [None if i % 50 == 0 else value for i, value in enumerate(strong)],
        "word": [None if i % 70 == 0 else str(value) for i, value in enumerate(word)],
        "noise": list(noise),
    }
    return columns, label


def test_dummy_knows_nothing_and_the_others_more() -> None:
    columns, label = _data(2000, 1)
    other, truth = _data(1500, 2)
    train, rows = typed_table(columns, TYPES, FEATURES), typed_table(other, TYPES, FEATURES)
    numeric = numeric_features(TYPES, FEATURES)
    dummy, tree, linear = simpler_scores(train, label, rows, numeric, task="binary", seed=3)
    assert set(dummy.scores) == {label.mean()}
    assert dummy.features == ()
    assert tree.features == ("strong",)
    assert roc_auc_score(truth, tree.scores) > 0.75
    assert roc_auc_score(truth, linear.scores) > roc_auc_score(truth, tree.scores)
    again = simpler_scores(train, label, rows, numeric, task="binary", seed=3)
    assert all(np.array_equal(a.scores, b.scores) for a, b in zip((dummy, tree, linear), again, strict=True))


def test_ranking_puts_noise_last() -> None:
    columns, label = _data(3000, 4)
    train = typed_table(columns, TYPES, FEATURES)
    assert rank_features(train, label, ("strong", "noise"), task="binary", seed=0)[0] == "strong"
    assert rank_features(train, label, ("strong", "noise"), task="binary", seed=0)[-1] == "noise"


def test_regression_and_unseen_category() -> None:
    generator = np.random.default_rng(5)
    value = generator.normal(size=800)
    columns = {"x": list(value), "w": ["a", "b"] * 400}
    types = {"x": "number", "w": "string"}
    train = typed_table(columns, types, ("x", "w"))
    rows = typed_table({"x": [0.0, 1.0], "w": ["new", None]}, types, ("x", "w"))
    label = 3 * value + 1
    dummy, _, linear = simpler_scores(train, label, rows, ("x",), task="regression", seed=0)
    assert dummy.scores == pytest.approx([label.mean()] * 2)
    assert linear.scores == pytest.approx([1.0, 4.0], abs=0.2)
    fitted = simpler_scores(train, label, train, ("x",), task="regression", seed=0)[2]
    assert r2_score(label, fitted.scores) > 0.99


def test_table_keeps_order_and_marks_nulls() -> None:
    table = typed_table({"b": [True, None], "a": ["x", None]}, {"a": "string", "b": "boolean"}, ("a", "b"))
    assert list(table.columns) == ["a", "b"]
    assert list(table["a"]) == ["x", "(missing)"]
    assert table["b"].isna().tolist() == [False, True]


def test_several_classes_get_a_share_each_and_an_unseen_one_none() -> None:
    columns, _ = _data(1200, 6)
    strong = np.array([value if value is not None else 0.0 for value in columns["strong"]], dtype=float)
    label = np.digitize(strong, [-0.5, 0.5]).astype(float)  # three of four classes
    rows = typed_table(columns, TYPES, FEATURES)
    numeric = numeric_features(TYPES, FEATURES)
    found = simpler_scores(rows, label, rows, numeric, task="multiclass", seed=3, classes=4)
    dummy, tree, linear = found
    for each in found:
        assert each.scores.shape == (1200, 4)
        assert each.scores.sum(axis=1) == pytest.approx(np.ones(1200))
        assert not each.scores[:, 3].any()
    assert (dummy.scores == dummy.scores[0]).all()
    assert tree.features == ("strong",)
    assert (tree.scores.argmax(axis=1) == label).mean() > 0.95
    assert (linear.scores.argmax(axis=1) == label).mean() > 0.9
