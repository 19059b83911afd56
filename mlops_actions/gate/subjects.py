"""Which results a rule speaks of, and rules on scores, costs, checks and probes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.gate.sentence import alike, declared, number
from mlops_actions.results.gate import RuleVerdict
from mlops_actions.results.verdict import Outcome, worst

if TYPE_CHECKING:
    from mlops_actions.config.gate import GateRule
    from mlops_actions.gate.evidence import Evidence
    from mlops_actions.results.evaluation import Comparison
    from mlops_actions.results.score import ScoreResult, Section

ON_MISSING = {"skip": Outcome.SKIPPED, "warn": Outcome.WARN, "fail": Outcome.FAIL}
SECTION: dict[str, Section] = {
    "data": "DATA",
    "model": "MODEL",
    "infrastructure": "INFRA",
    "monitoring": "MONITOR",
}
TINY = 1e-9
EVERY = "*"


def comparisons_of(rule: GateRule, evidence: Evidence) -> tuple[Comparison, ...]:
    """The comparisons a metric, KPI or slice rule speaks of; `slice: "*"` is every judged slice.

    A slice rule with `min_samples` leaves out smaller slices: it does not speak of them.
    """
    return tuple(
        each for each in _named(rule, evidence) if not rule.slice or each.n >= (rule.min_samples or 0)
    )


def why_none(rule: GateRule, evidence: Evidence) -> str:
    """Why `comparisons_of` is empty: every slice is too small, or there is none."""
    if _named(rule, evidence):
        return f"no such slice has min_samples {rule.min_samples:,} rows"
    return "not evaluated"


def _named(rule: GateRule, evidence: Evidence) -> list[Comparison]:
    found = [each for each in evidence.comparisons if each.name == (rule.metric or rule.kpi)]
    if rule.slice is None:
        return [each for each in found if not each.slice]
    return [
        each
        for each in found
        if each.slice and (rule.slice in {EVERY, each.slice} or _column(each) == rule.slice)
    ]


def _column(comparison: Comparison) -> str:
    return comparison.slice.split("=", 1)[0]


def missing(index: int, rule: GateRule, why: str) -> RuleVerdict:
    """A rule whose subject is not there, after `on_missing`."""
    subject = _subject(rule)
    outcome = ON_MISSING[rule.on_missing]
    return RuleVerdict(
        rule=index,
        kind=rule.subject,  # type: ignore[arg-type]  # one of the kinds by GateRule.subject
        subject=subject,
        condition=_condition(rule),
        outcome=_severity(outcome, rule),
        sentence=f"{subject}: {why} (on_missing: {rule.on_missing})",
        reason="missing",
        severity=rule.severity,
    )


def names_check(name: str, identifier: str) -> bool:
    """Whether a rule's `check:` speaks of that check: its id, its family (DS1 of DS101) or "*"."""
    return name in {EVERY, identifier, family(identifier)}


def family(identifier: str) -> str:
    """The family of a check: all but the last two digits."""
    return identifier[:-2]


def status_verdict(index: int, rule: GateRule, evidence: Evidence) -> tuple[RuleVerdict, ...]:
    """A named dataset check, or a named probe of the score, must not be red."""
    if rule.check is not None:
        found = [each for each in evidence.checks if names_check(rule.check, each.id)]
        if not found:
            return (missing(index, rule, "was not run"),)
        grave = worst(each.outcome for each in found)
        first = next(each for each in found if each.outcome is grave)
        several = "" if rule.check == first.id else f"{first.id} "
        return (_made(index, rule, f"{rule.check}: {several}{first.sentence}", grave, len(found)),)
    probe = evidence.score.probe(rule.probe or "") if evidence.score is not None else None
    if probe is None or probe.result is None:
        why = "was not observed" if probe is None else f"{probe.status}: {probe.message}"
        return (missing(index, rule, why),)
    outcome = {"pass": Outcome.PASS, "fail": Outcome.FAIL}.get(probe.result, Outcome.INCONCLUSIVE)
    return (_made(index, rule, f"{probe.id}: {probe.message}", outcome, probe.n),)


