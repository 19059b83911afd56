"""DS206: what is text on purpose is no mixture: codes, enumerations, and what the schema declares so."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from mlops_actions.checks.check import Subject
from mlops_actions.checks.limits import MixedParameters
from mlops_actions.checks.mixed import check_mixed, wide_mixed
from mlops_actions.checks.wide import TOLD, TextRows
from mlops_actions.config.data_schema import ColumnContract
from mlops_actions.profile.counts import ValueCounts
from mlops_actions.results.verdict import Outcome

PASS, WARN = Outcome.PASS, Outcome.WARN
RANDOM = np.random.default_rng(5)
ZIPS = [f"{each:05d}" for each in RANDOM.integers(4_000, 99_950, 2_999)]  # few begin with a zero
PLAIN = [each for each in ZIPS if each[0] != "0"]


def said(values: list[str], **declared: Any) -> tuple[Outcome, str]:
    """Of a column, of which the schema declares that."""
    distinct, rows = np.unique(np.array(values, dtype=object), return_counts=True)
    contract = ColumnContract.model_validate(declared) if declared else None
    found = check_mixed(
        Subject("train", "a", len(values)), ValueCounts(distinct, rows), MixedParameters(), contract
    )
    return found.outcome, found.sentence


def test_digits_of_one_width_are_codes() -> None:
    assert said(ZIPS)[0] is PASS
    assert said([f"{each:08d}" for each in RANDOM.integers(0, 10**8, 999)])[0] is PASS


@pytest.mark.parametrize("odd", ["abc", "1234", "12345-6789", "?"])
def test_another_text_among_codes_is_told_alone(odd: str) -> None:
    sentence = "train.a: 1 text among 2,999 codes of equally many digits, mixed from 90% codes (n=3,000)"
    assert said([*ZIPS, odd]) == (WARN, sentence)


def test_numbers_of_several_widths_with_a_padded_one_are_a_mixture() -> None:
    numbers = [str(each) for each in range(1, 400)]
    sentence = "train.a: 1 text among 399 numbers written as text, mixed from 90% numbers (n=400)"
    assert said([*numbers, "007"]) == (WARN, sentence)
    assert said([*(f"{each / 8:.3f}" for each in range(399)), "00123"])[0] is WARN


@pytest.mark.parametrize(
    ("usual", "odd"),
    [
        (["200"] * 360 + ["404"] * 20 + ["500"] * 16, ["timeout"] * 5),
        (["1", "2", "3", "4", "5"] * 70, ["G"] * 30),
        (["1", "2", "3", "4", "5"] * 70, ["none"] * 17),
        (["true", "false"] * 190, ["unknown"] * 16),
        (["2024-01-01", "2024-07-01"] * 190, ["never"] * 9 + ["later"] * 6),
    ],
)
def test_frequent_texts_among_few_values_are_categories(usual: list[str], odd: list[str]) -> None:
    assert said(usual + odd)[0] is PASS
    assert said([*usual, odd[0]])[0] is WARN, "one row may be a slip"
    assert said([*usual, *odd, "x"])[0] is WARN, "so may one of several"
    assert said([*usual * 10, *odd[:5]])[0] is WARN, "five rows of thousands, too"


def test_frequent_texts_among_many_values_are_dirt() -> None:
    assert said([str(each) for each in range(400)] + ["unknown"] * 20)[0] is WARN
    assert said(["1", "2", "3"] * 100 + ["NA"] * 20)[0] is WARN, "a word for missing is no category"


def test_a_declared_text_is_judged_by_its_own_rules() -> None:
    passed = (PASS, "train.a: text by the schema, whose rules judge its values (n=400)")
    numbers = [str(each) for each in range(399)]
    assert said([*numbers, "abc"], type="string") == passed
    assert said([*numbers, "abc"], type="number")[0] is WARN
    assert said([*numbers, "NA"], type="string")[0] is WARN, "a reader may well make it null"
    assert said([*["1", "2"] * 9, "NA"], type="string", categories=["1", "2"])[0] is WARN
    assert said([*["1", "2"] * 9, "NA"], type="string", categories=["1", "2", "NA"])[0] is PASS
    assert said([*["1.5", " 2"] * 9], type="string")[0] is WARN, "white space"


def test_the_same_by_rows_that_the_engine_counted() -> None:
    """Blank, numbers, damaged, words, ISO dates, other dates; then codes by their width."""
    subject, limits = Subject("train", "a", 3_000), MixedParameters()
    widths = [0] * (len(TOLD) - 6)

    def told(codes: int, contract: ColumnContract | None = None) -> tuple[Outcome, str]:
        rows = TextRows.of((0, len(PLAIN), 0, 0, 0, 0, codes, *widths[1:]))
        found = wide_mixed(subject, rows, 3_000, limits, contract)
        return found.outcome, found.sentence

    assert told(3_000)[0] is PASS
    sentence = "train.a: 1 text among 2,999 codes of equally many digits, mixed from 90% codes (n=3,000)"
    assert told(2_999) == (WARN, sentence)
    assert told(0)[0] is WARN
    assert told(0, ColumnContract(type="string"))[0] is PASS
    words = TextRows(0, 2_990, 0, 10, 0, 0)
    assert wide_mixed(subject, words, 3_000, limits, ColumnContract(type="string")).outcome is WARN
