"""Patterns of codes: what all values share in writing, and no part of a single one."""

from __future__ import annotations

import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops_actions.schemas.shapes import pattern_of


def found(*texts: str, rows: int = 10) -> str | None:
    return pattern_of((text, rows) for text in texts)


@pytest.mark.parametrize(
    ("texts", "pattern"),
    [
        (("NO1234", "SE5678"), "^[A-Z]{2}[0-9]{4}$"),
        (("A1", "B23"), "^[A-Z][0-9]+$"),
        (("2024-01-31", "2023-12-01"), r"^[0-9]{4}\-[0-9]{2}\-[0-9]{2}$"),
        (("ABC", "XYZ"), "^[A-Z]{3}$"),
        (("1.5", "2.7"), r"^[0-9]\.[0-9]$"),
        (("A-1", "B/2"), "^[A-Z][^A-Za-z0-9][0-9]$"),
        (("A-1", "12"), "^(?:[0-9]{2}|[A-Z][^A-Za-z0-9][0-9])$"),
        (("A.1", "B-2", "3"), "^(?:[0-9]|[A-Z][^A-Za-z0-9][0-9])$"),
        (("Oslo", "Rome"), None),  # words
        (("Anna", "Bert"), None),
        (("ab1", "abc2"), None),  # letters of varying number
        (("A1", "B2", "a1", "a-1", "1-a"), None),  # four shapes
        (("Å1", "B2"), None),
        (("A1", ""), None),
        (("A1" * 7, "B2" * 7), None),  # too many runs
        (("1" * 61,), None),
        ((), None),
    ],
)
def test_the_pattern_of_some_texts(texts: tuple[str, ...], pattern: str | None) -> None:
    assert found(*texts) == pattern
    assert pattern is None or all(re.search(pattern, each) for each in texts)


def test_a_shape_of_few_rows_tells_nothing() -> None:
    assert found("A1", rows=9) is None
    assert pattern_of([("A1", 100), ("A-1", 9)]) is None


CODES = st.text(string.ascii_letters + string.digits + "-_/. #", min_size=1, max_size=8)


@given(st.lists(CODES, min_size=1, max_size=20, unique=True))
def test_every_value_matches_and_no_literal_is_one_values_own(texts: list[str]) -> None:
    pattern = found(*texts)
    if pattern is None:
        return
    assert all(re.search(pattern, each) for each in texts)
    bare = re.sub(r"\[\^?[^]]*\]|\{\d+\}|\+|\(\?:|[)|^$]", "", pattern).replace("\\", "")
    assert all(sign in text for sign in bare for text in texts)
    assert not any(sign.isalnum() for sign in bare)
