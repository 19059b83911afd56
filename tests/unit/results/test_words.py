"""One thing is never told in the plural."""

from __future__ import annotations

import pytest

from mlops_actions.results.words import count, few_digits, noticed, ordinal, p_value, share


@pytest.mark.parametrize(
    ("made", "shown"),
    [
        (count(1, "row"), "1 row"),
        (count(0, "row"), "0 rows"),
        (count(1200, "row"), "1,200 rows"),
        (count(1, "class", "classes"), "1 class"),
        (count(2, "class", "classes"), "2 classes"),
        (share(2, 3, "batch", "label"), "2 of 3 batches label"),
        (share(1, 1, "rule", "hold"), "1 of 1 rule holds"),
        (share(1, 2, "rule", "hold"), "1 of 2 rules hold"),
        (share(0, 1, "check", "pass"), "0 of 1 check passes"),
        (few_digits(3000.4), "3,000"),
        (few_digits(24057.2, 4), "24,060"),
        (few_digits(999.96), "1,000"),
        (few_digits(-2500, 2, "+"), "-2,500"),
        (few_digits(2500, 2, "+"), "+2,500"),
        (few_digits(0.012345), "0.0123"),
        (few_digits(2e15), "2e+15"),
        (few_digits(float("inf")), "inf"),
        (noticed(51, 51), "self-test: every injected fault noticed (51)"),
        (
            noticed(0, 1),
            "self-test of the schema, not of the data: it notices 0 of 1 injected fault; the rest would pass",
        ),
    ],
)
def test_words(made: str, shown: str) -> None:
    assert made == shown


def test_a_p_value_is_never_written_as_zero() -> None:
    said = [p_value(0.0, "<= "), p_value(1e-301), p_value(1e-299, "<= "), p_value(0.0312), p_value(1.0)]
    assert said == ["< 1e-300", "< 1e-300", "<= 1e-299", "0.031", "1"]


@pytest.mark.parametrize(
    ("n", "text"),
    [
        (1, "1st"),
        (2, "2nd"),
        (3, "3rd"),
        (4, "4th"),
        (11, "11th"),
        (13, "13th"),
        (21, "21st"),
        (1_112, "1,112th"),
    ],
)
def test_a_place_in_an_order(n: int, text: str) -> None:
    assert ordinal(n) == text
