"""What stands for a feature in a serving log, and what is left out of a comparison by default."""

from __future__ import annotations

from typing import Any

import pytest

from mlops_actions.checks.pairs import left_out, served, words_of
from tests.unit.checks.drifting import column, rows


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (("income",), "income"),
        (("features.income", "income"), "features.income"),
        (("served_features.income", "raw_inputs.income"), "served_features.income"),
        (("features_income",), "features_income"),
        (("inputs.income", "income"), "income"),
        (("raw.income",), "raw.income"),
        (("outcome", "incomes"), None),
    ],
)
def test_a_served_feature_is_found_before_its_raw_input(names: tuple[str, ...], found: str | None) -> None:
    seen = served(rows("serving_log", **{name: [1, 2] for name in names}), "income")
    assert (seen.name if seen else None) == found


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("customerID", {"customer", "id"}),
        ("customer_id", {"customer", "id"}),
        ("CustomerIdHash", {"customer", "id", "hash"}),
        ("paid", {"paid"}),
    ],
)
def test_the_words_of_a_name(name: str, words: set[str]) -> None:
    assert words_of(name) == words


@pytest.mark.parametrize(
    ("name", "values", "out"),
    [
        ("month", [1, 6, 12], True),
        ("Month", [1, 6, 12], True),
        ("month", [1, 6, 13], False),  # months since something
        ("month", [1.5, 6.0], False),
        ("calls_per_month", [1, 6, 12], False),
        ("day_of_year", [1, 200, 366], True),
        ("year", [2013, 2014], True),
        ("year", [1, 2, 3], False),
        ("hour", [0, 12, 23], False),
        ("weekday", [0, 6], False),
        ("account_number", list(range(100)), True),
        ("account_number", [1, 2, 3] * 40, False),
        ("amount", list(range(100)), False),
        ("amount_id", [index / 3 for index in range(100)], False),
        ("name", [f"n{index}" for index in range(100)], True),
        ("city", ["a", "b"] * 50, False),
        ("empty", [None, None], False),
    ],
)
def test_ids_and_calendars_are_left_out(name: str, values: list[Any], out: bool) -> None:
    assert bool(left_out(column(name, values, "string" if values[0] is None else ""))) is out
