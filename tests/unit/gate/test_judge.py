"""All rules together: which figures they speak of, Holm over the blocking change rules, the gate's word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from mlops_actions.gate.evidence import Evidence
from mlops_actions.gate.judge import gate_outcome, judge_metric_rules, judge_rules
from mlops_actions.results.gate import RuleVerdict
from mlops_actions.results.verdict import Outcome
from tests.unit.gate.cases import compared, estimate, figure, rule

if TYPE_CHECKING:
    from mlops_actions.config.gate import GateRule
    from mlops_actions.results.evaluation import Comparison

HALF = 0.0475  # of a 95 % interval of uniform draws of width 0.1: quantile p is middle + 0.1 (p - 0.5)
MARGIN = 0.01


def uniform(name: str, middle: float, **parts: Any) -> Comparison:
    return compared(middle - HALF, middle + HALF, change=middle, name=name, **parts)


WORSE = uniform("roc_auc", -0.06)  # every draw below -0.01: p = 0
EDGE = uniform("accuracy", -0.0586)  # 98.5 % of the draws below -0.01: p = 0.03
SAME = uniform("f1", 0.0)  # p = 1


def on(metric: str, **parts: Any) -> GateRule:
    return rule(metric=metric, **{"max_regression": MARGIN, **parts})


def read(rules: list[GateRule], *comparisons: Comparison) -> list[tuple[str, bool, str, float]]:
    """Subject, whether adjusted, verdict and the interval's confidence, in order."""
    found = judge_rules(rules, Evidence(comparisons=comparisons))
    return [
        (each.subject, each.adjusted, each.reason, round(each.interval.confidence, 6))
        for each in found
        if each.interval is not None
    ]


def test_one_blocking_change_rule_needs_no_adjustment() -> None:
    assert read([on("accuracy")], EDGE) == [("accuracy", False, "regressed", 0.95)]


def test_holm_over_three_blocking_rules_by_hand() -> None:
    """alpha/3 for p = 0, alpha/2 for p = 0.03 > alpha/2: Holm stops, the third keeps alpha/2."""
    assert read([on("accuracy"), on("f1"), on("roc_auc")], WORSE, EDGE, SAME) == [
        ("accuracy", True, "inconclusive", 0.975),
        ("f1", True, "inconclusive", 0.975),
        ("roc_auc", True, "regressed", round(1 - 0.05 / 3, 6)),
    ]


def test_the_adjusted_interval_is_the_one_printed() -> None:
    """Half widths by hand: 0.1 * 0.983333 / 2 = 0.049167, 0.1 * 0.975 / 2 = 0.04875."""
    rules = [on("roc_auc"), on("accuracy"), on("f1")]
    worse, edge, same = judge_rules(rules, Evidence(comparisons=(WORSE, EDGE, SAME)))
    for verdict, low, high in (
        (worse, -0.06 - 0.0491667, -0.06 + 0.0491667),
        (edge, -0.0586 - 0.04875, -0.0586 + 0.04875),
        (same, -0.04875, 0.04875),
    ):
        assert verdict.interval is not None
        assert (verdict.interval.low, verdict.interval.high) == pytest.approx((low, high), abs=1e-7)
    assert worse.sentence == (
        "roc_auc 0.80 -> 0.74, regressed: change -0.0600, max_regression 0.01 "
        "(n=1,000, 98.33 % interval [-0.1092, -0.0108], Holm-adjusted)"
    )
    assert (worse.outcome, edge.outcome, same.outcome) == (Outcome.FAIL, Outcome.WARN, Outcome.WARN)


def test_the_detectable_change_is_that_of_the_adjusted_confidence() -> None:
    """z at 97.5 % is 2.241403, at 98.33 % 2.393980; margin 0.01, SE 0.01."""
    rules = [on("roc_auc"), on("accuracy"), on("f1")]
    found = judge_rules(rules, Evidence(comparisons=(WORSE, EDGE, SAME)))
    expected = [-(0.01 + (z + 0.841621) * 0.01) for z in (2.393980, 2.241403, 2.241403)]
    assert [each.minimum_detectable_change for each in found] == pytest.approx(expected, abs=1e-7)


def test_a_shown_regression_lets_the_next_be_read_at_a_laxer_level() -> None:
    """p = 0 is read at alpha/2 and shown, so p = 0.03 <= alpha is shown at the full level."""
    assert read([on("accuracy"), on("roc_auc")], WORSE, EDGE) == [
        ("accuracy", True, "regressed", 0.95),
        ("roc_auc", True, "regressed", 0.975),
    ]


@pytest.mark.parametrize(
    ("outsider", "comparison", "reason"),
    [
        (on("f1", severity="warn"), SAME, "inconclusive"),
        (on("f1", require="shown_no_worse"), SAME, "inconclusive"),
        (rule(metric="f1", min_improvement=0.01), SAME, "undecided"),
        (rule(metric="f1", minimum=0.9), figure(name="f1", candidate=estimate(0.8, 0.7, 0.85)), ""),
    ],
)
def test_only_blocking_no_regression_rules_are_adjusted(
    outsider: GateRule, comparison: Comparison, reason: str
) -> None:
    """A family of one beside the outsider: both at their own level."""
    assert read([on("accuracy"), outsider], EDGE, comparison) == [
        ("accuracy", False, "regressed", 0.95),
        ("f1", False, reason, 0.95),
    ]


