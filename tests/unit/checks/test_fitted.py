"""DS502, DS602, DS603: what each measurement is judged as, and in which words."""

from __future__ import annotations

from typing import Any

import pytest

from mlops_actions.checks.fitted import judge_cost, judge_curve, judge_label_errors
from mlops_actions.checks.limits import CostParameters, LabelErrorParameters
from mlops_actions.results.dataset import FailureCase
from mlops_actions.results.learning import CurvePoint, Interval, LabelErrors, LearningCurve, TrainingCost
from mlops_actions.results.verdict import Outcome

POINT = CurvePoint(rows=800, score=0.8, spread=0.01, seconds=0.1, bytes=1000)


def interval(value: float, low: float, high: float | None) -> Interval:
    return Interval(value=value, low=low, high=high)


def errors(low: float, rows: int = 1000, folds: int = 5) -> LabelErrors:
    share = interval(0.05, low, 0.07)
    return LabelErrors(
        model="a linear model",
        rows=rows,
        share=share,
        disagreements=80,
        suspects=44,
        worst=(3, 1),
        folds=folds,
    )


def test_label_errors_warn_from_the_lower_end_on() -> None:
    places = (FailureCase(where="train.y", rows=(12,)), FailureCase(where="train.y", rows=(7,)))
    seen = judge_label_errors(errors(0.021), "y", LabelErrorParameters(), places)
    assert seen.outcome is Outcome.WARN
    assert seen.sentence == (
        "train.y: about 5.0% of n=1,000 labels look wrong (50; 99 % interval 2.1% to 7.0%), maximum 2.0% "
        "(a linear model, out of fold); 44 rows stand out by confident learning"
    )
    assert seen.failures == places
    quiet = judge_label_errors(errors(0.02), "y", LabelErrorParameters(max_share=0.07), places)
    assert (quiet.outcome, quiet.failures, quiet.reason) == (Outcome.PASS, (), "")


def test_an_interval_that_holds_the_limit_tells_nothing_and_names_rows_only_where_it_is_likely() -> None:
    """Of 569 labels with 15 % flipped, 0 to 19 % could be wrong: that was told to be a pass."""
    places = (FailureCase(where="train.y", rows=(12,)), FailureCase(where="train.y", rows=(7,)))
    seen = judge_label_errors(errors(0.0), "y", LabelErrorParameters(), places)
    assert (seen.outcome, seen.failures) == (Outcome.INCONCLUSIVE, ())
    assert seen.reason == "the interval holds the limit"
    assert "stand out" not in seen.sentence
    likely = errors(0.0).model_copy(update={"likely_low": 0.03})
    seen = judge_label_errors(likely, "y", LabelErrorParameters(), places)
    assert (seen.outcome, seen.failures) == (Outcome.INCONCLUSIVE, places)
    assert seen.sentence == (
        "train.y: likely 3.0% or more of n=1,000 labels look wrong; that none does cannot be ruled out "
        "(99 % interval 0.0% to 7.0%), maximum 2.0% (a linear model, out of fold); 44 rows stand out by "
        "confident learning"
    )
    quiet = judge_label_errors(likely, "y", LabelErrorParameters(max_share=0.07), places)
    assert (quiet.outcome, quiet.failures) == (Outcome.PASS, ())


@pytest.mark.parametrize("low", [0.0, 0.0004])
def test_an_interval_that_reaches_nothing_accuses_no_label(low: float) -> None:
    seen = judge_label_errors(errors(low), "y", LabelErrorParameters(), ())
    assert (seen.outcome, seen.observed) == (Outcome.INCONCLUSIVE, low)
    assert seen.sentence == (
        "train.y: no label of n=1,000 is shown to look wrong; at most 7.0% could, as doubt looks alike "
        "(99 % interval 0.0% to 7.0%), maximum 2.0% (a linear model, out of fold)"
    )
    few = judge_label_errors(errors(low, rows=99), "y", LabelErrorParameters())
    assert "labels look wrong" not in few.sentence


