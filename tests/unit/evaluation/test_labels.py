"""Labels of two classes: every spelling, and what is told about what is neither."""

from __future__ import annotations

from typing import Any

import pytest

from mlops_actions.errors import InputError
from mlops_actions.evaluation.labels import Classes, label_text, positive_rows, predicted_labels, two_classes

CANCER = Classes("malignant", ("benign", "malignant"))


@pytest.mark.parametrize(
    ("values", "classes", "expected"),
    [
        (["malignant", "benign", "malignant"], CANCER, [1, 0, 1]),
        ([1, 0, 1], CANCER, [1, 0, 1]),
        ([1.0, 0.0, 1.0], CANCER, [1, 0, 1]),
        ([True, False, True], CANCER, [1, 0, 1]),
        ([True, False, True], Classes("1", ("0", "1")), [1, 0, 1]),
        ([2, 1, 2], Classes("2", ("1", "2")), [1, 0, 1]),
        ([0, 1, 0], Classes("2", ("1", "2")), [0, 1, 0]),
        ([0, 1, 1], Classes("0", ("1", "0")), [1, 0, 0]),  # the label's own values before 0/1
    ],
)
def test_a_column_is_the_labels_own_values_or_zero_and_one(
    values: list[Any], classes: Classes, expected: list[float]
) -> None:
    assert predicted_labels(values, classes, "p.csv").tolist() == expected


@pytest.mark.parametrize(
    ("values", "seen", "wrong"),
    [
        (["malignant", "begnin", "benign"], "'begnin' in data row 2", 1),
        ([0, 0.5, 0.7], "'0.5' in data row 2", 2),
        ([1, "benign", 0], "'1' in data row 1, beside labels of the other kind", 2),
    ],
)
def test_a_value_that_is_neither_is_named_with_its_row(values: list[Any], seen: str, wrong: int) -> None:
    with pytest.raises(InputError) as caught:
        predicted_labels(values, CANCER, "p.csv")
    verb = "is" if wrong == 1 else "are"
    allowed = f"{wrong} of 3 {verb} wrong. Allowed: benign, malignant; or 0 and 1 (1 is malignant)"
    assert caught.value.message == f"p.csv: prediction: {seen}; {allowed}"
    assert "whole column" in caught.value.hint


@pytest.mark.parametrize(
    ("labels", "declared", "positive", "expected"),
    [
        (["benign", "malignant"], (), "malignant", CANCER),
        (["malignant"], ("benign", "malignant"), "malignant", CANCER),
        ([True, False], (), True, Classes("1", ("0", "1"))),
        ([0.0, 1.0], (False, True), True, Classes("1", ("0", "1"))),
    ],
)
def test_two_classes(labels: list[Any], declared: tuple[Any, ...], positive: Any, expected: Classes) -> None:
    assert two_classes(labels, declared, positive, column="y", shown="e.csv") == expected


@pytest.mark.parametrize(
    ("labels", "declared", "positive", "seen", "hint"),
    [
        (["a", "b", "c"], (), "a", "holds 3 classes (a, b, c)", "set evaluate.task: multiclass"),
        (["a", "b"], ("a", "b", "c"), "a", "holds 2 classes (a, b)", "set evaluate.task: multiclass"),
        (["a", "b"], (), 1, "the positive class 1", "Set evaluate.positive"),
        (["a"], ("b", "c"), "b", "holds 1 class (a)", "Set evaluate.positive"),
    ],
)
def test_more_or_other_classes_say_what_is_supported(
    labels: list[Any], declared: tuple[Any, ...], positive: Any, seen: str, hint: str
) -> None:
    with pytest.raises(InputError) as caught:
        two_classes(labels, declared, positive, column="y", shown="e.csv")
    assert seen in caught.value.message
    assert hint in caught.value.hint


def test_spellings() -> None:
    assert [label_text(value) for value in (True, 1, 1.0, "yes", 0.5)] == ["1", "1", "1", "yes", "0.5"]
    assert positive_rows([True, False, 1.0], 1).tolist() == [1.0, 0.0, 1.0]
