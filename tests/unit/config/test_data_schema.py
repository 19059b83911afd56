"""mlops/schema.yaml: every mistake with its line, columns of any name."""

from __future__ import annotations

import pytest

from mlops_actions.config.data_schema import DistributionBounds, parse_schema
from mlops_actions.errors import ConfigError

TEXT = """\
version: 1
columns:
  "odd. name":
    type: string
    pattern: "[a-z]+"
  amount: {type: number, minimum: 0, distribution: {mean: [1, 2], max_share: 0.5}}
"""
KEYS = (
    "type, nullable, max_null_rate, minimum, maximum, min_length, max_length, categories, pattern, unique, "
    "distribution, description"
)


def told(text: str) -> list[str]:
    """Each problem's text."""
    with pytest.raises(ConfigError) as caught:
        parse_schema(text, "schema.yaml")
    return [str(each) for each in caught.value.problems]


def test_the_whole_file() -> None:
    schema = parse_schema(TEXT, "schema.yaml")
    assert schema.columns["odd. name"].pattern == "[a-z]+"
    assert not schema.allow_extra_columns
    assert schema.columns["amount"].distribution.mean == (1, 2)


def test_whether_there_is_a_bound() -> None:
    assert [DistributionBounds(mean=mean).any for mean in (None, (1, 2))] == [False, True]


@pytest.mark.parametrize(
    ("old", "new", "line", "expected"),
    [
        ("version: 1", "version: 2", 1, "version: should be 1; seen: 2."),
        ("type: string", "typ: string", 3, "columns.odd. name.type: required, and missing. Add it."),
        ("type: string", "typ: x", 4, f"Did you mean 'type'? Allowed: {KEYS}."),
        ("type: number", "type: nubmer", 6, "columns.amount.type: should be 'integer', 'number', 'string', "),
        ("type: number", "type: nubmer", 6, "seen: 'nubmer'. Did you mean 'number'?"),
        ("[a-z]+", "[a-z", 5, "columns.odd. name.pattern: not a regular expression: unterminated"),
        ("minimum: 0", "minimum: low", 6, "columns.amount.minimum: should be a number; seen: 'low'."),
        ("0.5", "[1]", 6, "columns.amount.distribution.max_share: should be a number or a mapping; seen: "),
        ("minimum: 0", "type: date", 6, "columns.amount.type: the key stands twice (first: line 6)."),
    ],
)  # fmt: skip
def test_what_is_told_of_one_mistake(old: str, new: str, line: int, expected: str) -> None:
    assert any(
        each.startswith(f"schema.yaml:{line}: ") and expected in each for each in told(TEXT.replace(old, new))
    )


@pytest.mark.parametrize(("text", "seen"), [("", "nothing"), ("[1]", "list")])
def test_a_text_that_is_no_mapping_says_how_to_get_one(text: str, seen: str) -> None:
    message = f"schema.yaml:1: a mapping with version and columns is required; seen: {seen}."
    assert told(text) == [f"{message} Write one with `mlops schema infer`."]


def test_texts_by_their_names_in_each_file() -> None:
    text = """\
version: 1
columns: {a: {type: string}, b: {type: string}, n: {type: integer}}
references:
  - {columns: [a, n], file: one.csv, file_columns: [x, y]}
  - {columns: [b], file: two.csv}
  - {columns: [b], file: one.csv, file_columns: [z]}
  - {columns: [a], split: self, file_columns: [b]}
"""
    schema = parse_schema(text, "schema.yaml")
    roles = ("train", "reference", "reference:0", "reference:1")
    assert [sorted(schema.texts(role)) for role in roles] == [["a", "b"], ["a", "b"], ["x", "z"], ["b"]]
