"""Absolute limits: every cell of the gate table for `minimum`, mirrored for `maximum`."""

from __future__ import annotations

from typing import Any

import pytest

from mlops_actions.gate.evidence import Evidence
from mlops_actions.gate.judge import judge_rules
from mlops_actions.results.evaluation import Estimate, Interval
from mlops_actions.results.verdict import Outcome
from tests.unit.gate.cases import estimate, figure, judged, rule

CELLS = [  # where the interval lies against the limit 0.75: point, low, high, default, strict
    ("all of it reaches it", 0.78, 0.76, 0.80, "pass", "pass"),
    ("the point reaches it", 0.76, 0.74, 0.78, "pass", "fail"),
    ("the point is it", 0.75, 0.73, 0.77, "pass", "fail"),
    ("only its upper end", 0.74, 0.72, 0.76, "warn", "fail"),
    ("its very end", 0.72, 0.70, 0.75, "warn", "fail"),
    ("none of it", 0.70, 0.68, 0.72, "fail", "fail"),
]


@pytest.mark.parametrize(("where", "point", "low", "high", "default", "strict"), CELLS)
def test_every_cell_of_minimum_and_its_mirror(
    where: str, point: float, low: float, high: float, default: str, strict: str
) -> None:
    del where
    above = figure(candidate=estimate(point, low, high))
    below = figure(candidate=estimate(-point, -high, -low))
    for comparison, limit in ((above, {"minimum": 0.75}), (below, {"maximum": -0.75})):
        assert judged(rule(**limit), comparison).outcome == default
        assert judged(rule(**limit, strict=True), comparison).outcome == strict
        softened = judged(rule(**limit, strict=True, severity="warn"), comparison)
        assert softened.outcome == ("warn" if strict == "fail" else strict)


@pytest.mark.parametrize(
    ("parts", "point", "sentence"),
    [
        (
            {"minimum": 0.75},
            (0.7812, 0.76, 0.8),
            "roc_auc 0.7812 >= minimum 0.75 (n=1,000, 95 % interval [0.7600, 0.8000])",
        ),
        (
            {"minimum": 0.75},
            (0.71, 0.66, 0.76),
            "roc_auc 0.71 < minimum 0.75 (n=1,000, 95 % interval [0.66, 0.76])",
        ),
        (
            {"minimum": 0.75},
            (0.74996, 0.7, 0.8),
            "roc_auc 0.74996 < minimum 0.75 (n=1,000, 95 % interval [0.70000, 0.80000])",
        ),
        (
            {"minimum": 0.75, "strict": True},
            (0.76, 0.72, 0.8),
            (
                "roc_auc 0.76 >= minimum 0.75 but its interval crosses it "
                "(n=1,000, 95 % interval [0.72, 0.80])"
            ),
        ),
        (
            {"maximum": 0.2, "strict": True},
            (0.19, 0.17, 0.21),
            ("roc_auc 0.19 <= maximum 0.2 but its interval crosses it (n=1,000, 95 % interval [0.17, 0.21])"),
        ),
        (
            {"maximum": 0.2},
            (0.25, 0.22, 0.28),
            "roc_auc 0.25 > maximum 0.2 (n=1,000, 95 % interval [0.22, 0.28])",
        ),
        (
            {"minimum": 400},
            (406.15, -79.7042, 892.0),
            "roc_auc 406 >= minimum 400 (n=1,000, 95 % interval [-80, 892])",
        ),
        ({"minimum": 0.75}, (0.8, None, None), "roc_auc 0.8 >= minimum 0.75 (n=1,000, no interval)"),
    ],
)
def test_sentences(
    parts: dict[str, float], point: tuple[float, float | None, float | None], sentence: str
) -> None:
    assert judged(rule(**parts), figure(candidate=estimate(*point))).sentence == sentence


def test_a_limit_may_be_zero() -> None:
    """0.0 is a limit, not an absent one."""
    assert judged(rule(minimum=0.0), figure(candidate=estimate(-1.0, -1.5, -0.5))).outcome is Outcome.FAIL
    assert judged(rule(maximum=0.0), figure(candidate=estimate(1.0, 0.5, 1.5))).outcome is Outcome.FAIL


def test_the_interval_is_read_at_the_confidence_of_the_rule() -> None:
    """Uniform draws: 95 % is [0.70, 0.738], so 99 % is 0.719 +- 0.0198 and 90 % 0.719 +- 0.018."""
    comparison = figure(candidate=estimate(0.719, 0.70, 0.738))
    lax, narrow = (judged(rule(minimum=0.7375, confidence=each), comparison) for each in (0.99, 0.9))
    assert (lax.outcome, narrow.outcome) == (Outcome.WARN, Outcome.FAIL)
    assert lax.interval is not None
    assert (lax.interval.low, lax.interval.high) == pytest.approx((0.6992, 0.7388))
    assert lax.sentence.endswith("99 % interval [0.6992, 0.7388])")


