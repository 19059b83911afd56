"""DS406: a split by time has no row beyond its border, a random one says nothing, a backwards one is red."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from mlops_actions.checks.case import Case
from mlops_actions.checks.time_leak import judge, needs
from mlops_actions.profile.counts import ValueCounts
from mlops_actions.profile.needs import Order
from mlops_actions.profile.time_order import time_order
from mlops_actions.results.verdict import Outcome
from tests.unit.checks.labelled import setting, table

if TYPE_CHECKING:
    from mlops_actions.results.dataset import CheckResult

PASS, WARN, FAIL, SKIPPED = Outcome.PASS, Outcome.WARN, Outcome.FAIL, Outcome.SKIPPED
FUTURE = "the split is one by time, and these rows are its future"
DAYS = list(range(100))


def case(train: list[Any], evaluation: list[Any] | None, kind: str = "timestamp", **own: Any) -> Case:
    times = ("t",) if kind == "timestamp" else ()
    tables = {"train": table("train", {"t": train, "y": [0, 1] * (len(train) // 2)}, times)}
    if evaluation is not None:
        rows = {"t": evaluation, "y": [0, 1] * (len(evaluation) // 2)}
        tables["evaluation"] = table("evaluation", rows, times)
    kinds = {each.name: each.kind for each in tables["train"].columns}
    made = setting(kinds, {"time": "t"})
    limits = made.limits.model_copy(
        update={"time_leak": made.limits.time_leak.model_copy(update=own)} if own else {}
    )
    return Case(replace(made, limits=limits), tables)


def one(given: Case) -> CheckResult:
    (found,) = judge(given)
    assert (found.id, found.role) == ("DS406", "train")
    return found


@pytest.mark.parametrize(
    ("later", "outcome", "words"),
    [
        (0, PASS, "0 of n=1000 training rows lie after the first evaluation row, maximum share 0.01"),
        (10, PASS, "10 of n=1,000 training rows lie after the first evaluation row, maximum share 0.01"),
        (
            12,
            WARN,
            f"12 of n=1,000 training rows lie after the first evaluation row, maximum share 0.01; {FUTURE}",
        ),
    ],
)
def test_a_split_by_time_has_few_rows_beyond_its_border(later: int, outcome: Outcome, words: str) -> None:
    seen = one(case([*DAYS * 10][later:] + [150] * later, [at + 100 for at in DAYS]))
    assert (seen.outcome, seen.observed, seen.limit, seen.n) == (outcome, later / 1000, 0.01, 1000)
    assert seen.sentence == "train.t: " + words.replace("n=1000", "n=1,000")


def test_rows_of_the_first_evaluation_day_itself_are_not_after_it() -> None:
    assert one(case([*DAYS, 100, 100], [at + 100 for at in DAYS])).outcome is PASS


def test_a_random_split_is_silent_unless_the_split_is_declared_by_time() -> None:
    lot = np.random.default_rng(1).permutation(1000)
    for size in (10, 100, 300):
        seen = one(case(lot[size:].tolist(), lot[:size].tolist()))
        assert seen.outcome is PASS
        assert seen.sentence.endswith("; the splits lie in the same time, as random ones do")
    declared = one(case(lot[300:].tolist(), lot[:300].tolist(), by_time=True))
    assert declared.outcome is FAIL
    assert declared.sentence.endswith("maximum share 0.01; the split is declared to be by time")
    assert one(case(DAYS, [at + 99 for at in DAYS], by_time=True)).outcome is PASS


def test_random_splits_of_few_times_raise_no_alarm() -> None:
    red = 0
    for seed in range(500):
        random = np.random.default_rng(seed)
        drawn = random.permutation(12)
        months = np.repeat(drawn, 50)
        red += one(case(months[150:].tolist(), months[:150].tolist())).outcome is not PASS
    assert red / 500 < 0.02  # only where the months of training happen to be the later ones


def test_training_after_all_of_evaluation_is_red() -> None:
    after = one(case([at + 100 for at in DAYS], DAYS))
    assert (after.outcome, after.observed) == (FAIL, 1.0)
    assert "0.01; all of them lie after the last one, too: training comes after evaluation" in after.sentence
    mostly = one(case([at + 95 for at in DAYS], DAYS))
    assert mostly.outcome is WARN
    assert mostly.sentence.endswith(
        "; 95 of them lie after the last one, too: training comes after evaluation"
    )
    borne = one(case([at + 100 for at in DAYS], DAYS, max_share=1.0))
    assert (borne.outcome, borne.limit) == (PASS, 1.0)
    snapshot = one(case([at // 10 + 1 for at in DAYS], [0] * 10))
    assert snapshot.outcome is WARN  # one of eleven times, which chance may draw


def test_too_many_times_to_count_are_asked_for() -> None:
    given = case([at + 100 for at in DAYS], DAYS)
    assert list(needs(given)) == []
    train = given.tables["train"]
    wide = replace(
        train,
        columns=tuple(replace(each, counts=None) if each.name == "t" else each for each in train.columns),
    )
    need = Order("train", "t", "evaluation")
    asked = Case(given.setting, {**given.tables, "train": wide})
    assert list(needs(asked)) == [need]
    first, second = (ValueCounts.of((at, 1) for at in each) for each in ([at + 100 for at in DAYS], DAYS))
    answer = time_order(first.values, first.rows, second.values, second.rows)
    assert one(replace(asked, measured={need: answer})).outcome is FAIL


def test_without_its_need_it_is_skipped_with_the_reason() -> None:
    assert one(case(DAYS, None)).reason == "data.evaluation is not declared"
    given = case(DAYS, DAYS)
    unnamed = replace(given.setting, data=given.setting.data.model_copy(update={"time": None}))
    assert one(Case(unnamed, given.tables)).reason == "data.time is not declared"
    assert all(one(each).outcome is SKIPPED for each in (case(DAYS, None), Case(unnamed, given.tables)))


def test_a_declared_time_that_has_no_order_is_not_told() -> None:
    """Texts such as 31/12/2024: the need is declared, and nothing can be said of it."""
    given = case(DAYS, DAYS)
    gone = replace(given.tables["evaluation"], columns=given.tables["evaluation"].columns[1:])
    for each, why in (
        (case(["x"] * 10, ["y"] * 10, "string"), "t is read as string, and its values have no order in time"),
        (case([None] * 10, DAYS), "a split has no t"),
        (Case(given.setting, {**given.tables, "evaluation": gone}), "t is not in both splits"),
    ):
        assert (one(each).outcome, one(each).reason) == (Outcome.INCONCLUSIVE, why)
