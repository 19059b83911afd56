"""Columns become numbers: order, nulls and common categories are kept, what cannot be read is said."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import numpy as np

from mlops_actions.learning.encoding import encode, linear_design

KINDS = {
    "n": "number",
    "b": "boolean",
    "w": "string",
    "d": "date",
    "t": "timestamp",
    "id": "string",
    "c": "integer",
}


def test_each_kind() -> None:
    columns: dict[str, list[Any]] = {
        "n": [1.5, None, float("nan"), float("inf")],
        "b": [True, False, None, True],
        "w": ["x", "y", "y", None],
        "d": [date(1970, 1, 2), None, date(1970, 1, 1), date(1970, 1, 1)],
        "t": [datetime(1970, 1, 1, 12, tzinfo=UTC), None, 86_400_000_000, 0],
        "c": [7, 7, 7, 7],
    }
    made = encode(columns, KINDS, tuple(columns))
    assert made.names == ("n", "b", "w", "d", "t")
    assert made.left_out == (("c", "constant in the sample"),)
    assert made.coded.tolist() == [False, False, True, False, False]
    assert np.array_equal(made.matrix[:, 0], [1.5, np.nan, np.nan, np.nan], equal_nan=True)
    assert np.array_equal(made.matrix[:, 1], [1, 0, np.nan, 1], equal_nan=True)
    assert np.array_equal(made.matrix[:, 2], [1, 0, 0, np.nan], equal_nan=True)
    assert made.matrix[0, 3] - made.matrix[2, 3] == 1.0
    assert made.take(np.array([2])).matrix.tolist()[0][1:3] != []


def test_nearly_free_text_is_left_out_and_rare_words_share_a_code() -> None:
    columns = {"id": [f"u{index}" for index in range(100)], "w": [f"w{index % 40}" for index in range(100)]}
    made = encode(columns, KINDS, ("id", "w"))
    assert (made.names, made.left_out) == (("w",), (("id", "100 distinct texts in 100 rows"),))
    many = encode({"w": [f"w{index % 400}" for index in range(2000)]}, KINDS, ("w",))
    assert many.matrix.max() == 253


def test_whole_numbers_beyond_a_float_are_null() -> None:
    made = encode({"c": [10**400, 1, 2]}, KINDS, ("c",))
    assert np.isnan(made.matrix[0, 0])


def test_linear_design_is_standard_and_has_no_null() -> None:
    generator = np.random.default_rng(0)
    numbers = [None if index % 4 == 0 else float(generator.normal(5, 2)) for index in range(400)]
    words = [("a", "b", None)[index % 3] for index in range(399)] + ["rare"]
    design = linear_design(encode({"n": numbers, "w": words}, KINDS, ("n", "w")))
    assert design.shape == (400, 5)  # the number, its null mark, a, b and null; rare is none of them
    assert abs(design[:, 0].mean()) < 1e-12
    assert abs(design[:, 0].std() - 1) < 1e-12
    assert design[:, 1].sum() == 100
    assert design[-1, 2:].tolist() == [0.0, 0.0, 0.0]