def test_a_share_that_is_above_a_limit_of_nothing_is_told_though_it_is_small() -> None:
    seen = judge_label_errors(errors(0.0004), "y", LabelErrorParameters(max_share=0.0))
    assert seen.outcome is Outcome.WARN
    assert "about 5.0% of n=1,000 labels look wrong" in seen.sentence


def test_few_rows_are_inconclusive_and_missing_folds_are_said() -> None:
    seen = judge_label_errors(errors(0.03, rows=99), "y", LabelErrorParameters())
    assert (seen.outcome, seen.reason) == (Outcome.INCONCLUSIVE, "99 rows, at least 100 are needed")
    short = judge_label_errors(errors(0.03, folds=3), "y", LabelErrorParameters())
    assert short.sentence.endswith("out of fold, stopped after 3 of 5 folds)")


def test_a_model_that_knows_nothing_tells_no_wrong_labels() -> None:
    seen = judge_label_errors(
        errors(0.03).model_copy(update={"informed": False}), "y", LabelErrorParameters()
    )
    assert (seen.outcome, seen.failures) == (Outcome.INCONCLUSIVE, ())
    assert seen.sentence == (
        "train.y: wrong labels cannot be told (n=1,000): a linear model, out of fold, tells labels no "
        "better than the classes' shares do"
    )


def test_a_target_that_may_be_reached_already_asks_for_no_rows() -> None:
    seen = judge_curve(
        curve(
            target=0.815,
            needed=interval(900, 800, None),
            now=interval(0.81, 0.8, 0.82),
            level=interval(0.82, 0.80, 0.86),
            reach=0.15,
        )
    )
    assert seen.outcome is Outcome.INCONCLUSIVE
    assert "target 0.815: it may be reached already, or not at all (15% of the fitted laws" in seen.sentence


def curve(**update: Any) -> LearningCurve:
    made = LearningCurve(
        metric="roc_auc",
        model="a linear model",
        rows=1000,
        repeats=10,
        sizes_planned=6,
        points=(POINT,) * 6,
        level=interval(0.85, 0.84, 0.86),
        now=interval(0.82, 0.81, 0.83),
        gain=interval(0.01, 0.005, 0.015),
    )
    return made.model_copy(update=update)


HOW = "(a linear model, 6 sizes up to 800 rows, 10 repeats)"
HEAD = "train: roc_auc 0.8200 (0.8100 to 0.8300) at n=1,000"
GAIN = "twice the rows add 0.0100 (0.0050 to 0.0150)"


@pytest.mark.parametrize(
    ("update", "outcome", "said"),
    [
        ({"target": 0.8, "needed": interval(500, 300, 700), "reach": 1.0}, Outcome.PASS, "reached"),
        (
            {"target": 0.9, "reach": 0.0},
            Outcome.WARN,
            "never: the curve levels off at 0.8500 (0.8400 to 0.8600)",
        ),
        (
            {"target": 0.9, "reach": 0.0, "level": interval(1.0, 0.6751, 1.0)},
            Outcome.WARN,
            (
                "more than 100 times the rows would be needed, if any number is enough "
                "(the curve levels off at 1.0000 (0.6751 to 1.0000))"
            ),
        ),
        (
            {"target": 0.9, "reach": 0.0, "level": interval(0.95, 0.9, 1.0)},
            Outcome.WARN,
            (
                "more than 100 times the rows would be needed "
                "(the curve levels off at 0.9500 (0.9000 to 1.0000))"
            ),
        ),
        (
            {"target": 0.87, "needed": interval(100_000, 100_000, None), "reach": 0.01},
            Outcome.WARN,
            "never: the curve levels off at 0.8500 (0.8400 to 0.8600)",
        ),
        (
            {"target": 0.84, "needed": interval(3456, 2000, 9000), "reach": 1.0},
            Outcome.WARN,
            "about 2,500 rows more (1,000 to 8,000)",
        ),
        (
            {"target": 0.84, "needed": interval(3456, 2000, None), "reach": 0.8},
            Outcome.INCONCLUSIVE,
            (
                "at least 1,000 rows more, with no upper end (80% of the fitted laws come to it within 100 "
                "times the rows)"
            ),
        ),
        (
            {"target": 0.815, "needed": interval(900, 800, 1500), "reach": 1.0},
            Outcome.INCONCLUSIVE,
            "up to 500 rows more, or reached already",
        ),
    ],
)
def test_target(update: dict[str, Any], outcome: Outcome, said: str) -> None:
    seen = judge_curve(curve(**update))
    assert (seen.outcome, seen.limit) == (outcome, update["target"])
    assert seen.sentence == f"{HEAD}, target {update['target']:g}: {said}; {GAIN} {HOW}"


