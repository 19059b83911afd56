"""Every shape the serving contract allows, and what each wrong one is told."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from mlops_actions.config.train import ServingConfig
from mlops_actions.errors import ServingError
from mlops_actions.evaluation.answers import read_answers
from mlops_actions.evaluation.labels import Classes

BOTH = ServingConfig(output="both", classes=("stay", "leave"))


def test_list_of_probabilities_takes_the_positive_class() -> None:
    answers = read_answers([[0.75, 0.25], [0.5, 0.4]], BOTH, task="binary", positive="leave")
    assert answers.score is not None
    assert answers.score.tolist() == [0.25, 0.4]
    assert answers.prediction is None
    assert answers.bad_sums == 1
    stay = read_answers([[0.75, 0.25]], BOTH, task="binary", positive="stay")
    assert stay.score is not None
    assert stay.score.tolist() == [0.75]


def test_objects() -> None:
    answers = read_answers(
        [{"prediction": "leave", "score": 0.9}, {"prediction": "stay", "score": 0.2}], BOTH, task="binary"
    )
    assert answers.score is not None
    assert answers.prediction is not None
    assert answers.score.tolist() == [0.9, 0.2]
    assert answers.prediction.tolist() == [1.0, 0.0]
    scores = read_answers([{"scores": {"stay": 0.3, "leave": 0.7}}], BOTH, task="binary")
    assert scores.score is not None
    assert scores.score.tolist() == [0.7]


def test_a_float_is_a_label_unless_probability_is_declared() -> None:
    label = ServingConfig(output="label", classes=(0, 1))
    answers = read_answers([1, 0], label, task="binary")
    assert answers.score is None
    assert answers.prediction is not None
    assert answers.prediction.tolist() == [1.0, 0.0]
    with pytest.raises(ServingError, match=r"0\.5 is none of the classes \(0, 1\)"):
        read_answers([0.5], label, task="binary")
    probability = read_answers([0.5], ServingConfig(output="probability"), task="binary")
    assert probability.score is not None
    assert probability.score.tolist() == [0.5]


def test_odd_numbers_are_counted_not_hidden() -> None:
    answers = read_answers([None, 1.5, 0.5], ServingConfig(output="probability"), task="binary")
    assert answers.non_finite == 1
    assert answers.outside_unit_interval == 1
    assert not answers.usable


def test_regression() -> None:
    answers = read_answers([1, 2.5, {"prediction": -3}, None], ServingConfig(), task="regression")
    assert answers.prediction is not None
    assert answers.prediction[:3].tolist() == [1.0, 2.5, -3.0]
    assert math.isnan(answers.prediction[3])
    assert answers.non_finite == 1


@pytest.mark.parametrize(
    ("elements", "says"),
    [
        ([[0.1, 0.2, 0.7]], "3 probabilities; serving.classes names 2"),
        ([{"probability": 1}], "keys \\['probability'\\]"),
        ([{"scores": {"a": 1.0}}], "the positive class is 'leave'"),
        ([{"score": "high"}], "'high' is not a probability"),
        ([{"score": True}], "True is not a probability"),
        ([{"score": 0.1}, {"prediction": "leave"}], "row 1 has no figure"),
    ],
)
def test_wrong_shapes_say_what_was_seen_and_what_is_allowed(elements: list[Any], says: str) -> None:
    with pytest.raises(ServingError, match=says):
        read_answers(elements, BOTH, task="binary")


def test_order_and_count_are_kept() -> None:
    values = np.linspace(0, 1, 101)
    answers = read_answers(values.tolist(), ServingConfig(output="probability"), task="binary")
    assert answers.score is not None
    assert np.array_equal(answers.score, values)


def test_a_label_server_answers_with_the_rows_own_labels() -> None:
    label = ServingConfig(output="label")
    rows = Classes("malignant", ("benign", "malignant"))
    for elements in (["malignant", "benign"], [{"prediction": "malignant"}, {"prediction": "benign"}]):
        answers = read_answers(elements, label, task="binary", positive="malignant", labels=rows)
        assert answers.score is None
        assert answers.prediction is not None
        assert answers.prediction.tolist() == [1.0, 0.0]
    with pytest.raises(ServingError, match=r"1 is none of the classes \(benign, malignant\)"):
        read_answers([1, 0], label, task="binary", positive="malignant", labels=rows)
    with pytest.raises(ServingError, match="'begnin' is none of the classes"):
        read_answers([{"prediction": "begnin"}], label, task="binary", positive="malignant", labels=rows)


@pytest.mark.parametrize("element", [True, 1, 1.0, {"prediction": True}, {"prediction": 1.0, "score": 0.9}])
def test_true_and_one_are_the_same_label(element: Any) -> None:
    answers = read_answers([element], ServingConfig(output="label"), task="binary")
    assert answers.prediction is not None
    assert answers.prediction.tolist() == [1.0]


def test_an_encoded_label_beside_its_score_and_scores_of_booleans() -> None:
    answers = read_answers([{"prediction": 1, "score": 0.9}], BOTH, task="binary")
    assert answers.prediction is not None
    assert answers.prediction.tolist() == [1.0]
    truth = ServingConfig(classes=(False, True))
    for scores in ({"true": 0.7, "false": 0.3}, {"True": 0.7, "False": 0.3}):
        served = read_answers([{"scores": scores}], truth, task="binary", positive=True)
        assert served.score is not None
        assert served.score.tolist() == [0.7]
