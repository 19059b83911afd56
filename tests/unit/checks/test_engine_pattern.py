"""Patterns for the engine: what it finds Python finds, too; what may differ is left to Python."""

from __future__ import annotations

import re

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlops_actions.checks.engine_pattern import engine_pattern
from mlops_actions.checks.mixed import ISO, OTHER_DATE, PLAIN_NUMBER, WORD
from mlops_actions.checks.values import DAMAGED as DAMAGED_PATTERN
from mlops_actions.checks.wide import BLANK, DAMAGED, NUMBER, TOLD

PIECES = st.sampled_from([
    "a", "b", "1", "é", ".", r"\d", r"\w", r"\s", r"\.", "[a-c]", "[^a]", r"[\d-]", "(?:ab|c)", "(a)", "x{2}",
    "a{1,3}", "a*", "b+?", "^", "$", "|", r"\n", "-", "/", r"\]", "[^\\w]", r"\S", r"\b", "(?i)", "(?=a)",
    r"\Z", "{,2}", "a++", "[[]", r"\1", "]", "[]a]",
])  # fmt: skip
SIGNS = st.text(alphabet="abcx1.é-\n\r\t ٣\u2028\u0085_]/", max_size=6)
CONNECTION = duckdb.connect()


def found(pattern: str, text: str) -> bool:
    """By RE2."""
    return bool(CONNECTION.execute("SELECT regexp_matches(?, ?)", [text, pattern]).fetchall()[0][0])


@pytest.mark.filterwarnings("ignore:Possible nested set")
@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES, min_size=1, max_size=5).map("".join), SIGNS)
def test_what_the_engine_finds_python_finds(pattern: str, text: str) -> None:
    try:
        search = re.compile(pattern).search
    except re.error:
        return
    made = engine_pattern(pattern)
    if not made:
        return
    try:
        seen = found(made, text)
    except duckdb.Error:
        return  # then the engine leaves out nothing
    if seen:
        assert search(text) is not None, (pattern, made, text)


@pytest.mark.parametrize(
    ("pattern", "made"),
    [
        ("^[CE][0-9]{4}$", r"^[CE][0-9]{4}\z"),
        (r"^\d{3}-\d{4}|x\.y$", r"^\d{3}-\d{4}|x\.y\z"),
        (r"[\w.-]+@[a-z]+", r"[\w.-]+@[a-z]+"),
        (r"\Aab?", r"\Aab?"),
        *((each, "") for each in (
            r"\bword", r"\S+", r"[^\s]", "(?i)a", "(?=a)", r"(a)\1", r"a\Z", "a{,3}", "a{1,1001}", "[[]",
            "[a", r"\v", "[]a]", "a++", "(?P<x>a)", "[a&&b]", r"\p{L}",
        )),
    ],
)  # fmt: skip
def test_only_what_is_read_alike_is_left_to_the_engine(pattern: str, made: str) -> None:
    assert engine_pattern(pattern) == made


TEXTS = st.text(
    alphabet="0129+-.eE \t\n\u00a0\u2003\x1c\x85a,\u00c3\u00bc\u00e2\u20ac\u2122\ufffd\x00\x7f", max_size=7
)


@settings(max_examples=500, deadline=None)
@given(TEXTS)
def test_the_engine_counts_what_python_would(text: str) -> None:
    assert found(BLANK, text) == (not text.strip())
    assert found(DAMAGED, text) == (DAMAGED_PATTERN.search(text) is not None)
    number = PLAIN_NUMBER.match(text) is not None and bool(text.strip())
    assert found(NUMBER, text) == number


WRITTEN = st.one_of(
    st.from_regex(r"[ \t]?([0-3]?[0-9][-/. ]){2}([0-9]{4}|[0-9]{2})([T ,]{1,2}[0-9]{1,2}:[0-9]{2})?\s?"),
    st.from_regex(r"\s?[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2})?Z?)?\s?"),
    st.sampled_from(["NA", "n/a", "N.A.", "#N/A", "<NA>", "NaN", "null", "NONE", "?", "-", "\\N", " NA\n"]),
    st.text(alphabet="nNaA/.#<>?-\\uleo \n", max_size=5),
)


@settings(max_examples=500, deadline=None)
@given(WRITTEN)
def test_words_and_dates_are_what_python_says(text: str) -> None:
    for pattern, matches in zip(TOLD[3:6], (WORD, ISO, OTHER_DATE), strict=True):
        assert found(pattern, text) == (matches(text) is not None), pattern
