"""Rules and results for the gate, with distributions whose quantiles can be computed by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlops_actions.config.gate import GateRule
from mlops_actions.gate.evidence import Evidence
from mlops_actions.gate.judge import judge_rules
from mlops_actions.results.dataset import CheckResult
from mlops_actions.results.evaluation import Change, Comparison, Difference, Estimate, Interval, Quantiles
from mlops_actions.results.score import ScoreResult
from mlops_actions.statistics.quantiles import quantile_levels

if TYPE_CHECKING:
    from mlops_actions.results.gate import RuleVerdict
    from mlops_actions.results.verdict import Outcome


def rule(**parts: Any) -> GateRule:
    """A metric rule on roc_auc unless the parts name another subject."""
    if not {"metric", "kpi", "score", "check", "probe", "cost"} & parts.keys():
        parts["metric"] = "roc_auc"
    return GateRule(**parts)


def quantiles(low: float, high: float) -> Quantiles:
    """A uniform distribution whose 95 % interval is [low, high]: quantile p is middle + width * (p - 0.5)."""
    middle, width = (low + high) / 2, (high - low) / 0.95
    levels = quantile_levels()
    return Quantiles(levels=levels, values=tuple(middle + width * (level - 0.5) for level in levels))


def estimate(value: float | None, low: float | None = None, high: float | None = None) -> Estimate:
    """A figure; with an interval when its ends are given."""
    if low is None or high is None:
        return Estimate(value=value)
    return Estimate(
        value=value,
        interval=Interval(low=low, high=high, confidence=0.95),
        quantiles=quantiles(low, high),
    )


def difference(change: float, low: float, high: float, error: float = 0.01) -> Difference:
    """An improvement with its 95 % interval; the stored verdict is of no interest to the gate."""
    return Difference(
        change=change,
        improvement=change,
        interval=Interval(low=low, high=high, confidence=0.95),
        quantiles=quantiles(low, high),
        standard_error=error,
        verdict=Change.INCONCLUSIVE,
    )


def compared(
    low: float,
    high: float,
    *,
    change: float | None = None,
    base: float = 0.8,
    error: float = 0.01,
    **parts: Any,
) -> Comparison:
    """A candidate against a baseline on 1,000 rows, with the 95 % interval of the improvement."""
    middle = (low + high) / 2 if change is None else change
    return figure(
        **{
            "candidate": estimate(base + middle),
            "baseline": estimate(base),
            "difference": difference(middle, low, high, error),
            **parts,
        }
    )


def figure(**parts: Any) -> Comparison:
    """roc_auc on 1,000 rows."""
    given = {
        "kind": "metric",
        "name": "roc_auc",
        "title": "ROC AUC",
        "direction": "higher_is_better",
        "n": 1000,
        "candidate": estimate(0.8),
    }
    return Comparison(**{**given, **parts})


def check(identifier: str, outcome: Outcome, sentence: str) -> CheckResult:
    """A dataset check."""
    return CheckResult(
        id=identifier, title="", subject="age", role="train", outcome=outcome, sentence=sentence
    )


def judged(given: GateRule, *comparisons: Comparison) -> RuleVerdict:
    """The one verdict of one rule."""
    (verdict,) = judge_rules([given], Evidence(comparisons=comparisons))
    return verdict


def score_of(points: float) -> ScoreResult:
    """An ML Test Score of so many points, without its tests."""
    return ScoreResult(
        rubric=2017,
        practice=points,
        effective=points,
        maximum=7,
        band="",
        effective_band="",
        sections=(),
        probes=(),
        projection=False,
    )
