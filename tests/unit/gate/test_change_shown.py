"""What a change rule prints: the raw change and its interval, and the change that would be shown."""

from __future__ import annotations

from statistics import NormalDist
from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.gate.cases import compared, difference, estimate, figure, judged, rule

if TYPE_CHECKING:
    from mlops_actions.results.evaluation import Comparison


def falling(low: float, high: float, **parts: Any) -> Comparison:
    """A Brier score of 0.2; `low` and `high` are of the improvement, so its raw change is their negative."""
    middle = (low + high) / 2
    made = difference(middle, low, high, parts.pop("error", 0.01)).model_copy(update={"change": -middle})
    return compared(
        low, high, name="brier_score_loss", title="Brier score", direction="lower_is_better",
        baseline=estimate(0.2), candidate=estimate(0.2 - middle), difference=made, **parts,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("parts", "low", "high", "said", "raw"),
    [
        (
            {"max_regression": 0.01},
            -0.034,
            -0.0156,
            (
                "brier_score_loss 0.2000 -> 0.2248, regressed: change +0.0248, max_regression 0.01 "
                "(n=1,000, 95 % interval [0.0156, 0.0340])"
            ),
            (0.0156, 0.034),
        ),
        (
            {"max_regression": 0.05, "relative": True},
            -0.04,
            -0.03,
            (
                "brier_score_loss 0.200 -> 0.235, regressed: relative change +0.175, max_regression 0.05 "
                "(n=1,000, 95 % interval [0.150, 0.200])"
            ),
            (0.15, 0.2),
        ),
        (
            {"max_regression": 0.03},
            -0.05,
            -0.02,
            (
                "brier_score_loss 0.200 -> 0.235, inconclusive: change +0.035, the interval contains the "
                "limit +0.03; a change of +0.058 would be shown (n=1,000, 95 % interval [0.020, 0.050])"
            ),
            (0.02, 0.05),
        ),
        (
            {"min_improvement": 0.02},
            0.02,
            0.04,
            (
                "brier_score_loss 0.20 -> 0.17, change -0.03, min_improvement 0.02 (lower is better) "
                "(n=1,000, 95 % interval [-0.04, -0.02])"
            ),
            (-0.04, -0.02),
        ),
    ],
)
def test_a_change_has_one_sign_also_where_lower_is_better(
    parts: dict[str, Any], low: float, high: float, said: str, raw: tuple[float, float]
) -> None:
    verdict = judged(rule(metric="brier_score_loss", **parts), falling(low, high, error=0.00999))
    assert verdict.sentence == said
    assert verdict.interval is not None
    assert (verdict.interval.low, verdict.interval.high) == pytest.approx(raw)
    assert verdict.title == "Brier score"


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({"max_regression": 0.02}, -(0.02 + (1.959964 + 0.841621) * 0.01)),
        ({"max_regression": 0.02, "confidence": 0.99}, -(0.02 + (2.575829 + 0.841621) * 0.01)),
        ({"max_regression": 0.02, "relative": True}, -(0.02 + (1.959964 + 0.841621) * 0.01 / 0.8)),
        ({"min_improvement": 0.02}, 0.02 + (1.959964 + 0.841621) * 0.01),
    ],
)
def test_the_minimum_detectable_change_has_the_rule_s_margin_and_confidence(
    parts: dict[str, Any], expected: float
) -> None:
    """m + (z + 0.84) SE with SE 0.01, by hand; its sign is that of the raw change."""
    verdict = judged(rule(**parts), compared(-0.01, 0.03))
    assert verdict.minimum_detectable_change == pytest.approx(expected, abs=1e-7)
    down = judged(rule(metric="brier_score_loss", **{**parts, "relative": False}), falling(-0.01, 0.03))
    if not parts.get("relative"):
        assert down.minimum_detectable_change == pytest.approx(-expected, abs=1e-7)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_change_of_the_detectable_size_is_shown_in_80_percent_of_repetitions(seed: int) -> None:
    detectable = judged(rule(max_regression=0.02), compared(-0.01, 0.03)).minimum_detectable_change
    assert detectable is not None
    shown = 0
    for seen in NormalDist(detectable, 0.01).samples(2000, seed=seed):
        comparison = compared(seen - 0.01959964, seen + 0.01959964)
        shown += judged(rule(max_regression=0.02), comparison).reason == "regressed"
    assert shown / 2000 == pytest.approx(0.8, abs=0.03)


def test_what_cannot_be_judged_shows_no_detectable_change() -> None:
    assert judged(rule(max_regression=0.01), figure()).minimum_detectable_change is None
