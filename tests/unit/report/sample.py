"""A small run's results as a view; every text in it may be replaced by a hostile one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

from mlops_actions.report.view import View
from mlops_actions.results.base import ResultModel
from mlops_actions.results.envelope import Envelope, Kind, Source, Trust
from mlops_actions.results.evaluation import (
    Change,
    Comparison,
    Difference,
    Estimate,
    EvaluationResult,
    Interval,
    Kpi,
    Quantiles,
)
from mlops_actions.results.gate import GateResult, PolicyChange, RuleVerdict
from mlops_actions.results.verdict import Outcome

if TYPE_CHECKING:
    from typing import Any

Payload = TypeVar("Payload", bound=ResultModel)


def envelope(kind: Kind, payload: Payload, outcome: Outcome = Outcome.PASS) -> Envelope[Payload]:
    """Around any payload."""
    made: Envelope[Payload] = Envelope[type(payload)](  # type: ignore[misc,operator]
        kind=kind,
        tool_version="1.2.3",
        created_at=datetime(2026, 1, 2, tzinfo=UTC),
        source=Source(),
        trust=Trust.CLAIMED,
        outcome=outcome,
        payload=payload,
    )
    return made


def comparison(
    name: str = "roc_auc",
    before: float = 0.8,
    after: float = 0.85,
    half: float = 0.01,
    verdict: Change = Change.IMPROVED,
    **more: Any,
) -> Comparison:
    """One comparison with a symmetric interval around its change."""
    sign = -1 if more.get("direction") == "lower_is_better" else 1
    improvement = sign * (after - before)
    difference = Difference(
        change=after - before,
        improvement=improvement,
        interval=Interval(low=improvement - half, high=improvement + half, confidence=0.95),
        quantiles=Quantiles(levels=(0.5,), values=(improvement,)),
        standard_error=half / 2,
        verdict=verdict,
    )
    given: dict[str, Any] = {
        "kind": "metric",
        "title": name,
        "direction": "higher_is_better",
        "n": 1234,
        "difference": difference,
        "baseline": Estimate(value=before),
        **more,
    }
    return Comparison(name=name, candidate=Estimate(value=after), **given)


def evaluation(*comparisons: Comparison, kpis: tuple[Kpi, ...] = ()) -> EvaluationResult:
    """An evaluation of these comparisons."""
    return EvaluationResult(
        task="binary",
        n=1234,
        threshold=0.5,
        confidence=0.95,
        resamples=1000,
        seed=7,
        baseline_kind="retrained",
        comparisons=comparisons,
        kpis=kpis,
    )


def kpi(identifier: str = "profit", target: float | None = 9000.0) -> Kpi:
    """Money."""
    return Kpi(
        id=identifier,
        title="Profit",
        unit="EUR",
        direction="higher_is_better",
        row_value="prediction",
        aggregate="mean",
        scale=1000,
        target=target,
    )


def rule(sentence: str, outcome: Outcome = Outcome.PASS, **more: Any) -> RuleVerdict:
    """One verdict."""
    given: dict[str, Any] = {"kind": "metric", "subject": "roc_auc", "condition": "minimum 0.8", **more}
    return RuleVerdict(rule=0, outcome=outcome, sentence=sentence, **given)


def gate(*rules: RuleVerdict, outcome: Outcome = Outcome.PASS, **more: Any) -> GateResult:
    """A gate's result."""
    return GateResult(outcome=outcome, policy_source="judged by abc", rules=rules, **more)


def view(**parts: Any) -> View:
    """A run with a metric, money and two rules; `parts` replace."""
    money = comparison("profit", 9120, 9873, 400, kind="kpi", title="Profit per 1,000 customers", unit="EUR")
    made = View(
        project="churn",
        objective="Keep customers",
        owner="retention-team",
        source=Source(head_sha="1" * 40, base_sha="2" * 40),
        trust=Trust.CLAIMED,
        tool_version="1.2.3",
        evaluation=envelope(
            "evaluation",
            evaluation(
                comparison(title="ROC AUC"),
                comparison(
                    "brier", 0.2, 0.18, 0.03, Change.INCONCLUSIVE, title="Brier score",
                    direction="lower_is_better",
                ),
                money,
                comparison(title="ROC AUC", slice="region=north", verdict=Change.NO_WORSE, n=77),
                kpis=(kpi(),),
            ),
        ),
        gate=envelope("gate", gate(rule("roc_auc 0.85 >= minimum 0.8"), rule("profit fine"))),
    )  # fmt: skip
    return replace(made, **parts)


def change(text: str = "looser") -> PolicyChange:
    """A changed part of the policy."""
    return PolicyChange(
        key="gate.rules[0].minimum", base="0.8", head=text, summary=text, location="mlops.yaml:9"
    )
