"""Two columns of different kinds: what is one kind in effect, and what cannot be compared."""

from __future__ import annotations

from typing import Any

import pytest

from mlops_actions.checks.kinds import OneKind, Unlike, one_kind
from tests.unit.checks.drifting import column


def brought(first: list[Any], second: list[Any], first_kind: str = "") -> list[Any] | str:
    """The second column's values as the first one's kind, or what is said."""
    found = one_kind(column("a", first, first_kind), column("a", second))
    if isinstance(found, Unlike):
        return found.words("training", "evaluation")
    return [] if found.second.counts is None else found.second.counts.values.tolist()


@pytest.mark.parametrize(
    ("first", "second", "values"),
    [
        ([1.5], ["1.5", " -2e3 ", ".5", "7"], [-2000.0, 0.5, 1.5, 7.0]),
        ([1, 2], ["3", "-4"], [-4, 3]),
        ([1.5], ["inf", "nan", "1"], [1.0, float("inf")]),
        ([True], ["true", "FALSE"], [False, True]),
        ([True], [0, 1], [0, 1]),
        ([1], [0.5], [0.5]),
        (["a"], ["1"], ["1"]),
    ],
)
def test_what_is_one_kind_in_effect(first: list[Any], second: list[Any], values: list[Any]) -> None:
    assert brought(first, second) == values


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ([1.5], ["1 EUR", "2"], "number in training, text in evaluation: "),
        ([1], ["0,123"], "integer in training, text in evaluation: "),
        ([1], ["007"], "integer in training, text in evaluation: "),
        ([1], [""], "integer in training, text in evaluation: "),
        (["x"], [1.5], "text in training, number in evaluation: "),
        ([True], ["yes"], "boolean in training, text in evaluation: "),
    ],
)
def test_what_cannot_be_compared(first: list[Any], second: list[Any], said: str) -> None:
    found = brought(first, second)
    assert isinstance(found, str)
    assert found.startswith(f"{said}values cannot be compared, 1 of ")


def test_times_are_read_as_utc_microseconds() -> None:
    texts = ["1970-01-02", "1970-01-01T00:00:01Z", "1970-01-01 01:00:00+01:00"]
    assert brought([5], texts, "timestamp") == [0, 1_000_000, 86_400_000_000]
    assert "1 of 1 texts is no time" in str(brought([5], ["20.11.2024"], "date"))
    assert brought([5], [7], "date") == "date in training, integer in evaluation: values cannot be compared"


def test_nan_among_texts_is_null_and_a_column_without_values_has_no_kind() -> None:
    found = one_kind(column("a", [1.5]), column("a", ["nan", "1", None]))
    assert isinstance(found, OneKind)
    assert (found.second.kind, found.second.nulls, found.second.present) == ("integer", 2, 1)
    empty = column("a", [None, None], "string")
    assert one_kind(column("a", [1.5]), empty) == OneKind(column("a", [1.5]), empty)
