"""DS4xx: nothing to compare is never a pass."""

from __future__ import annotations

import pytest

from mlops_actions.checks.leaks import Overlaps, check_leaks
from mlops_actions.checks.parameters import CheckParameters
from mlops_actions.profile.column import TableProfile
from mlops_actions.results.verdict import Outcome

LIMITS = CheckParameters()
TRAIN = TableProfile("train", "a.csv", 1000, (), 1, "0" * 64)
EVALUATION = TableProfile("evaluation", "b.csv", 500, (), 1, "0" * 64)


@pytest.mark.parametrize(
    ("overlaps", "rows", "keys"),
    [
        (
            Overlaps(0, 0),
            (Outcome.PASS, "0 distinct rows stand in training and evaluation, maximum 0 (n=500)"),
            (Outcome.PASS, "0 keys stand in training and evaluation, maximum 0 (n=500)"),
        ),
        (
            Overlaps(3, None),
            (Outcome.FAIL, "3 distinct rows stand in training and evaluation, maximum 0 (n=500)"),
            (Outcome.SKIPPED, "Keys in both splits: data.key is not declared"),
        ),
        (
            Overlaps(None, None, "customer"),
            (Outcome.INCONCLUSIVE, "Rows in both splits: no common column"),
            (Outcome.INCONCLUSIVE, "Keys in both splits: data.key: customer is not in both splits"),
        ),
    ],
)
def test_overlaps(overlaps: Overlaps, rows: tuple[Outcome, str], keys: tuple[Outcome, str]) -> None:
    found = check_leaks(TRAIN, EVALUATION, overlaps, LIMITS)
    assert [each.id for each in found] == ["DS401", "DS402"]
    assert [(each.outcome, each.sentence) for each in found] == [rows, keys]
    assert {(each.role, each.n) for each in found} == {("evaluation", 500)}


def test_without_evaluation_rows_both_are_skipped() -> None:
    found = check_leaks(TRAIN, None, Overlaps(None, None), LIMITS)
    assert [(each.id, each.outcome, each.reason) for each in found] == [
        ("DS401", Outcome.SKIPPED, "data.evaluation is not declared"),
        ("DS402", Outcome.SKIPPED, "data.evaluation is not declared"),
    ]
