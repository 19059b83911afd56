"""DS109: on distinct texts where they are counted, else on the rows that a predicate counted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mlops_actions.checks import text_lengths
from mlops_actions.checks.case import Case, Setting
from mlops_actions.checks.parameters import CheckParameters
from mlops_actions.checks.text_lengths import length_predicate
from mlops_actions.config.data import DataConfig
from mlops_actions.config.data_schema import DataSchema
from mlops_actions.profile.column import ColumnProfile
from mlops_actions.profile.counts import ValueCounts
from mlops_actions.profile.needs import Where
from mlops_actions.profile.table import TableProfile
from mlops_actions.results.dataset import CheckResult, FailureCase
from mlops_actions.results.verdict import Outcome

NEED = Where("train", "length(code) >= 2 AND length(code) <= 4")


def case(counts: ValueCounts | None, measured: dict[Any, Any], *, show_values: bool = False) -> Case:
    columns = {"code": {"type": "string", "min_length": 2, "max_length": 4}, "free": {"type": "string"}}
    schema = DataSchema.model_validate({"version": 1, "columns": columns})
    data = DataConfig.model_validate({"train": "train.csv", "target": "y"})
    texts = {"code": "string", "free": "string"}
    kinds = {"train": texts, "reference:0": texts}
    given = Setting(data, "binary", CheckParameters(), schema, kinds, show_values)
    column = ColumnProfile("code", "string", 10, 1, counts, 3)
    table = TableProfile("train", "train.csv", 10, (column,), 1, "0" * 64)
    return Case(given, {"train": table}, measured)


def one(given: Case) -> CheckResult:
    (found,) = text_lengths.judge(given)
    return found


def test_a_column_that_is_no_text_is_skipped_with_the_reason() -> None:
    given = case(None, {})
    number = ColumnProfile("code", "integer", 10, 1, None, 3)
    of_numbers = Case(given.setting, {"train": replace(given.tables["train"], columns=(number,))})
    assert list(text_lengths.needs(of_numbers)) == []
    found = one(of_numbers)
    assert (found.id, found.outcome) == ("DS109", Outcome.SKIPPED)
    assert found.reason == "the column is integer, which has no length"


def test_the_need_is_one_predicate_per_column_with_a_length() -> None:
    assert list(text_lengths.needs(case(None, {}))) == [NEED]


@pytest.mark.parametrize(
    ("name", "low", "high", "expected"),
    [
        ("a", None, 3, "length(a) <= 3"),
        ("a b", 1, None, 'length("a b") >= 1'),
        ('a"b', 1, 2, 'length("a""b") >= 1 AND length("a""b") <= 2'),
    ],
)
def test_the_predicate(name: str, low: int | None, high: int | None, expected: str) -> None:
    assert length_predicate(name, low, high) == expected


def test_distinct_texts_are_judged_in_characters() -> None:
    counts = ValueCounts.of([("Øst", 5), ("x", 1), ("ålesund", 3)])
    found = one(case(counts, {NEED: 999}))
    assert found.sentence == "train.code: 4 of n=9 texts have a length outside [2, 4]"
    assert (found.outcome, found.observed, found.id) == (Outcome.FAIL, 4.0, "DS109")
    assert found.failures == (
        FailureCase(where="train.code", count=3),
        FailureCase(where="train.code", count=1),
    )
    shown = one(case(counts, {}, show_values=True)).failures
    assert [each.value for each in shown] == ["ålesund", "x"]


def test_texts_of_good_lengths_pass() -> None:
    found = one(case(ValueCounts.of([("ab", 5), ("abcd", 4)]), {}))
    assert (found.outcome, found.failures, found.remediation) == (Outcome.PASS, (), "")


@pytest.mark.parametrize(
    ("measured", "outcome", "text"),
    [
        ({NEED: 2}, Outcome.FAIL, "2 of n=9 texts have a length outside [2, 4]"),
        ({NEED: 0}, Outcome.PASS, "0 of n=9 texts have a length outside [2, 4]"),
        ({}, Outcome.INCONCLUSIVE, "the lengths could not be measured (n=9)"),
    ],
)
def test_too_many_texts_are_judged_by_the_predicate(
    measured: dict[Any, Any], outcome: Outcome, text: str
) -> None:
    found = one(case(None, measured))
    assert (found.outcome, found.sentence) == (outcome, f"train.code: {text}")
