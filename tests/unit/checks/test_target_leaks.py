"""DS404 and DS405: a feature that knows the label, and one that knows the future."""

from __future__ import annotations

import duckdb
import pytest

from mlops_actions.checks.case import Case
from mlops_actions.checks.limits import PowerParameters
from mlops_actions.checks.target_leaks import judge, judge_power, needs
from mlops_actions.profile.needs import Where
from mlops_actions.results.learning import Interval, TargetPower
from mlops_actions.results.verdict import Outcome
from tests.unit.checks.labelled import Rows, setting, table

KINDS = {"x": "number", "seen": "timestamp", "paid": "date", "t": "timestamp", "y": "integer"}


def power(value: float, low: float) -> TargetPower:
    return TargetPower(
        column="x", measure="roc_auc", rows=500, power=Interval(value=value, low=low, high=1.0)
    )


@pytest.mark.parametrize(
    ("value", "low", "outcome"),
    [
        (1.0, 0.9901, Outcome.WARN),
        (1.0, 0.98, Outcome.INCONCLUSIVE),
        (0.99, 0.98, Outcome.PASS),
        (0.7, 0.6, Outcome.PASS),
    ],
)
def test_power_is_judged_at_the_lower_end(value: float, low: float, outcome: Outcome) -> None:
    seen = judge_power(power(value, low), PowerParameters())
    assert (seen.id, seen.subject, seen.outcome) == ("DS404", "x", outcome)
    text = f"train.x alone: roc_auc {value:.4f} ({low:.4f} to 1.0000), maximum 0.99 (n=500, out of fold)"
    assert seen.sentence == text


def test_dated_features_are_compared_with_the_rows_time() -> None:
    found = tuple(needs(Case(setting(KINDS, {"time": "t"}), {})))
    assert found == (
        Where("train", '"seen" <= "t"'),
        Where("train", 'CAST("paid" AS DATE) <= CAST("t" AS DATE)'),
    )
    assert needs(Case(setting(KINDS, {}), {})) == ()
    quoted = tuple(needs(Case(setting({**KINDS, 'a"b': "timestamp"}, {"time": "t"}), {})))
    assert quoted[-1] == Where("train", '"a""b" <= "t"')


def test_the_predicate_is_sql_that_counts_later_days_and_not_nulls() -> None:
    later = [
        each.predicate
        for each in tuple(needs(Case(setting(KINDS, {"time": "t"}), {})))
        if isinstance(each, Where)
    ]
    rows = """(VALUES (TIMESTAMP '2024-01-01 10:00:01', DATE '2024-01-02', TIMESTAMP '2024-01-01 10:00:00'),
      (TIMESTAMP '2024-01-01 10:00:00', DATE '2024-01-01', TIMESTAMP '2024-01-01 10:00:00'),
      (NULL, NULL, TIMESTAMP '2024-01-01 10:00:00')) AS r(seen, paid, t)"""
    for predicate in later:
        counted = duckdb.execute(f"SELECT count(*) FROM {rows} WHERE NOT ({predicate})").fetchall()
        assert counted == [(1,)]


@pytest.mark.parametrize(("later", "outcome"), [(0, Outcome.PASS), (4, Outcome.PASS), (5, Outcome.WARN)])
def test_future_columns(later: int, outcome: Outcome) -> None:
    rows: Rows = {"seen": list(range(400)), "t": list(range(400)), "y": [0, 1] * 200}
    train = table("train", rows, ("seen", "t"))
    made = setting({each.name: each.kind for each in train.columns}, {"time": "t"})
    (seen,) = judge(Case(made, {"train": train}, {Where("train", '"seen" <= "t"'): later}))
    assert (seen.id, seen.subject, seen.outcome, seen.n) == ("DS405", "seen", outcome, 400)
    assert seen.sentence == f"train.seen: {later} of n=400 values lie after the row's t, maximum share 0.01"


def test_without_dates_it_is_skipped_with_the_reason() -> None:
    rows: Rows = {"x": [1.0, 2.0], "t": [1, 2], "y": [0, 1]}
    train = table("train", rows, ("t",))
    kinds = {each.name: each.kind for each in train.columns}
    for data, reason in (
        ({}, "data.time is not declared"),
        ({"time": "x", "exclude": ["t"]}, "x is read as number, not as a date or timestamp"),
        ({"time": "t"}, "no model input is a date or timestamp"),
    ):
        (seen,) = judge(Case(setting(kinds, data), {"train": train}))
        assert (seen.outcome, seen.reason) == (Outcome.SKIPPED, reason)


@pytest.mark.parametrize(("time", "kind"), [("x", "number"), ("day", "string"), ("gone", "nothing")])
def test_a_declared_time_that_is_none_is_not_told(time: str, kind: str) -> None:
    """A number beside dates, and a text (31/12/2024), beside which others may be such dates, too."""
    rows: Rows = {"x": [1.0, 2.0], "day": ["31/12/2024", "01/01/2025"], "t": [1, 2], "y": [0, 1]}
    train = table("train", rows, ("t",))
    kinds = {each.name: each.kind for each in train.columns}
    (seen,) = judge(Case(setting(kinds, {"time": time}), {"train": train}))
    why = f"{time} is read as {kind}, not as a date or timestamp"
    assert (seen.outcome, seen.reason) == (Outcome.INCONCLUSIVE, why)