def test_without_a_target_the_gain_is_said() -> None:
    seen = judge_curve(curve())
    assert (seen.outcome, seen.sentence) == (Outcome.PASS, f"{HEAD}, {GAIN} {HOW}")


def test_too_few_sizes_are_inconclusive_where_a_target_asks() -> None:
    seen = judge_curve(curve(points=(POINT,) * 2, level=None, now=None, gain=None, target=0.9))
    assert seen.outcome is Outcome.INCONCLUSIVE
    seen = judge_curve(curve(points=(POINT,) * 2, level=None, now=None, gain=None))
    assert seen.outcome is Outcome.SKIPPED
    assert "2 sizes up to 800 rows, 10 repeats, stopped after 2 of 6 sizes" in seen.sentence


def cost(per_minute: bool = False) -> TrainingCost:
    return TrainingCost(
        model="a linear model",
        rows=1_000_000,
        timed_rows=800,
        seconds=interval(120, 60, 240),
        peak_bytes=interval(2**30, 2**29, 2**31),
        cost=interval(0.2, 0.1, 0.4) if per_minute else None,
    )


@pytest.mark.parametrize(
    ("limits", "per_minute", "outcome"),
    [
        ({}, False, Outcome.PASS),
        ({"max_minutes": 4}, False, Outcome.PASS),
        ({"max_minutes": 2}, False, Outcome.INCONCLUSIVE),
        ({"max_minutes": 0.9}, False, Outcome.WARN),
        ({"max_memory": "400MiB"}, False, Outcome.WARN),
        ({"max_memory": "4GiB"}, False, Outcome.PASS),
        ({"max_cost": 0.05}, True, Outcome.WARN),
        ({"max_cost": 0.05}, False, Outcome.INCONCLUSIVE),
    ],
)
def test_cost_against_limits(limits: dict[str, Any], per_minute: bool, outcome: Outcome) -> None:
    seen = judge_cost(cost(per_minute), CostParameters.model_validate(limits))
    assert (seen.id, seen.outcome) == ("DS603", outcome)


def test_cost_is_said_with_intervals_and_whose_model_it_is() -> None:
    assert judge_cost(cost(per_minute=True), CostParameters(max_minutes=5)).sentence == (
        "train: one fit of the toolkit's own simple model, not yours, on n=1,000,000 rows takes about "
        "2 minutes (1 to 4, maximum 5), 1,024 MiB (512 to 2,048), 0.2 of runner cost (0.1 to 0.4) "
        "(a linear model, timed up to 800 rows)"
    )


@pytest.mark.parametrize(("target", "outcome"), [(None, Outcome.PASS), (0.7, Outcome.INCONCLUSIVE)])
def test_no_gain_is_told_of_a_score_that_falls(target: float | None, outcome: Outcome) -> None:
    points = tuple(
        POINT.model_copy(update={"rows": rows, "score": 0.6 - rows / 4000}) for rows in (40, 160, 800)
    )
    flat = interval(0.0, 0.0, 0.0)
    judged = judge_curve(curve(points=points, gain=flat, level=interval(0.5, 0.4, 0.6), target=target))
    assert judged.outcome is outcome
    assert "roc_auc 0.5900 at 40 rows, 0.4000 at 800 (n=1,000" in judged.sentence
    assert (
        "the score does not rise with the rows, so that what more rows add cannot be told" in judged.sentence
    )
    assert "0.0000" not in judged.sentence
    assert judged.observed == pytest.approx(0.4)


def test_equal_scores_gain_nothing() -> None:
    judged = judge_curve(curve(gain=interval(0.0, 0.0, 0.0)))
    assert "twice the rows add 0.0000 (0.0000 to 0.0000)" in judged.sentence
