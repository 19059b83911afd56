"""Change rules: `max_regression` and `min_improvement` against the baseline on the same rows.

The verdict is read from the improvement (+ is better). What is printed and stored is the raw change,
candidate minus baseline, so that it reads like the two figures beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_actions.gate.sentence import alike, declared, measured, plus, unit
from mlops_actions.gate.withheld import why_none, withheld
from mlops_actions.results.evaluation import Interval
from mlops_actions.results.gate import UNDECIDED, RuleVerdict
from mlops_actions.results.verdict import Outcome
from mlops_actions.results.words import count
from mlops_actions.statistics.power import minimum_detectable_change, rows_to_decide, two_sided_z
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


@dataclass(frozen=True)
class _Reading:
    """What a verdict says: its words, and of the raw change the interval and what would be shown."""

    outcome: Outcome
    text: str
    reason: str = ""
    made: Interval | None = None
    span: str = ""
    detectable: float | None = None


def judge_change(case: ChangeCase) -> tuple[RuleVerdict, ...]:
    """Verdicts on `max_regression` and `min_improvement`, in that order."""
    rule = case.rule
    conditions = (("max_regression", rule.max_regression), ("min_improvement", rule.min_improvement))
    return tuple(
        _verdict(case, kind, limit, _read(case, kind, limit))
        for kind, limit in conditions
        if limit is not None
    )


def cannot_compare(rule: GateRule, comparison: Comparison) -> tuple[str, str] | None:
    """Why a change cannot be judged, in one word and in a sentence; None when it can."""
    if comparison.baseline is None:
        return "no_baseline", "no baseline to compare with"
    if _too_small(rule, comparison):
        return "too_few_rows", f"cannot be judged: n={comparison.n:,} < min_samples {rule.min_samples:,}"
    if comparison.difference is None:
        reason = comparison.reason.partition(":")[0] or "undefined"
        return reason, f"cannot be judged: {comparison.reason or 'the change is undefined on these rows'}"
    if rule.relative and comparison.baseline.value == 0:
        return "not_comparable", "a relative change from a baseline of 0 cannot be formed"
    return None


def _too_small(rule: GateRule, comparison: Comparison) -> bool:
    return rule.min_samples is not None and comparison.n < rule.min_samples


def _must_show(rule: GateRule, kind: str) -> bool:
    """Whether what cannot be decided fails."""
    return rule.require == "shown_no_worse" if kind == "max_regression" else rule.strict


def _read(case: ChangeCase, kind: str, limit: float) -> _Reading:
    rule, comparison = case.rule, case.comparison
    why, difference = cannot_compare(rule, comparison), comparison.difference
    if why is not None or difference is None:
        reason, text = why or ("undefined", "")
        if withheld(comparison) and reason != "too_few_rows":
            said = f"{kind} {declared(limit)} cannot be judged: {why_none(comparison) or 'no figure'}"
            return _Reading(_severity(Outcome.FAIL, rule), said, "withheld")
        if reason == "no_baseline":
            return _Reading(_severity(ON_MISSING[rule.on_missing], rule), text, reason)
        if _must_show(rule, kind) and not _too_small(rule, comparison):
            said = f"{kind} {declared(limit)} was not shown to hold: {text}"
            return _Reading(_severity(Outcome.FAIL, rule), said, reason)
        return _Reading(Outcome.INCONCLUSIVE, text, reason)
    if kind == "min_improvement":
        return _improvement(case, limit, difference)
    return _regression(case, limit, difference)


def _regression(case: ChangeCase, limit: float, difference: Difference) -> _Reading:
    scale, sign = _scale(case.rule, case.comparison), case.comparison.sign
    made = change_interval(difference, case.confidence, scale)
    word = compare_verdict(made.low, made.high, limit)
    outcome = _severity(change_outcome(word, case.rule.require), case.rule)
    change, span = _change(case, difference, -limit)
    detectable = -sign * _detectable(case, limit, difference)
    text = f"{WORDS[word]}: {change}, max_regression {declared(limit)}"
    if word == "inconclusive":
        shown = f"a change of {plus(alike(detectable, made.low, made.high)[0])} would be shown"
        error, z = difference.standard_error / scale, two_sided_z(case.confidence)
        rows = rows_to_decide(case.comparison.n, error, limit, z)
        if rows is None:
            text += f"; {shown}; no margin is allowed, so no n decides"
        elif rows > case.comparison.n:
            text += f"; {shown}; about {count(rows, 'row')} would decide"
        else:  # enough rows for the margin: the change itself is too near the limit
            edge = plus(declared(-sign * limit))
            text = f"{WORDS[word]}: {change}, the interval contains the limit {edge}; {shown}"
    return _Reading(outcome, text, word, made.times(sign), span, detectable)


def _improvement(case: ChangeCase, limit: float, difference: Difference) -> _Reading:
    """Mirrors `minimum`: the point reaches it, or its interval does, or neither."""
    rule, scale, sign = case.rule, _scale(case.rule, case.comparison), case.comparison.sign
    made = change_interval(difference, case.confidence, scale)
    improvement, reason = difference.improvement / scale, ""
    if improvement >= limit and (made.low >= limit or not rule.strict):
        outcome = Outcome.PASS
    elif made.high >= limit and not rule.strict:
        outcome, reason = Outcome.WARN, UNDECIDED
    else:
        outcome = Outcome.FAIL
    change, span = _change(case, difference, limit)
    text = f"{change}, min_improvement {declared(limit)}{' (lower is better)' if sign < 0 else ''}"
    detectable = sign * _detectable(case, limit, difference)
    return _Reading(_severity(outcome, rule), text, reason, made.times(sign), span, detectable)


def _change(case: ChangeCase, difference: Difference, edge: float) -> tuple[str, str]:
    """The raw change with its sign ("relative change -0.05"), and its interval with as many decimals.

    Args:
        case: the rule and what it is read on.
        difference: with the change and its quantiles.
        edge: the improvement that the rule asks for.
    """
    scale, sign = _scale(case.rule, case.comparison), case.comparison.sign
    made = change_interval(difference, case.confidence, scale).times(sign)
    shown, span = measured(difference.change / scale, made, sign * edge)
    return f"{'relative ' if case.rule.relative else ''}change {plus(shown)}", span


def _detectable(case: ChangeCase, margin: float, difference: Difference) -> float:
    """The size of the smallest change beyond the margin that is shown with 80 % power: m + (z + 0.84) SE."""
    error = difference.standard_error / _scale(case.rule, case.comparison)
    return minimum_detectable_change(margin, error, two_sided_z(case.confidence))


def _scale(rule: GateRule, comparison: Comparison) -> float:
    """What a change is divided by: the baseline's size when the rule is relative."""
    baseline = comparison.baseline.value if comparison.baseline else None
    return abs(baseline) if rule.relative and baseline else 1.0


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
    edge = -(rule.max_regression or 0.0) * _scale(rule, comparison)
    levels, values = difference.quantiles.levels, difference.quantiles.values
    if values[-1] < edge:
        return 0.0
    above = next(index for index, value in enumerate(values) if value >= edge)
    left = levels[above - 1] if above else 0.0
    return min(1.0, 2 * (1 - left))


