"""Change rules: `max_regression` and `min_improvement` against the baseline on the same rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_actions.gate.sentence import interval, name, number
from mlops_actions.results.evaluation import Interval
from mlops_actions.results.gate import RuleVerdict
from mlops_actions.results.verdict import Outcome
from mlops_actions.statistics.power import rows_to_decide
from mlops_actions.statistics.quantiles import interpolate_quantile
from mlops_actions.statistics.verdict import compare_verdict

if TYPE_CHECKING:
    from mlops_actions.config.gate import GateRule
    from mlops_actions.results.evaluation import Comparison, Difference
    from mlops_actions.statistics.verdict import ChangeWord

ON_MISSING = {"skip": Outcome.SKIPPED, "warn": Outcome.WARN, "fail": Outcome.FAIL}
WORDS = {
    "improved": "improved",
    "no_worse": "no worse",
    "regressed": "regressed",
    "inconclusive": "inconclusive",
}


@dataclass(frozen=True)
class ChangeCase:
    """One change rule on one comparison, read at a confidence (Holm-adjusted when `adjusted`)."""

    index: int
    rule: GateRule
    comparison: Comparison
    confidence: float
    adjusted: bool = False


def judge_change(case: ChangeCase) -> tuple[RuleVerdict, ...]:
    """Verdicts on `max_regression` and `min_improvement`, in that order."""
    rule = case.rule
    conditions = (("max_regression", rule.max_regression), ("min_improvement", rule.min_improvement))
    return tuple(_judge(case, kind, limit) for kind, limit in conditions if limit is not None)


def _judge(case: ChangeCase, kind: str, limit: float) -> RuleVerdict:
    rule, comparison = case.rule, case.comparison
    baseline = comparison.baseline.value if comparison.baseline else None
    difference = comparison.difference
    few = rule.min_samples is not None and comparison.n < rule.min_samples
    if baseline is None:
        outcome = _severity(ON_MISSING[rule.on_missing], rule)
        return _verdict(case, kind, limit, outcome, "no baseline to compare with", None, "no_baseline")
    if difference is None or few:
        why = f"n={comparison.n:,} < min_samples {rule.min_samples}" if few else comparison.reason
        return _verdict(
            case, kind, limit, Outcome.INCONCLUSIVE, f"cannot be judged: {why}", None, "too_few_rows"
        )
    if rule.relative and baseline == 0:
        text = "a relative change from a baseline of 0 cannot be formed"
        return _verdict(case, kind, limit, Outcome.INCONCLUSIVE, text, None, "not_comparable")
    scale = abs(baseline) if rule.relative else 1.0
    made = change_interval(difference, case.confidence, scale)
    if kind == "min_improvement":
        return _improvement(case, limit, made, difference.improvement / scale)
    return _regression(case, limit, made, difference, scale)


def _regression(
    case: ChangeCase, limit: float, made: Interval, difference: Difference, scale: float
) -> RuleVerdict:
    word = compare_verdict(made.low, made.high, limit)
    outcome = _severity(change_outcome(word, case.rule.require), case.rule)
    improvement = difference.improvement / scale
    text = f"{WORDS[word]}: change {_signed(improvement)}, max_regression {number(limit)}"
    if word == "inconclusive":
        rows = rows_to_decide(case.comparison.n, difference.standard_error / scale, limit)
        text += f"; about {rows:,} rows would decide" if rows else "; no margin is allowed, so no n decides"
    return _verdict(case, "max_regression", limit, outcome, text, made, word)


def _improvement(case: ChangeCase, limit: float, made: Interval, improvement: float) -> RuleVerdict:
    """Mirrors `minimum`: the point reaches it, or its interval does, or neither."""
    if improvement >= limit and (made.low >= limit or not case.rule.strict):
        outcome = Outcome.PASS
    elif made.high >= limit and not case.rule.strict:
        outcome = Outcome.WARN
    else:
        outcome = Outcome.FAIL
    text = f"change {_signed(improvement)}, min_improvement {number(limit)}"
    return _verdict(case, "min_improvement", limit, _severity(outcome, case.rule), text, made, "")


def change_outcome(word: ChangeWord, require: str) -> Outcome:
    """The cell of the gate table for a change rule."""
    if word in {"improved", "no_worse"}:
        return Outcome.PASS
    if word == "regressed" or require == "shown_no_worse":
        return Outcome.FAIL
    return Outcome.WARN


def change_interval(difference: Difference, confidence: float, scale: float = 1.0) -> Interval:
    """The interval of the improvement at any confidence, from the stored bootstrap quantiles."""
    tail = (1 - confidence) / 2
    levels, values = difference.quantiles.levels, difference.quantiles.values
    return Interval(
        low=interpolate_quantile(levels, values, tail) / scale,
        high=interpolate_quantile(levels, values, 1 - tail) / scale,
        confidence=confidence,
    )


def change_p_value(rule: GateRule, comparison: Comparison) -> float:
    """Two-sided bootstrap p-value of "no regression beyond the margin", by inverting the interval."""
    difference = comparison.difference
    if difference is None:
        return 1.0
    baseline = comparison.baseline.value if comparison.baseline else None
    scale = abs(baseline) if rule.relative and baseline else 1.0
    edge = -(rule.max_regression or 0.0) * scale
    levels, values = difference.quantiles.levels, difference.quantiles.values
    if values[-1] < edge:
        return 0.0
    above = next(index for index, value in enumerate(values) if value >= edge)
    left = levels[above - 1] if above else 0.0
    return min(1.0, 2 * (1 - left))


def _severity(outcome: Outcome, rule: GateRule) -> Outcome:
    return Outcome.WARN if outcome is Outcome.FAIL and rule.severity == "warn" else outcome


def _signed(value: float) -> str:
    return f"{'+' if value >= 0 else ''}{number(value)}"


def _verdict(
    case: ChangeCase, kind: str, limit: float, outcome: Outcome, text: str, made: Interval | None, reason: str
) -> RuleVerdict:
    comparison = case.comparison
    baseline = comparison.baseline.value if comparison.baseline else None
    note = ", Holm-adjusted" if case.adjusted and made is not None else ""
    span = f", {interval(made)}{note}" if made is not None else ""
    values = ""
    if comparison.candidate.value is not None and baseline is not None:
        values = f"{number(baseline)} -> {number(comparison.candidate.value)}, "
    unit = "relative " if case.rule.relative else ""
    return RuleVerdict(
        rule=case.index,
        kind="slice" if comparison.slice else comparison.kind,
        subject=name(comparison),
        condition=f"{unit}{kind} {number(limit)}",
        outcome=outcome,
        sentence=f"{name(comparison)} {values}{text} (n={comparison.n:,}{span})",
        reason=reason,
        observed=comparison.candidate.value,
        baseline=baseline,
        limit=limit,
        interval=made,
        adjusted=case.adjusted and made is not None,
        n=comparison.n,
        severity=case.rule.severity,
    )
