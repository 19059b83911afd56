"""Several classes: names to codes, every shape of an answer, and metrics that equal scikit-learn's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn import metrics as reference

from mlops_actions.config.train import ServingConfig
from mlops_actions.errors import InputError, ServingError
from mlops_actions.evaluation.labels import Classes
from mlops_actions.evaluation.many_classes import (
    class_codes,
    class_values,
    read_several,
    several_classes,
    with_others,
)
from mlops_actions.evaluation.metrics import METRICS, measure

ABC = Classes("", ("a", "b", "c"))
NAMED = ServingConfig(output="probability", classes=("a", "b", "c"))
BARE = ServingConfig()


def of(values: list[Any], declared: tuple[Any, ...] = ()) -> Classes:
    return several_classes(values, declared, column="kind", shown_as="rows.parquet")


def codes(values: list[Any], classes: Classes = ABC) -> list[float]:
    return list(class_codes(values, classes, column="kind", shown_as="rows.parquet"))


def test_classes_stand_in_the_declared_order_or_their_own() -> None:
    assert of([10, 9, 2.0, 10]).names == ("2", "9", "10")
    assert of(["b", "a", "c"]).names == ("a", "b", "c")
    assert of(["b", "a"], ("c", "b", "a")).names == ("c", "b", "a")
    assert with_others(ABC, ["d", "b"]).names == ("a", "b", "c", "d")


@pytest.mark.parametrize(
    ("values", "declared", "says"),
    [
        (
            ["a", "d"],
            ("a", "b"),
            r"'kind' holds 1 class that serving.classes does not name \(d\); it names a, b",
        ),
        (["a", "a"], (), "'kind' holds 1 class; at least 2 are needed"),
    ],
)
def test_classes_that_cannot_be(values: list[Any], declared: tuple[Any, ...], says: str) -> None:
    with pytest.raises(InputError, match=says):
        of(values, declared)


def test_values_become_codes_and_codes_values() -> None:
    assert codes(["c", "a"]) == [2.0, 0.0]
    assert class_values(np.array([2.0, 0.0]), ABC) == ["c", "a"]
    numbers = of([3, 1, 2])
    assert class_values(np.array([2.0, 0.0]), numbers) == [3, 1]
    assert codes([3.0, True], numbers) == [2.0, 0.0]
    with pytest.raises(InputError, match=r"'x' in data row 2; 1 of 2 is no class. Allowed: a, b, c"):
        codes(["a", "x"])


@pytest.mark.parametrize(
    ("elements", "shares", "prediction"),
    [
        (["b", "a"], None, [1.0, 0.0]),
        ([[0.2, 0.7, 0.1]], [[0.2, 0.7, 0.1]], [1.0]),
        ([{"scores": {"c": 0.1, "a": 0.2, "b": 0.7}}], [[0.2, 0.7, 0.1]], [1.0]),
        ([{"prediction": "c", "scores": {"a": 0.2, "b": 0.7, "c": 0.1}}], [[0.2, 0.7, 0.1]], [2.0]),
        ([{"prediction": "c"}], None, [2.0]),
    ],
)
def test_every_shape_of_an_answer(elements: list[Any], shares: Any, prediction: list[float]) -> None:
    answers = read_several(elements, NAMED, ABC)
    assert answers.usable
    assert answers.score is None
    assert answers.prediction is not None
    assert answers.prediction.tolist() == prediction
    assert (None if answers.shares is None else answers.shares.tolist()) == shares


@pytest.mark.parametrize(
    ("elements", "serving", "says"),
    [
        ([[0.5, 0.5]], NAMED, "row 0: 2 probabilities; serving.classes names 3"),
        ([[0.2, 0.3, 0.5]], BARE, "row 0: 3 probabilities; serving.classes names 0"),
        (["a", "x"], NAMED, r"row 1: 'x' is none of the classes \(a, b, c\)"),
        ([{"scores": {"a": 1.0, "b": 0.0}}], NAMED, "row 0: scores for a, b; the classes are a, b, c"),
        ([{"score": 0.5}], NAMED, r"row 0: keys \['score'\]; allowed"),
        ([["1", 0, 0]], NAMED, "row 0: '1' is not a probability"),
        (["a", [0.2, 0.3, 0.5]], NAMED, "row 0 has no figure where other rows have one"),
        ([[0.2, 0.3, 0.5], "a"], NAMED, "row 1 has no figure where other rows have one"),
        ([None], NAMED, "row 0: None is none of the classes"),
    ],
)
def test_wrong_answers_are_told_with_their_row(
    elements: list[Any], serving: ServingConfig, says: str
) -> None:
    with pytest.raises(ServingError, match=says):
        read_several(elements, serving, ABC)


def test_impossible_numbers_are_counted_by_row() -> None:
    answers = read_several(
        [[0.5, 0.5, 0.0], [None, 0.5, 0.5], [1.2, -0.1, -0.1], [0.5, 0.5, 0.5]], NAMED, ABC
    )
    assert (answers.non_finite, answers.outside_unit_interval, answers.bad_sums) == (1, 1, 1)
    assert answers.first_bad is not None
    assert answers.first_bad[0] == 1
    assert np.isnan(answers.first_bad[1])
    assert not answers.usable


@pytest.mark.parametrize("weighted", [False, True])
def test_metrics_equal_scikit_learn(*, weighted: bool) -> None:
    generator = np.random.default_rng(8)
    label = generator.integers(0, 4, 500).astype(float)
    shares = generator.dirichlet(np.ones(4), 500)
    shares[np.arange(500), label.astype(int)] += 0.3
    shares /= shares.sum(axis=1, keepdims=True)
    predicted = shares.argmax(axis=1).astype(float)
    weight = generator.integers(0, 4, 500).astype(float) if weighted else None
    theirs = {
        "accuracy": reference.accuracy_score(label, predicted, sample_weight=weight),
        "f1_macro": reference.f1_score(label, predicted, average="macro", sample_weight=weight),
        "log_loss": reference.log_loss(label, shares, sample_weight=weight),
    }
    for name, expected in theirs.items():
        values = shares if name == "log_loss" else predicted
        assert measure(METRICS[name], label, values, weight) == pytest.approx(expected, rel=1e-12)


def test_a_class_that_is_only_predicted_counts_as_0() -> None:
    label, predicted = np.array([0.0, 0.0, 1.0]), np.array([0.0, 2.0, 1.0])
    expected = reference.f1_score(label, predicted, average="macro")
    assert measure(METRICS["f1_macro"], label, predicted) == pytest.approx(expected)
    assert expected == pytest.approx((2 / 3 + 1 + 0) / 3)
