"""Every value reads back as itself, whatever it holds."""

from __future__ import annotations

import math

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from mlops_actions.schemas.scalars import number, plain, quoted


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_text_survives_as_value_and_as_key(text: str) -> None:
    assert yaml.safe_load(quoted(text)) == text
    assert yaml.safe_load(f"{plain(text)}: 1") == {text: 1}
    assert "\n" not in quoted(text)


@pytest.mark.parametrize(
    "text",
    ["yes", "no", "0123", "1e3", "null", "~", "2024-01-31", "1_000", "0x1f", ".inf", "", " ", "a: b", "y"],
)
def test_a_text_that_looks_like_something_else_survives(text: str) -> None:
    assert yaml.safe_load(f"{plain(text)}: {quoted(text)}") == {text: text}


@pytest.mark.parametrize(
    "sign", ["\u202e", "\u200b", "\u00a0", "\x7f", "\x00", "\u2028", "\ufeff", "\U000e0001"]
)
def test_what_a_reviewer_cannot_see_is_escaped(sign: str) -> None:
    assert sign not in quoted(f"a{sign}b")
    assert yaml.safe_load(quoted(f"a{sign}b")) == f"a{sign}b"


@given(st.one_of(st.integers(), st.floats(allow_nan=False, allow_infinity=False)))
def test_a_number_survives(value: float) -> None:
    read = yaml.safe_load(number(value))
    assert isinstance(read, int | float)
    assert read == value


def test_what_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="inf is no bound"):
        number(math.inf)
