"""DS210: what changed its kind between two samples, and what is asked for to tell."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from mlops_actions.checks.kind_change import judge, needs
from mlops_actions.checks.pairs import splits
from mlops_actions.profile.needs import Sample
from mlops_actions.results.verdict import Outcome
from tests.unit.checks.drifting import case, column, rows, table

TEXTS = ["1 EUR", "2 EUR"]


def said(role: str, **columns: list[Any]) -> tuple[Outcome, str]:
    train = rows("train", a=[1, 2], y=[0, 1])
    (found,) = judge(case(train, rows(role, **columns)))
    return found.outcome, found.sentence


def test_evaluation_and_served_rows_fail_and_the_base_commits_warn() -> None:
    for role, outcome in (("evaluation", "fail"), ("serving_log", "fail"), ("reference", "warn")):
        assert said(role, a=TEXTS, y=[0, 1])[0] is Outcome(outcome)
        assert said(role, a=[1.5, 2.5], y=[0, 1])[0] is Outcome.PASS


def test_the_label_is_looked_at_too() -> None:
    outcome, sentence = said("evaluation", a=[1, 2], y=["no", "yes"])
    assert outcome is Outcome.FAIL
    assert "y: integer in training, text in evaluation" in sentence


def test_numbers_written_as_text_pass_and_are_told() -> None:
    outcome, sentence = said("serving_log", **{"features.a": ["1", "2"]})
    assert outcome is Outcome.PASS
    assert sentence == (
        "0 of 1 column is of another kind in the serving log than in training; written as text in one of "
        "the two, and read as what it is in the other: a (n=2)"
    )


def test_excluded_columns_and_no_second_sample() -> None:
    two = (rows("train", a=[1, 2], y=[0, 1]), rows("evaluation", a=TEXTS, y=[0, 1]))
    (found,) = judge(case(*two, checks={"DS210": {"exclude": ["a"]}}))
    assert found.outcome is Outcome.PASS
    (found,) = judge(case(two[0]))
    assert found.outcome is Outcome.SKIPPED


def test_above_the_limit_of_distinct_values_a_sample_is_read() -> None:
    wide = replace(column("a", ["1.5", "2.5"] * 500), counts=None, distinct=5_000_000)
    before = case(rows("train", a=[1.5, 2.5] * 500, y=[0, 1] * 500), table("evaluation", wide))
    (need,) = needs(before)
    assert need == Sample("evaluation", ("a",), 20_000)
    told = splits(replace(before, measured={need: {"a": ["1.5", "2.5"] * 40}}))
    assert told is not None
    assert (dict(told.read), dict(told.unlike)) == ({"a": 80}, {})
    (found, *_) = judge(replace(before, measured={need: {"a": ["1.5", "x"] * 40}}))
    assert "40 of 80 sampled texts are no number" in found.sentence


def test_another_decimal_sign_is_told_whatever_the_values_are() -> None:
    before, now = (rows(role, a=[1.5, 2.5], y=[0, 1]) for role in ("reference", "train"))
    for first, second, outcome in ((".", ",", "warn"), (",", ",", "pass"), ("", ",", "pass")):
        seen = case(replace(before, decimal=first), replace(now, decimal=second))
        (found,) = judge(seen)
        assert found.outcome is Outcome(outcome)
        told = "numbers have a decimal point in the reference and a decimal comma in training"
        assert found.sentence.startswith(told) is (outcome == "warn")
        assert found.sentence.startswith("0 of 2 columns are") is (outcome == "pass")