def number_subject(index: int, rule: GateRule, evidence: Evidence) -> tuple[RuleVerdict, ...]:
    """Rules on the ML Test Score (points) and on costs; exact figures, so no interval."""
    if rule.score is not None:
        value, base = _points(rule, evidence.score), _points(rule, evidence.base_score)
    else:
        value, base = evidence.costs.get(rule.cost or ""), evidence.base_costs.get(rule.cost or "")
    if value is None:
        return (missing(index, rule, "was not measured"),)
    verdicts = []
    for kind, limit in (("minimum", rule.minimum), ("maximum", rule.maximum)):
        if limit is not None:
            verdicts.append(_limit(index, rule, kind, limit, value))
    if rule.max_regression is not None or rule.min_improvement is not None:
        verdicts += _changes(index, rule, value, base)
    return tuple(verdicts)


def _points(rule: GateRule, score: ScoreResult | None) -> float | None:
    if score is None:
        return None
    if rule.score in {"effective", "practice"}:
        return score.effective if rule.score == "effective" else score.practice
    section = score.section(SECTION[rule.score or ""])
    return section.effective if section is not None else None


def _limit(index: int, rule: GateRule, kind: str, limit: float, value: float) -> RuleVerdict:
    holds = value >= limit if kind == "minimum" else value <= limit
    sign = (">=" if holds else "<") if kind == "minimum" else ("<=" if holds else ">")
    shown = alike(value, apart_from=limit)[0]
    text = f"{_subject(rule)} {shown} {sign} {kind} {declared(limit)}"
    made = _made(index, rule, text, Outcome.PASS if holds else Outcome.FAIL, None)
    update = {"observed": value, "limit": limit, "condition": f"{kind} {declared(limit)}"}
    return made.model_copy(update=update)


def _changes(index: int, rule: GateRule, value: float, base: float | None) -> list[RuleVerdict]:
    if base is None:
        return [missing(index, rule, f"{number(value)}, no baseline to compare with")]
    if rule.relative and base == 0:
        text = f"{_subject(rule)}: a relative change from a baseline of 0 cannot be formed"
        return [_made(index, rule, text, Outcome.INCONCLUSIVE, None)]
    scale = abs(base) if rule.relative else 1.0
    improvement = (value - base if rule.score is not None else base - value) / scale
    verdicts = []
    for kind, limit in (("max_regression", rule.max_regression), ("min_improvement", rule.min_improvement)):
        if limit is None:
            continue
        needed = -limit if kind == "max_regression" else limit
        outcome = Outcome.PASS if improvement >= needed - TINY else Outcome.FAIL
        condition = f"{'relative ' if rule.relative else ''}{kind} {declared(limit)}"
        shown = " -> ".join(reversed(alike(value, base, apart_from=base)))
        text = f"{_subject(rule)} {shown}, {condition}"
        made = _made(index, rule, text, outcome, None)
        update = {"observed": value, "baseline": base, "limit": limit, "condition": condition}
        verdicts.append(made.model_copy(update=update))
    return verdicts


def _made(index: int, rule: GateRule, text: str, outcome: Outcome, n: int | None) -> RuleVerdict:
    return RuleVerdict(
        rule=index,
        kind=rule.subject,  # type: ignore[arg-type]  # one of the kinds by GateRule.subject
        subject=_subject(rule),
        condition=_condition(rule),
        outcome=_severity(outcome, rule),
        sentence=text,
        n=n,
        severity=rule.severity,
    )


def _subject(rule: GateRule) -> str:
    if rule.score is not None:
        return f"ML Test Score ({rule.score})"
    named = rule.metric or rule.kpi or rule.check or rule.probe or rule.cost or ""
    return f"{named} on slice {rule.slice}" if rule.slice else named


def _condition(rule: GateRule) -> str:
    names = ("minimum", "maximum", "max_regression", "min_improvement")
    given = [f"{name} {declared(getattr(rule, name))}" for name in names if getattr(rule, name) is not None]
    return ", ".join(given) or "not red"


def _severity(outcome: Outcome, rule: GateRule) -> Outcome:
    return Outcome.WARN if outcome is Outcome.FAIL and rule.severity == "warn" else outcome
