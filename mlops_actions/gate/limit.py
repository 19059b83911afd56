"""Absolute limits: `minimum` and its mirror `maximum`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.gate.sentence import declared, measured, unit
from mlops_actions.gate.withheld import unbounded, why_none, withheld
from mlops_actions.results.evaluation import Interval
from mlops_actions.results.gate import UNDECIDED, RuleVerdict
from mlops_actions.results.verdict import Outcome
from mlops_actions.statistics.quantiles import interpolate_quantile

if TYPE_CHECKING:
    from mlops_actions.config.gate import GateRule
    from mlops_actions.results.evaluation import Comparison, Estimate


def judge_limits(index: int, rule: GateRule, comparison: Comparison) -> tuple[RuleVerdict, ...]:
    """Verdicts on `minimum` and `maximum` of one comparison, none when the rule has neither."""
    limits = (("minimum", rule.minimum), ("maximum", rule.maximum))
    return tuple(_judge(index, rule, comparison, kind, limit) for kind, limit in limits if limit is not None)


def _judge(index: int, rule: GateRule, comparison: Comparison, kind: str, limit: float) -> RuleVerdict:
    estimate = comparison.candidate
    made = interval_at(estimate, rule.confidence)
    why = _cannot(rule, comparison, made)
    if estimate.value is None or why:
        text = f"cannot be judged: {why or 'undefined on these rows'} (n={comparison.n:,})"
        outcome = Outcome.INCONCLUSIVE
        if _fails_unjudged(rule, comparison, kind, limit):
            outcome = _severity(Outcome.FAIL, rule)
            text = f"{'strict ' if rule.strict else ''}{kind} {declared(limit)} {text}"
        return _verdict(index, rule, comparison, kind, limit, outcome, text, None)
    word = limit_word(estimate.value, made, limit, minimum=kind == "minimum", strict=rule.strict)
    relation = "<" if kind == "minimum" else ">"
    held = ">=" if kind == "minimum" else "<="
    broken = (estimate.value < limit) if kind == "minimum" else (estimate.value > limit)
    value, span = measured(estimate.value, made, limit)
    text = f"{value}{unit(comparison)} {relation if broken else held} {kind} {declared(limit)}"
    if not broken and word is not Outcome.PASS:
        text += " but its interval crosses it"
    text += f" (n={comparison.n:,}, {span})"
    verdict = _verdict(index, rule, comparison, kind, limit, _severity(word, rule), text, made)
    return verdict.model_copy(update={"reason": UNDECIDED}) if word is Outcome.WARN else verdict


def _fails_unjudged(rule: GateRule, comparison: Comparison, kind: str, limit: float) -> bool:
    """Without an interval: strict shows nothing, a withheld figure passes nothing, a bad point stays bad."""
    if _too_small(rule, comparison):
        return False
    estimate = comparison.candidate
    if rule.strict or withheld(comparison):
        return True
    if estimate.value is None or not unbounded(estimate):
        return False
    return estimate.value < limit if kind == "minimum" else estimate.value > limit


def _cannot(rule: GateRule, comparison: Comparison, made: Interval | None) -> str:
    """Why there is nothing to judge, or "": too few rows, no figure, or one that may have no interval."""
    if _too_small(rule, comparison):
        return f"n={comparison.n:,} < min_samples {rule.min_samples:,}"
    return why_none(comparison) if made is None else ""


def _too_small(rule: GateRule, comparison: Comparison) -> bool:
    return rule.min_samples is not None and comparison.n < rule.min_samples


def limit_word(value: float, made: Interval | None, limit: float, *, minimum: bool, strict: bool) -> Outcome:
    """The cell of the gate table; without an interval the point is all there is.

    minimum: pass when the point reaches it; warn when only the interval does; fail when the whole interval is
    below. strict: pass only when the whole interval reaches it, else fail. maximum mirrors it.
    """
    sign = 1 if minimum else -1
    point = sign * (value - limit)
    low = point if made is None else min(sign * (made.low - limit), sign * (made.high - limit))
    high = point if made is None else max(sign * (made.low - limit), sign * (made.high - limit))
    if strict:
        return Outcome.PASS if low >= 0 else Outcome.FAIL
    if point >= 0:
        return Outcome.PASS
    return Outcome.WARN if high >= 0 else Outcome.FAIL


def interval_at(estimate: Estimate, confidence: float) -> Interval | None:
    """The estimate's interval at any confidence, from its stored quantiles."""
    if estimate.quantiles is None:
        return estimate.interval
    tail = (1 - confidence) / 2
    levels, values = estimate.quantiles.levels, estimate.quantiles.values
    return Interval(
        low=interpolate_quantile(levels, values, tail),
        high=interpolate_quantile(levels, values, 1 - tail),
        confidence=confidence,
    )


def _severity(word: Outcome, rule: GateRule) -> Outcome:
    return Outcome.WARN if word is Outcome.FAIL and rule.severity == "warn" else word


def _verdict(
    index: int,
    rule: GateRule,
    comparison: Comparison,
    kind: str,
    limit: float,
    outcome: Outcome,
    text: str,
    made: Interval | None,
) -> RuleVerdict:
    return RuleVerdict(
        rule=index,
        kind="slice" if comparison.slice else comparison.kind,
        subject=comparison.subject,
        title=comparison.heading,
        condition=f"{kind} {declared(limit)}",
        outcome=outcome,
        sentence=f"{comparison.subject} {text}",
        observed=comparison.candidate.value,
        baseline=comparison.baseline.value if comparison.baseline else None,
        limit=limit,
        interval=made,
        n=comparison.n,
        severity=rule.severity,
    )