def _severity(outcome: Outcome, rule: GateRule) -> Outcome:
    return Outcome.WARN if outcome is Outcome.FAIL and rule.severity == "warn" else outcome


def _verdict(case: ChangeCase, kind: str, limit: float, read: _Reading) -> RuleVerdict:
    comparison = case.comparison
    candidate = comparison.candidate.value
    baseline = comparison.baseline.value if comparison.baseline else None
    adjusted = case.adjusted and read.made is not None
    span = f", {read.span}{', Holm-adjusted' if adjusted else ''}" if read.span else ""
    values = ""
    if candidate is not None and baseline is not None:
        values = f"{' -> '.join(alike(baseline, candidate))}{unit(comparison)}, "
    return RuleVerdict(
        rule=case.index,
        kind="slice" if comparison.slice else comparison.kind,
        subject=comparison.subject,
        title=comparison.heading,
        condition=f"{'relative ' if case.rule.relative else ''}{kind} {declared(limit)}",
        outcome=read.outcome,
        sentence=f"{comparison.subject} {values}{read.text} (n={comparison.n:,}{span})",
        reason=read.reason,
        observed=candidate,
        baseline=baseline,
        limit=limit,
        interval=read.made,
        adjusted=adjusted,
        minimum_detectable_change=read.detectable,
        n=comparison.n,
        severity=case.rule.severity,
    )
