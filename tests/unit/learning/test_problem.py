"""A sample as a problem: what is left out is said, what cannot be learnt has its sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mlops_actions.learning.problem import Prepared, Roles, prepare

if TYPE_CHECKING:
    from collections.abc import Sequence

KINDS = {"x": "number", "y": "string", "w": "string"}
X = [float(index % 17) for index in range(100)]


def prepared(label: Sequence[object], task: str = "multiclass") -> Prepared | str:
    return prepare({"x": X, "y": label}, KINDS, Roles(("x",), "y", task))


def test_classes_are_codes_and_rare_ones_and_nulls_are_left_out() -> None:
    label = [None, *["c"] * 4, *["b"] * 45, *["a"] * 50]
    found = prepared(label)
    assert isinstance(found, Prepared)
    assert found.problem.classes == 2
    assert found.places.tolist() == list(range(5, 100))
    assert found.problem.label.tolist() == [1] * 45 + [0] * 50
    assert found.problem.encoded.matrix[:, 0].tolist() == X[5:]
    assert found.left_out == ("1 class with fewer than 5 rows (4 rows)",)


def test_regression_keeps_finite_numbers() -> None:
    found = prepared([None, float("inf"), *[float(index) for index in range(98)]], "regression")
    assert isinstance(found, Prepared)
    assert (found.problem.classes, found.places[0], len(found.places)) == (0, 2, 98)


@pytest.mark.parametrize(
    ("label", "task", "why"),
    [
        (["a"] * 100, "binary", "1 class to learn, 2 to 50 are needed"),
        ([None] * 60 + ["a", "b"] * 20, "binary", "40 labelled rows to learn from, at least 50 are needed"),
        ([None] * 100, "binary", "0 classes to learn, 2 to 50 are needed"),
        ([1.0] * 100, "regression", "every label is the same number"),
    ],
)
def test_what_cannot_be_learnt(label: list[object], task: str, why: str) -> None:
    assert prepared(label, task) == why


def test_without_an_input_the_reason_names_each() -> None:
    columns = {"w": [f"u{index}" for index in range(100)], "y": ["a", "b"] * 50}
    found = prepare(columns, KINDS, Roles(("w",), "y", "binary"))
    assert found == "no model input can be learnt from: w: 100 distinct texts in 100 rows"


def test_many_columns_mean_fewer_rows_and_it_is_said() -> None:
    names = [f"c{index}" for index in range(400)]
    columns = {
        name: [float(row * (at % 96 + 1) % 97) for row in range(5200)] for at, name in enumerate(names)
    }
    columns["y"] = [float(row % 2) for row in range(5200)]
    kinds = dict.fromkeys(columns, "number")
    found = prepare(columns, kinds, Roles(tuple(names), "y", "binary"))
    assert isinstance(found, Prepared)
    assert found.problem.rows == len(found.places) == 5000
    assert found.left_out == ("200 of 5,200 rows, since 400 columns are many",)