@pytest.mark.parametrize(
    ("outsider", "comparison"),
    [
        (on("f1"), figure(name="f1", candidate=estimate(0.8))),
        (on("f1", relative=True), uniform("f1", -0.06, base=0.0)),
        (on("f1", min_samples=2000), uniform("f1", -0.06)),
        (on("f1"), figure(name="f1", baseline=estimate(0.8), reason="too_few_rows: 3 rows")),
    ],
)
def test_a_rule_that_cannot_be_judged_takes_no_share_of_alpha(
    outsider: GateRule, comparison: Comparison
) -> None:
    assert read([on("accuracy"), outsider], EDGE, comparison) == [("accuracy", False, "regressed", 0.95)]


def test_the_family_is_read_at_its_strictest_confidence() -> None:
    """99 % and 90 %: alpha = 0.01 for both, halved for the first step."""
    assert read([on("roc_auc", confidence=0.9), on("f1", confidence=0.99)], WORSE, SAME) == [
        ("roc_auc", True, "regressed", 0.995),
        ("f1", True, "inconclusive", 0.99),
    ]


NORTH = uniform("roc_auc", -0.06, slice="region=north", n=400)
SOUTH = uniform("roc_auc", 0.0, slice="region=south", n=90)
YEAR = uniform("roc_auc", 0.0, slice="contract=One year", n=300)
KPI = uniform("profit", 0.0, slice="region=north", kind="kpi")
SLICES = (uniform("roc_auc", 0.0), NORTH, SOUTH, YEAR, KPI)


@pytest.mark.parametrize(
    ("parts", "subjects"),
    [
        ({}, ["roc_auc"]),
        ({"slice": "*"}, [f"roc_auc on slice {each.slice}" for each in (NORTH, SOUTH, YEAR)]),
        ({"slice": "region"}, ["roc_auc on slice region=north", "roc_auc on slice region=south"]),
        ({"slice": "contract=One year"}, ["roc_auc on slice contract=One year"]),
        ({"slice": "*", "min_samples": 100}, [f"roc_auc on slice {each.slice}" for each in (NORTH, YEAR)]),
        ({"slice": "*", "kpi": "profit"}, ["profit on slice region=north"]),
    ],
)
def test_what_a_rule_speaks_of(parts: dict[str, Any], subjects: list[str]) -> None:
    found = judge_rules([rule(max_regression=MARGIN, **parts)], Evidence(comparisons=SLICES))
    assert [each.subject for each in found] == subjects
    assert {each.kind for each in found} == {"slice" if "slice" in parts else "metric"}


def test_blocking_slices_are_a_family_and_warning_ones_are_not() -> None:
    blocking = read([rule(slice="*", max_regression=MARGIN)], *SLICES)
    assert [each[1:] for each in blocking] == [
        (True, "regressed", round(1 - 0.05 / 3, 6)),
        (True, "inconclusive", 0.975),
        (True, "inconclusive", 0.975),
    ]
    warning = read([rule(slice="*", max_regression=MARGIN, severity="warn")], *SLICES)
    assert [each[1:] for each in warning] == [
        (False, "regressed", 0.95),
        (False, "inconclusive", 0.95),
        (False, "inconclusive", 0.95),
    ]


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        ({"metric": "f1"}, "f1: not evaluated (on_missing: warn)"),
        ({"kpi": "margin"}, "margin: not evaluated (on_missing: warn)"),
        ({"slice": "country"}, "roc_auc on slice country: not evaluated (on_missing: warn)"),
        (
            {"slice": "region=south", "min_samples": 1000},
            "roc_auc on slice region=south: no such slice has min_samples 1,000 rows (on_missing: warn)",
        ),
    ],
)
def test_a_rule_that_nothing_answers(parts: dict[str, Any], sentence: str) -> None:
    (verdict,) = judge_rules([rule(minimum=0.5, **parts)], Evidence(comparisons=SLICES))
    assert (verdict.outcome, verdict.reason, verdict.sentence) == (Outcome.WARN, "missing", sentence)
    assert verdict.condition == "minimum 0.5"


def test_verdicts_keep_the_order_of_the_rules_and_limits_come_first() -> None:
    rules = [on("f1", minimum=0.5), rule(score="effective", minimum=1), on("roc_auc")]
    found = judge_rules(rules, Evidence(comparisons=(WORSE, SAME)))
    assert [(each.rule, each.condition) for each in found] == [
        (0, "minimum 0.5"),
        (0, "max_regression 0.01"),
        (1, "minimum 1.0"),
        (2, "max_regression 0.01"),
    ]


def test_metric_rules_alone() -> None:
    """The rubric's self-test: no KPI, slice, score or cost rule is asked."""
    others = [rule(kpi="profit", minimum=1), rule(slice="*", minimum=0.1), rule(score="data", minimum=1)]
    found = judge_metric_rules([*others, on("roc_auc")], (WORSE, NORTH))
    assert [(each.subject, each.outcome) for each in found] == [("roc_auc", Outcome.FAIL)]


@pytest.mark.parametrize(
    ("outcomes", "gate"),
    [
        ((), Outcome.PASS),
        (("pass", "pass"), Outcome.PASS),
        (("pass", "skipped"), Outcome.PASS),
        (("pass", "inconclusive"), Outcome.WARN),
        (("warn", "pass"), Outcome.WARN),
        (("warn", "fail", "pass"), Outcome.FAIL),
        (("error", "pass"), Outcome.FAIL),
    ],
)
def test_the_gate_is_the_worst_of_its_rules(outcomes: tuple[str, ...], gate: Outcome) -> None:
    verdicts = [
        RuleVerdict(
            rule=index, kind="metric", subject="", condition="", outcome=Outcome(outcome), sentence=""
        )
        for index, outcome in enumerate(outcomes)
    ]
    assert gate_outcome(verdicts) is gate
