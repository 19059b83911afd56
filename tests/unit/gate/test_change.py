"""Change rules: every cell of the gate table, relative changes, and the sentences."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pytest

from mlops_actions.gate.change import change_p_value
from mlops_actions.gate.evidence import Evidence
from mlops_actions.gate.judge import judge_rules
from mlops_actions.results.verdict import Outcome
from tests.unit.gate.cases import compared, difference, estimate, figure, judged, rule

if TYPE_CHECKING:
    from mlops_actions.results.evaluation import Comparison

INTERVALS = {  # against max_regression 0.01
    "improved": (0.001, 0.02),
    "no_worse": (-0.009, 0.02),
    "regressed": (-0.03, -0.011),
    "inconclusive": (-0.03, -0.009),
}
SHOWN, NO_WORSE = "no_regression_shown", "shown_no_worse"
TABLE = [  # verdict, require, outcome of a blocking rule, outcome of severity: warn
    ("improved", SHOWN, "pass", "pass"),
    ("no_worse", SHOWN, "pass", "pass"),
    ("inconclusive", SHOWN, "warn", "warn"),
    ("regressed", SHOWN, "fail", "warn"),
    ("improved", NO_WORSE, "pass", "pass"),
    ("no_worse", NO_WORSE, "pass", "pass"),
    ("inconclusive", NO_WORSE, "fail", "warn"),
    ("regressed", NO_WORSE, "fail", "warn"),
]


@pytest.mark.parametrize(("word", "require", "blocking", "warning"), TABLE)
@pytest.mark.parametrize("kind", ["metric", "kpi", "slice"])
def test_every_cell_of_max_regression(
    word: str, require: str, blocking: str, warning: str, kind: str
) -> None:
    subject = {"metric": {}, "kpi": {"kpi": "roc_auc"}, "slice": {"slice": "*"}}[kind]
    comparison = compared(
        *INTERVALS[word], kind="kpi" if kind == "kpi" else "metric", slice="a=1" if kind == "slice" else ""
    )
    for severity, expected in (("fail", blocking), ("warn", warning)):
        given = rule(**subject, max_regression=0.01, require=require, severity=severity)
        verdict = judged(given, comparison)
        assert (verdict.outcome, verdict.reason, verdict.kind) == (expected, word, kind)
        assert verdict.severity == severity


@pytest.mark.parametrize(
    ("low", "high", "margin", "word"),
    [
        (0.0, 0.0, 0.0, "no_worse"),  # identical predictions
        (0.001, 0.01, 0.0, "improved"),
        (-0.01, 0.01, 0.0, "inconclusive"),
        (-0.02, -0.001, 0.0, "regressed"),
    ],
)
def test_a_margin_of_zero_is_legal(low: float, high: float, margin: float, word: str) -> None:
    assert judged(rule(max_regression=margin), compared(low, high)).reason == word


@pytest.mark.parametrize(
    ("low", "high", "change", "lax", "strict"),
    [
        (0.021, 0.039, 0.03, "pass", "pass"),
        (0.01, 0.04, 0.03, "pass", "fail"),  # the point reaches 0.02, its interval crosses it
        (0.0, 0.03, 0.015, "warn", "fail"),
        (-0.02, 0.01, 0.0, "fail", "fail"),
    ],
)
def test_every_cell_of_min_improvement(low: float, high: float, change: float, lax: str, strict: str) -> None:
    comparison = compared(low, high, change=change)
    assert judged(rule(min_improvement=0.02), comparison).outcome == lax
    assert judged(rule(min_improvement=0.02, strict=True), comparison).outcome == strict
    assert judged(rule(min_improvement=0.02, strict=True, severity="warn"), comparison).outcome != "fail"


@pytest.mark.parametrize(
    ("on_missing", "severity", "outcome"),
    [
        ("skip", "fail", Outcome.SKIPPED),
        ("warn", "fail", Outcome.WARN),
        ("fail", "fail", Outcome.FAIL),
        ("fail", "warn", Outcome.WARN),
        ("skip", "warn", Outcome.SKIPPED),
    ],
)
def test_no_baseline(on_missing: str, severity: str, outcome: Outcome) -> None:
    given = rule(max_regression=0.01, on_missing=on_missing, severity=severity)
    verdict = judged(given, figure(baseline=None))
    assert (verdict.outcome, verdict.reason) == (outcome, "no_baseline")
    assert verdict.sentence == "roc_auc no baseline to compare with (n=1,000)"


def test_no_baseline_warns_unless_told() -> None:
    assert judged(rule(max_regression=0.01), figure()).outcome is Outcome.WARN


@pytest.mark.parametrize(
    ("parts", "word", "why"),
    [
        (
            {"reason": "too_few_rows: 12 rows of the rarer class, at least 30 are needed"},
            "too_few_rows",
            "too_few_rows: 12 rows of the rarer class, at least 30 are needed",
        ),
        ({}, "undefined", "the change is undefined on these rows"),
    ],
)
def test_a_change_that_could_not_be_made_is_inconclusive(parts: dict[str, str], word: str, why: str) -> None:
    comparison = figure(baseline=estimate(0.8), candidate=estimate(0.7), **parts)
    verdict = judged(rule(max_regression=0.01, on_missing="fail"), comparison)
    assert (verdict.outcome, verdict.reason) == (Outcome.INCONCLUSIVE, word)
    assert verdict.sentence == f"roc_auc 0.8 -> 0.7, cannot be judged: {why} (n=1,000)"


@pytest.mark.parametrize(
    "parts",
    [{"max_regression": 0.01, "require": "shown_no_worse"}, {"min_improvement": 0.01, "strict": True}],
)
@pytest.mark.parametrize("reason", ["too_few_rows: 12 rows", "undefined: baseline on these rows", ""])
def test_what_must_be_shown_fails_where_nothing_can_be_shown(parts: dict[str, Any], reason: str) -> None:
    comparison = figure(baseline=estimate(0.8), candidate=estimate(0.9), reason=reason)
    verdict = judged(rule(**parts), comparison)
    assert verdict.outcome is Outcome.FAIL
    assert f"{next(iter(parts))} 0.01 was not shown to hold: cannot be judged: {reason}" in verdict.sentence
    assert judged(rule(**parts, severity="warn"), comparison).outcome is Outcome.WARN
    assert judged(rule(**parts, min_samples=2000), comparison).outcome is Outcome.INCONCLUSIVE


def test_a_baseline_without_a_figure_is_no_missing_baseline() -> None:
    comparison = figure(
        baseline=estimate(None), candidate=estimate(0.7), reason="undefined: baseline on these rows"
    )
    verdict = judged(rule(max_regression=0.01, on_missing="fail"), comparison)
    assert (verdict.outcome, verdict.reason) == (Outcome.INCONCLUSIVE, "undefined")


def test_fewer_rows_than_the_rule_asks_for() -> None:
    verdict = judged(rule(max_regression=0.01, min_samples=2000), compared(-0.3, -0.2))
    assert (verdict.outcome, verdict.reason) == (Outcome.INCONCLUSIVE, "too_few_rows")
    assert verdict.sentence == (
        "roc_auc 0.80 -> 0.55, cannot be judged: n=1,000 < min_samples 2,000 (n=1,000)"
    )
    assert judged(rule(max_regression=0.01, min_samples=1000), compared(-0.3, -0.2)).outcome is Outcome.FAIL


@pytest.mark.parametrize(
    ("base", "low", "high", "word", "made"),
    [
        (0.5, -0.03, -0.02, "inconclusive", (-0.06, -0.04)),
        (0.5, -0.025, 0.01, "no_worse", (-0.05, 0.02)),
        (0.5, -0.04, -0.03, "regressed", (-0.08, -0.06)),
        (-2.0, -0.2, -0.12, "regressed", (-0.1, -0.06)),  # a negative baseline counts by its size
        (-2.0, 0.1, 0.2, "improved", (0.05, 0.1)),
    ],
)
def test_relative_limits(base: float, low: float, high: float, word: str, made: tuple[float, float]) -> None:
    verdict = judged(rule(max_regression=0.05, relative=True), compared(low, high, base=base))
    assert verdict.reason == word
    assert verdict.interval is not None
    assert (verdict.interval.low, verdict.interval.high) == pytest.approx(made)
    assert verdict.condition == "relative max_regression 0.05"


@pytest.mark.parametrize("limit", ["max_regression", "min_improvement"])
def test_a_relative_change_from_zero_is_not_comparable(limit: str) -> None:
    verdict = judged(rule(**{limit: 0.05}, relative=True), compared(-0.3, -0.2, base=0.0))
    assert (verdict.outcome, verdict.reason) == (Outcome.INCONCLUSIVE, "not_comparable")
    assert verdict.sentence == (
        "roc_auc 0.00 -> -0.25, a relative change from a baseline of 0 cannot be formed (n=1,000)"
    )
    absolute = judged(rule(max_regression=0.05), compared(-0.3, -0.2, base=0.0))
    assert absolute.outcome is Outcome.FAIL


@pytest.mark.parametrize(
    ("parts", "comparison", "said", "where"),
    [
        (
            {"max_regression": 0.01},
            compared(0.0061, 0.0159, base=0.85),
            "roc_auc 0.850 -> 0.861, improved: change +0.0110, max_regression 0.01",
            "n=1,000, 95 % interval [0.0061, 0.0159]",
        ),
        (
            {"max_regression": 0.01},
            compared(0.0, 0.0),
            "roc_auc 0.8 -> 0.8, no worse: change +0.0, max_regression 0.01",
            "n=1,000, 95 % interval [0.0, 0.0]",
        ),
        (
            {"max_regression": 0.01, "slice": "contract"},
            compared(-0.05, -0.03, slice="contract=One year", n=412),
            "roc_auc on slice contract=One year 0.80 -> 0.76, regressed: change -0.04, max_regression 0.01",
            "n=412, 95 % interval [-0.05, -0.03]",
        ),
        (
            {"max_regression": 0.02},
            compared(-0.04, 0.06, error=0.02),
            (
                "roc_auc 0.80 -> 0.81, inconclusive: change +0.01, max_regression 0.02; "
                "a change of -0.076 would be shown; about 7,849 rows would decide"
            ),
            "n=1,000, 95 % interval [-0.04, 0.06]",
        ),
        (
            {"max_regression": 0.03},
            compared(-0.0632, -0.0242, base=0.85, error=0.00994, n=1141),
            (
                "roc_auc 0.8500 -> 0.8063, inconclusive: change -0.0437, the interval contains the limit "
                "-0.03; a change of -0.0578 would be shown"
            ),
            "n=1,141, 95 % interval [-0.0632, -0.0242]",
        ),
        (
            {"max_regression": 0},
            compared(-0.04, 0.06),
            (
                "roc_auc 0.80 -> 0.81, inconclusive: change +0.01, max_regression 0.0; "
                "a change of -0.028 would be shown; no margin is allowed, so no n decides"
            ),
            "n=1,000, 95 % interval [-0.04, 0.06]",
        ),
        (
            {"max_regression": 0.05, "relative": True},
            compared(-0.04, -0.03, base=0.5),
            "roc_auc 0.500 -> 0.465, regressed: relative change -0.07, max_regression 0.05",
            "n=1,000, 95 % interval [-0.08, -0.06]",
        ),
        (
            {"kpi": "profit", "max_regression": 200},
            compared(-300.4, 141, base=9120, error=100, kind="kpi", name="profit"),
            (
                "profit 9,120 -> 9,040, inconclusive: change -80, max_regression 200; "
                "a change of -480 would be shown; about 1,963 rows would decide"
            ),
            "n=1,000, 95 % interval [-300, 141]",
        ),
        (
            {"kpi": "profit", "max_regression": 400},
            compared(-79.7042, 892, base=9120, error=250, kind="kpi", name="profit"),
            "profit 9,120 -> 9,526, no worse: change +406, max_regression 400",
            "n=1,000, 95 % interval [-80, 892]",
        ),
        (
            {"min_improvement": 0.02},
            compared(0.0, 0.03),
            "roc_auc 0.800 -> 0.815, change +0.015, min_improvement 0.02",
            "n=1,000, 95 % interval [0.000, 0.030]",
        ),
    ],
)
def test_sentences(parts: dict[str, float], comparison: Comparison, said: str, where: str) -> None:
    assert judged(rule(**parts), comparison).sentence == f"{said} ({where})"


@pytest.mark.parametrize(("error", "more"), [(0.0107082, False), (0.0107084, True)])
def test_a_number_of_rows_is_named_only_when_it_is_more_than_there_are(error: float, more: bool) -> None:
    """n ((1.96 + 0.84) SE / m)^2 is n itself at SE = m / 2.8016 = 0.0107083."""
    sentence = judged(rule(max_regression=0.03), compared(-0.05, -0.02, error=error)).sentence
    assert ("about 1,001 rows would decide" in sentence) is more
    assert ("the interval contains the limit -0.03" in sentence) is not more


def test_both_change_limits_of_one_rule_are_judged() -> None:
    given = rule(max_regression=0.01, min_improvement=0.02, minimum=0.5)
    found = judge_rules([given], Evidence(comparisons=(compared(0.0, 0.03),)))
    assert [(each.condition, each.outcome.value) for each in found] == [
        ("minimum 0.5", "pass"),
        ("max_regression 0.01", "pass"),
        ("min_improvement 0.02", "warn"),
    ]


@pytest.mark.parametrize(
    ("low", "high", "p"),
    [
        (-0.0575, -0.0525, 0.0),  # every quantile is below the limit
        (-0.0586 - 0.0475, -0.0586 + 0.0475, 0.03),  # the quantile 0.985 is the last below it
        (-0.0475, 0.0475, 1.0),
    ],
)
def test_p_value_inverts_the_interval(low: float, high: float, p: float) -> None:
    assert change_p_value(rule(max_regression=0.01), compared(low, high)) == pytest.approx(p)
    relative = rule(max_regression=0.02, relative=True)
    assert change_p_value(relative, compared(low, high, base=0.5)) == pytest.approx(p)


def test_p_value_agrees_with_the_verdict_at_any_level() -> None:
    """A stored level is never read more boldly than the interval at that level."""
    for middle, confidence in itertools.product((-0.07, -0.0586, -0.05, -0.03), (0.9, 0.95, 0.99)):
        comparison = compared(middle - 0.0475, middle + 0.0475)
        if change_p_value(rule(max_regression=0.01), comparison) <= 1 - confidence:
            given = rule(max_regression=0.01, confidence=confidence)
            assert judged(given, comparison).reason == "regressed"


def test_no_difference_has_no_p_value() -> None:
    assert change_p_value(rule(max_regression=0.01), figure()) == 1.0
    made = figure(baseline=estimate(0.8), difference=difference(-0.5, -0.6, -0.4))
    assert change_p_value(rule(max_regression=0.01), made) == 0.0