def test_an_interval_without_quantiles_is_taken_as_it_is() -> None:
    given = Estimate(value=0.7, interval=Interval(low=0.6, high=0.76, confidence=0.9))
    verdict = judged(rule(minimum=0.75), figure(candidate=given))
    assert verdict.outcome is Outcome.WARN
    assert verdict.sentence == "roc_auc 0.70 < minimum 0.75 (n=1,000, 90 % interval [0.60, 0.76])"


@pytest.mark.parametrize("strict", [True, False])
@pytest.mark.parametrize(("value", "outcome"), [(0.8, "pass"), (0.75, "pass"), (0.7, "fail")])
def test_an_exact_figure_is_judged_by_its_point(strict: bool, value: float, outcome: str) -> None:
    given = rule(minimum=0.75, strict=strict)
    assert judged(given, figure(candidate=estimate(value))).outcome == outcome


UNBOUNDED = "undefined: candidate in too many resamples"
FEW = "too_few_rows: 12 rows of the rarer class, at least 30 are needed"


@pytest.mark.parametrize("value", [0.99, 0.01, None])
def test_a_figure_from_too_few_rows_neither_passes_nor_fails_unless_strict(value: float | None) -> None:
    given = figure(candidate=Estimate(value=value, reason=FEW), reason=FEW, n=40)
    verdict = judged(rule(minimum=0.75, on_missing="fail"), given)
    assert verdict.outcome is Outcome.INCONCLUSIVE
    assert verdict.sentence == f"roc_auc cannot be judged: {FEW} (n=40)"
    verdict = judged(rule(minimum=0.75, strict=True), given)
    assert verdict.outcome is Outcome.FAIL
    assert verdict.sentence == f"roc_auc strict minimum 0.75 cannot be judged: {FEW} (n=40)"
    assert judged(rule(minimum=0.75, strict=True, severity="warn"), given).outcome is Outcome.WARN
    assert judged(rule(minimum=0.75, strict=True, min_samples=41), given).outcome is Outcome.INCONCLUSIVE


@pytest.mark.parametrize(
    ("limit", "value", "outcome"),
    [
        ({"minimum": 0.75}, 0.75, Outcome.INCONCLUSIVE),
        ({"minimum": 0.75}, 0.74, Outcome.FAIL),
        ({"maximum": 0.75}, 0.75, Outcome.INCONCLUSIVE),
        ({"maximum": 0.75}, 0.76, Outcome.FAIL),
        ({"minimum": 0.75, "strict": True}, 0.99, Outcome.FAIL),
    ],
)
def test_without_an_interval_a_bad_point_stays_bad(
    limit: dict[str, Any], value: float, outcome: Outcome
) -> None:
    given = figure(candidate=Estimate(value=value, reason=UNBOUNDED), reason=UNBOUNDED)
    assert judged(rule(**limit), given).outcome is outcome


@pytest.mark.parametrize(
    ("candidate", "parts", "why"),
    [
        (estimate(0.9, 0.8, 1.0), {"min_samples": 2000}, "n=1,000 < min_samples 2,000"),
        (Estimate(value=None, reason="undefined on these rows"), {}, "undefined on these rows"),
        (estimate(None), {}, "undefined on these rows"),
        (
            Estimate(value=0.9, reason="undefined in too many resamples for an interval"),
            {},
            "undefined in too many resamples for an interval",
        ),
    ],
)
def test_what_cannot_be_judged_says_why(candidate: Estimate, parts: dict[str, int], why: str) -> None:
    none = estimate(None) if candidate.value is None else None
    verdict = judged(rule(minimum=0.75, **parts), figure(candidate=candidate, baseline=none))
    assert verdict.outcome is Outcome.INCONCLUSIVE
    assert verdict.sentence == f"roc_auc cannot be judged: {why} (n=1,000)"


def test_as_many_rows_as_asked_for_are_enough() -> None:
    given = figure(candidate=estimate(0.9, 0.8, 1.0))
    assert judged(rule(minimum=0.75, min_samples=1000), given).outcome is Outcome.PASS


def test_minimum_and_maximum_of_one_rule_are_two_verdicts() -> None:
    given = rule(minimum=0.7, maximum=0.79)
    found = judge_rules([given], Evidence(comparisons=(figure(candidate=estimate(0.8, 0.795, 0.805)),)))
    assert [(each.condition, each.outcome.value, each.limit) for each in found] == [
        ("minimum 0.7", "pass", 0.7),
        ("maximum 0.79", "fail", 0.79),
    ]
