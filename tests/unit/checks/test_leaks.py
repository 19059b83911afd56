"""DS4xx: nothing to compare is never a pass."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from mlops_actions.checks.check import ROUNDED
from mlops_actions.checks.leaks import Overlaps, Twins, check_leaks, judge, needs
from mlops_actions.checks.parameters import CheckParameters
from mlops_actions.profile.needs import Doubtful, DoubtfulRows, Shared, SharedRows
from mlops_actions.profile.table import TableProfile
from mlops_actions.results.verdict import Outcome
from tests.unit.checks.tables import World

if TYPE_CHECKING:
    from mlops_actions.profile.needs import Need

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
    assert [each.id for each in found] == ["DS401", "DS402", "DS403"]
    assert [(each.outcome, each.sentence) for each in found[:2]] == [rows, keys]
    assert found[2].outcome is Outcome.SKIPPED
    assert {(each.role, each.n) for each in found} == {("evaluation", 500)}


@pytest.mark.parametrize(
    ("found", "doubtful", "outcome"),
    [
        (7, 7, Outcome.INCONCLUSIVE),
        (7, 6, Outcome.FAIL),
        (7, 500, Outcome.INCONCLUSIVE),
        (0, 500, Outcome.PASS),
    ],
)
def test_what_lost_digits_may_have_made_equal_is_no_leak(found: int, doubtful: int, outcome: Outcome) -> None:
    overlaps = Overlaps(found, found, doubtful_rows=doubtful, doubtful_keys=doubtful)
    rows, keys, _ = check_leaks(TRAIN, EVALUATION, overlaps, LIMITS)
    assert (rows.outcome, keys.outcome) == (outcome, outcome)
    unsure = outcome is Outcome.INCONCLUSIVE
    assert [each.reason for each in (rows, keys)] == [ROUNDED if unsure else ""] * 2
    assert rows.sentence.endswith(ROUNDED) is keys.sentence.endswith(ROUNDED) is unsure


def test_twins_that_lost_digits_may_have_made_are_inconclusive() -> None:
    seen = [
        check_leaks(TRAIN, EVALUATION, Overlaps(0, 0, "", Twins(90, 0, doubtful)), LIMITS)[2].outcome
        for doubtful in (0, 50, 90)
    ]
    assert seen == [Outcome.WARN, Outcome.WARN, Outcome.INCONCLUSIVE]


def test_rows_that_may_be_others_are_not_named() -> None:
    """The case asks what it needs, and no place is sought of rows that are perhaps no common ones."""
    case = World().case()
    needed = list(needs(case))
    shared = [each for each in needed if isinstance(each, Shared)]
    doubts = [Doubtful(each.role, each.columns, each.other, each.columns) for each in shared]
    assert [each for each in needed if isinstance(each, Doubtful)] == doubts
    measured: dict[Need, Any] = {each: SharedRows(9, 9, 0) for each in shared}
    for doubt, outcome in ((DoubtfulRows(9, 20), Outcome.INCONCLUSIVE), (DoubtfulRows(), Outcome.FAIL)):
        found = judge(replace(case, measured={**measured, **dict.fromkeys(doubts, doubt)}))
        assert [each.outcome for each in found[:2]] == [outcome, outcome]
        named = [getattr(each, "sought", None) is not None for each in found[:2]]
        assert named == [outcome is Outcome.FAIL] * 2


def test_a_key_that_is_text_in_one_split_alone_is_told() -> None:
    world = World()
    world.evaluation["customer"] = list(range(len(world.evaluation["customer"])))
    (found,) = (each for each in world.judge() if each.id == "DS402")
    assert found.sentence.endswith(
        "(n=300); customer: string in training, integer in evaluation: compared by value (007 is 7)"
    )
    (alike,) = (each for each in World().judge() if each.id == "DS402")
    assert "customer" not in alike.sentence


def test_without_evaluation_rows_both_are_skipped() -> None:
    found = check_leaks(TRAIN, None, Overlaps(None, None), LIMITS)
    assert [(each.id, each.outcome, each.reason) for each in found] == [
        ("DS401", Outcome.SKIPPED, "data.evaluation is not declared"),
        ("DS402", Outcome.SKIPPED, "data.evaluation is not declared"),
        ("DS403", Outcome.SKIPPED, "data.evaluation is not declared"),
    ]


@pytest.mark.parametrize(
    ("twins", "outcome", "sentence"),
    [
        (Twins(6, 0), Outcome.PASS, "6 of n=500 evaluation rows have inputs and label of a training row"),
        (Twins(7, 0), Outcome.WARN, "row, maximum share 0.012 (as often as such rows coincide)"),
        (Twins(90, 20), Outcome.PASS, "maximum share 0.18 (as often as such rows coincide)"),
        (Twins(93, 20), Outcome.WARN, "93 of n=500"),
        (Twins(500, 490), Outcome.PASS, "maximum share 1 (as often as such rows coincide)"),
    ],
)
def test_twins_beyond_chance(twins: Twins, outcome: Outcome, sentence: str) -> None:
    """20 of 500 coincide within evaluation, 34.4 at most: 1 - (1 - 34.4 / 500)^2 = .133, and noise."""
    found = check_leaks(TRAIN, EVALUATION, Overlaps(0, 0, "", twins), LIMITS)[2]
    assert found.outcome is outcome
    assert sentence in found.sentence


@pytest.mark.parametrize("train_rows", [100, 1000, 100_000])
@pytest.mark.parametrize("cells", [12, 48, 1000, 10_000])
def test_honest_rows_of_few_values_do_not_warn(train_rows: int, cells: int) -> None:
    """Both splits are drawn from the same cells: less, as much and more training than evaluation."""
    random = np.random.default_rng(cells)
    for _ in range(20):
        train, evaluation = random.integers(cells, size=train_rows), random.integers(cells, size=1000)
        rows = np.bincount(evaluation, minlength=cells)
        twins = Twins(int(np.isin(evaluation, train).sum()), int(rows[rows > 1].sum()))
        table = TableProfile("train", "a.csv", train_rows, (), 1, "0" * 64)
        judged = TableProfile("evaluation", "b.csv", 1000, (), 1, "0" * 64)
        assert check_leaks(table, judged, Overlaps(0, 0, "", twins), LIMITS)[2].outcome is Outcome.PASS


def test_more_training_rows_do_not_hide_a_leak_of_all() -> None:
    for rows in (8_000, 18_000, 100_000):
        table = TableProfile("train", "a.csv", rows, (), 1, "0" * 64)
        judged = TableProfile("evaluation", "b.csv", 300, (), 1, "0" * 64)
        found = check_leaks(table, judged, Overlaps(0, 0, "", Twins(300, 0)), LIMITS)[2]
        assert found.outcome is Outcome.WARN


def test_many_evaluation_rows_leave_little_to_chance() -> None:
    many = TableProfile("evaluation", "b.csv", 2000, (), 1, "0" * 64)
    found = [check_leaks(TRAIN, many, Overlaps(0, 0, "", Twins(each, 0)), LIMITS)[2] for each in (20, 21)]
    assert [each.outcome for each in found] == [Outcome.PASS, Outcome.WARN]
    assert found[0].sentence.endswith("maximum share 0.01")
