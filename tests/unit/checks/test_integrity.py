"""DS2xx, DS5xx and DS6xx at their edges."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from mlops_actions.checks.check import ROUNDED
from mlops_actions.checks.integrity import (
    check_conflicts,
    check_integrity,
    check_labels,
    no_conflicts_of_numbers,
)
from mlops_actions.checks.parameters import CheckParameters
from mlops_actions.profile.column import ColumnProfile
from mlops_actions.profile.counts import ValueCounts
from mlops_actions.profile.table import TableProfile
from mlops_actions.results.verdict import Outcome
from tests.unit.checks.tables import column

PASS, WARN, FAIL, SKIPPED = Outcome.PASS, Outcome.WARN, Outcome.FAIL, Outcome.SKIPPED
LIMITS = CheckParameters()


def _table(*columns: ColumnProfile) -> TableProfile:
    return TableProfile("train", "t.csv", columns[0].rows, columns, 1, "0" * 64)


@pytest.mark.parametrize(
    ("values", "outcome", "sentence"),
    [
        ([None] * 4, WARN, "train.a: 0 distinct values, at least 2 are needed (n=0)"),
        ([7, 7, None], WARN, "train.a: 1 distinct value, at least 2 are needed (n=2)"),
        ([7, 8], PASS, "train.a: 2 distinct values, at least 2 are needed (n=2)"),
    ],
)
def test_a_constant_says_nothing(values: list[Any], outcome: Outcome, sentence: str) -> None:
    results = check_integrity(_table(column("a", values, "integer")), ("a",), LIMITS)
    (seen,) = [each for each in results if each.id == "DS202"]
    assert (seen.outcome, seen.sentence) == (outcome, sentence)


def test_only_model_inputs_are_judged_column_by_column() -> None:
    table = _table(column("a", ["x", "y"]), column("b", ["", ""]))
    subjects = {each.subject for each in check_integrity(table, ("a", "not there"), LIMITS)}
    assert subjects == {"t.csv", "a"}


def test_blank_is_text_only_and_a_wide_column_is_said_to_be_unseen() -> None:
    wide = replace(column("a", ["x", " "]), counts=None, distinct=1_000_001)
    table = _table(wide, column("b", [0, 1]))
    seen = {
        (each.id, each.subject): (each.outcome, each.reason)
        for each in check_integrity(table, ("a", "b"), LIMITS)
    }
    assert seen["DS203", "a"] == (SKIPPED, "about 1,000,001 distinct values are too many to look at each")
    assert ("DS203", "b") not in seen


CLASSES = [0] * 40 + [1] * 30


@pytest.mark.parametrize(
    ("values", "task", "outcome", "sentence"),
    [
        (CLASSES, "binary", PASS, "train.y: 2 classes, the rarest has 30 rows, minimum 30 (n=70)"),
        ([1] * 70, "binary", WARN, "train.y: 1 class, the rarest has 70 rows, minimum 30 (n=70)"),
        ([*CLASSES, None], "binary", FAIL, "train.y: 1 of n=71 labels are null, maximum 0"),
        ([1.5, None], "regression", FAIL, "train.y: 1 of n=2 labels are null, maximum 0"),
        ([1.5, 2.5], "regression", PASS, "train.y: every row is labelled (n=2)"),
        (
            list(range(51)),
            "multiclass",
            FAIL,
            "train.y: 51 distinct labels, at most 50 classes are expected",
        ),
    ],
)
def test_labels(values: list[Any], task: str, outcome: Outcome, sentence: str) -> None:
    seen = check_labels(_table(column("y", values)), "y", task, LIMITS.labels)
    assert (seen.outcome, seen.sentence, seen.n) == (outcome, sentence, len(values))


def test_labels_of_an_amount_are_told_to_be_a_regression() -> None:
    """Who begins with a number to predict met red, and no way out."""
    amounts = check_labels(_table(column("y", [at / 7 for at in range(70)])), "y", "binary", LIMITS.labels)
    assert amounts.remediation.startswith("Set `evaluate.task: regression`")
    names = check_labels(_table(column("y", [f"c{at}" for at in range(70)])), "y", "binary", LIMITS.labels)
    assert names.remediation.startswith("Raise `validate.checks.DS501.max_classes`")


def test_a_missing_target_names_the_columns_that_are_there() -> None:
    seen = check_labels(_table(column("a", [1]), column("b", [1])), "y", "binary", LIMITS.labels)
    assert (seen.outcome, seen.sentence) == (FAIL, "train.y: no such column (columns: a, b)")


def test_numbers_may_differ_between_equal_rows() -> None:
    seen = no_conflicts_of_numbers(_table(column("y", [1.5, 2.5])), "y")
    assert (seen.outcome, seen.reason) == (SKIPPED, "labels of a regression are numbers, not classes")


def test_labels_of_a_regression_are_numbers() -> None:
    seen = check_labels(_table(column("y", ["a", "b"])), "y", "regression", LIMITS.labels)
    assert seen.outcome is Outcome.FAIL
    assert "string; a regression's labels are numbers (n=2)" in seen.sentence


def test_rows_that_lost_digits_may_be_no_repetition_and_no_conflict() -> None:
    """100 of 400 rows lost digits; 12 repeat a row, or share their inputs: they may be among those."""
    values = np.array([*(1e17 + 16 * at for at in range(100)), *range(300)], dtype=np.float64)
    order = np.argsort(values)
    counts = ValueCounts(values[order], np.ones(400, dtype=np.int64))
    read = ColumnProfile("v", "number", 400, 0, counts, 400, lossy=True)
    limits = CheckParameters()
    for held, repeated, outcome in (
        (read, 12, Outcome.INCONCLUSIVE),
        (read, 120, Outcome.WARN),
        (read, 0, Outcome.PASS),
        (replace(read, lossy=False), 12, Outcome.WARN),
    ):
        table = TableProfile("train", "a.jsonl", 400, (held,), 1, "0" * 64, duplicate_rows=repeated)
        found = check_integrity(table, (), limits)[0]
        torn = check_conflicts(table, "y", 2, repeated, limits.conflicts, table.lost(("v",)))
        assert (found.outcome, torn.outcome) == (outcome, outcome)
        why = ROUNDED if outcome is Outcome.INCONCLUSIVE else ""
        assert (found.reason, torn.reason) == (why, why)
        assert found.sentence.endswith(why)
        assert torn.sentence.endswith(why)
