"""One column of the schema: bounds of times and lengths of texts, and rules that nothing could judge."""

from __future__ import annotations

import pytest

from mlops_actions.config.column_contract import fits
from mlops_actions.config.data_schema import ColumnContract, parse_schema
from mlops_actions.config.instants import DAY
from mlops_actions.errors import ConfigError


def contract(text: str) -> ColumnContract:
    return parse_schema(f"version: 1\ncolumns:\n  a: {{{text}}}\n", "s.yaml").columns["a"]


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("type: date, minimum: 1970-01-02, maximum: 1970-01-03", (DAY, 2 * DAY)),
        ('type: date, minimum: "1970-01-02"', (DAY, None)),
        ("type: timestamp, minimum: 1970-01-02, maximum: 1970-01-02", (DAY, 2 * DAY - 1)),
        ("type: timestamp, maximum: 1970-01-01T00:00:01Z", (None, 1_000_000)),
        ("type: timestamp, maximum: 1970-01-01 01:00:00+01:00", (None, 0)),
        ("type: integer, minimum: -1, maximum: 9007199254740993", (-1, 2**53 + 1)),
        ("type: number, minimum: 0.5", (0.5, None)),
        ("type: boolean, minimum: 0, maximum: 1", (0, 1)),
        ("type: string", (None, None)),
    ],
)
def test_a_span_is_in_the_units_that_values_are_counted_in(text: str, span: tuple[object, object]) -> None:
    assert contract(text).span == span


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("type: date, minimum: 5", "minimum: should be an ISO date, as 2024-01-31; seen: 5"),
        ("type: date, maximum: 2024-01-31T10:00:00", "maximum: should be an ISO date, as 2024-01-31; seen: "),
        (
            "type: timestamp, minimum: soon",
            "should be an ISO date or time, as 2024-01-31 or 2024-01-31T18:30",
        ),
        ("type: date, minimum: '2024-02-30'", "minimum: should be an ISO date"),
        ("type: number, minimum: 2024-01-31", "minimum: should be a number; seen: '2024-01-31'"),
        ("type: number, minimum: [1]", "minimum: should be a number, or an ISO date or time"),
        ("type: number, minimum: true", "minimum: should be a number, or an ISO date or time"),
        ("type: string, minimum: 1", "minimum: texts are not compared by size. Use min_length, max_length"),
        ("type: number, minimum: 2, maximum: 1", "maximum: 1 is less than minimum 2. Nothing could keep"),
        (
            "type: date, minimum: 2024-01-02, maximum: 2024-01-01",
            "2024-01-01 is less than minimum 2024-01-02",
        ),
        ("type: integer, min_length: 1", "min_length: only a text has a length; this column is integer"),
        ("type: string, min_length: 3, max_length: 2", "max_length: 2 is less than min_length 3"),
        ("type: string, min_length: -1", "min_length: should be greater than or equal to 0; seen: -1"),
        ("type: date, pattern: a", "pattern: nothing to compare in a date. Use minimum and maximum."),
        ("type: string, categories: [yes, 'no']", "categories[0]: true is a boolean, this column is string."),
        (
            "type: string, categories: [NA, NO, SE]",
            "categories[1]: false is a boolean, this column is string.",
        ),
        ("type: string, categories: [a, on]", "quote it, as in 'no'."),
        ("type: integer, categories: [0, true]", "categories[1]: true is a boolean, this column is integer."),
        ("type: number, categories: [off]", "write 1 or 0."),
        ("type: timestamp, categories: ['a']", "categories: nothing to compare in a timestamp"),
        ("type: string, distribution: {mean: [1, 2]}", "distribution.mean: a string has no mean. Remove it."),
        ("type: number, distribution: {std: [2, 1]}", "std: should be [low, high]; seen: [2, 1]. Exchange"),
    ],
)
def test_a_rule_that_nothing_could_judge_is_a_mistake_with_its_line(text: str, expected: str) -> None:
    with pytest.raises(ConfigError) as caught:
        contract(text)
    (problem,) = caught.value.problems
    assert str(problem).startswith("s.yaml:3: columns.a")
    assert expected in str(problem)


def test_which_kinds_a_type_takes() -> None:
    assert fits("integer", "number")
    assert not fits("number", "integer")
    assert fits("date", "timestamp")
