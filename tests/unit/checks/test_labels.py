"""DS503 to DS506: each against the fault it is there for, and silent on clean labels."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from mlops_actions.checks.case import Case
from mlops_actions.checks.check import Judged
from mlops_actions.checks.labels import judge, needs
from mlops_actions.config.data import DataConfig
from mlops_actions.profile.needs import Groups
from mlops_actions.profile.places import Held
from mlops_actions.results.verdict import Outcome
from tests.unit.checks.labelled import NOW, Rows, case, setting

DAY = 86_400_000_000
TODAY = int((NOW - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(microseconds=1))
PROVENANCE = {"annotator": "who", "batch": "lot", "labelled_at": "when", "source": "origin"}
DATA: dict[str, Any] = {"time": "t", "provenance": PROVENANCE}
CHECKS: dict[str, Any] = {"DS504": {"max_age_days": 30}}


def clean(rows: int = 1200, seed: int = 0) -> Rows:
    """Three annotators and four batches that label alike; a row each hour up to two days ago."""
    generator = np.random.default_rng(seed)
    return {
        "x": generator.normal(size=rows).tolist(),
        "y": (generator.random(rows) < 0.3).astype(int).tolist(),
        "t": [TODAY - 2 * DAY - index * DAY // 24 for index in range(rows)],
        "who": [("ann", "bob", "cy")[index % 3] for index in range(rows)],
        "lot": [index * 4 // rows for index in range(rows)],
        "when": [TODAY - DAY] * rows,
        "origin": ["desk"] * rows,
    }


def judged(rows: Rows, checks: dict[str, Any] = CHECKS, data: dict[str, Any] = DATA, **more: Any) -> Any:
    return tuple(judge(case(rows, data, checks, ("t", "when"), **more)))


def loud(rows: Rows, **more: Any) -> list[tuple[str, str, Outcome, str]]:
    return [
        (each.id, each.subject, each.outcome, each.sentence)
        for each in judged(rows, **more)
        if each.outcome is not Outcome.PASS
    ]


def test_clean_labels_are_silent() -> None:
    results = judged(clean())
    assert [each.id for each in results] == ["DS503", "DS504", *["DS505"] * 2, *["DS506"] * 4]
    assert loud(clean()) == []


def test_imbalance() -> None:
    rows = clean()
    rows["y"] = [int(index < 11) for index in range(1200)]
    text = (
        "train.y: the rarest of 2 classes has 11 rows, the commonest 1,189, ratio 0.0093, minimum 0.01 "
        "(entropy 8% of an even split, n=1,200)"
    )
    assert ("DS503", "y", Outcome.WARN, text) in loud(rows)
    rows["y"][11] = 1
    assert "DS503" not in {each[0] for each in loud(rows)}


def test_old_and_future_rows() -> None:
    rows = clean()
    rows["t"] = [each - 29 * DAY for each in rows["t"]]
    assert loud(rows) == [
        ("DS504", "t", Outcome.WARN, "train.t: the newest row is 31.0 days old, maximum 30 (n=1,200)")
    ]
    rows["t"] = [each + 40 * DAY for each in rows["t"]]
    assert loud(rows) == [
        ("DS504", "t", Outcome.WARN, "train.t: the newest row is 9.0 days after the run's clock (n=1,200)")
    ]


@pytest.mark.parametrize(
    ("data", "checks", "outcome", "reason"),
    [
        ({}, CHECKS, "skipped", "data.time is not declared"),
        ({"time": "t"}, {}, "skipped", "validate.checks.DS504.max_age_days is not declared"),
        ({"time": "who"}, CHECKS, "inconclusive", "who is read as string, not as a date or timestamp"),
        ({"time": "gone"}, CHECKS, "inconclusive", "train has no column gone"),
    ],
)
def test_no_age_without_time_and_limit(
    data: dict[str, Any], checks: dict[str, Any], outcome: str, reason: str
) -> None:
    (seen,) = [each for each in judged(clean(), checks, data) if each.id == "DS504"]
    assert (seen.outcome, seen.reason) == (outcome, reason)


def test_an_annotator_who_labels_otherwise_is_told_and_not_named() -> None:
    rows = clean()
    rows["y"] = [
        1 if who == "bob" and index % 2 else label
        for index, (who, label) in enumerate(zip(rows["who"], rows["y"], strict=True))
    ]
    (found,) = [each for each in judged(rows) if each.outcome is not Outcome.PASS]
    assert (found.id, found.subject, found.outcome, found.limit) == ("DS505", "who", Outcome.WARN, 0.05)
    assert found.observed is not None
    assert isinstance(found.observed, float)
    assert 0.25 < found.observed < 0.45
    assert "bob" not in found.model_dump_json()
    assert found.sentence.startswith("train.who: 1 of 3 annotators label unlike the others; largest gap")
    assert len(found.failures) == 1
    assert found.failures[0].where.startswith("annotator 2 of 3 in order: gap 0.")
    assert isinstance(found, Judged)
    assert found.sought[0] == Held("train", "who", ("bob",))  # its rows lead to it
    shown = [each for each in judged(rows, show_values=True) if each.outcome is not Outcome.PASS]
    assert shown[0].failures[0].value == "bob"


def test_small_groups_are_counted_and_not_judged() -> None:
    rows = clean()
    rows["who"] = ["ann" if index else "bob" for index in range(1200)]
    (seen,) = [each for each in judged(rows) if (each.id, each.subject) == ("DS505", "who")]
    assert seen.outcome is Outcome.PASS
    assert seen.sentence.endswith("; 1 with fewer than 100 rows not judged")
    rows["who"] = ["ann"] * 1200
    (seen,) = [each for each in judged(rows) if (each.id, each.subject) == ("DS505", "who")]
    assert seen.outcome is Outcome.INCONCLUSIVE


def test_honest_annotators_raise_no_alarm_in_200_data_sets() -> None:
    alarms = sum(
        each.id == "DS505" and each.outcome is Outcome.WARN
        for seed in range(200)
        for each in judged(clean(600, seed))
    )
    assert alarms <= 2


def test_provenance_is_there_and_never_null() -> None:
    rows = clean()
    rows["origin"][:7] = [None] * 7
    del rows["when"]
    assert loud(rows) == [
        (
            "DS506",
            "when",
            Outcome.FAIL,
            "train: no column when, declared as data.provenance.labelled_at (n=1,200)",
        ),
        (
            "DS506",
            "origin",
            Outcome.WARN,
            "train.origin: 7 of n=1,200 rows do not say their source, maximum 0",
        ),
    ]


def test_rows_without_a_time_do_not_say_when_they_were_labelled() -> None:
    rows = clean()
    rows["when"][:2] = [None] * 2
    (seen,) = loud(rows)
    assert seen[3] == "train.when: 2 of n=1,200 rows do not say when they were labelled, maximum 0"


def test_needs_are_the_joint_counts_of_classes() -> None:
    kinds = {"y": "integer", "who": "string", "lot": "integer"}
    made = setting(kinds, {"provenance": {"annotator": "who", "batch": "lot"}})
    assert needs(Case(made, {})) == (Groups("train", "who", "y"), Groups("train", "lot", "y"))
    assert needs(Case(setting(kinds, {"provenance": {"annotator": "who"}}, task="regression"), {})) == ()
    assert needs(Case(setting(kinds, {}), {})) == ()


def test_a_regression_has_no_classes_to_compare() -> None:
    reasons = {each.id: each.reason for each in judged(clean(), task="regression")}
    assert reasons["DS503"] == reasons["DS505"] == "labels of a regression are numbers, not classes"


def test_provenance_columns_are_no_model_inputs() -> None:
    data = DataConfig.model_validate({"train": "a.csv", "target": "y", **DATA})
    assert data.feature_columns(tuple(clean())) == ("x",)
