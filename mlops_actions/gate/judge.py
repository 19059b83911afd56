"""Gate rules over the results of all stages: one verdict, one sentence per rule and subject. No numpy."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mlops_actions.gate.change import ChangeCase, cannot_compare, change_p_value, judge_change
from mlops_actions.gate.limit import judge_limits
from mlops_actions.gate.subjects import comparisons_of, missing, number_subject, status_verdict, why_none
from mlops_actions.results.verdict import Outcome
from mlops_actions.statistics.multiplicity import holm_confidences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlops_actions.config.gate import GateRule
    from mlops_actions.gate.evidence import Evidence
    from mlops_actions.results.evaluation import Comparison
    from mlops_actions.results.gate import RuleVerdict


@dataclass(frozen=True)
class _Slot:
    """A change rule on one comparison, waiting for its Holm-adjusted confidence."""

    index: int
    rule: GateRule
    comparison: Comparison
    confidence: float
    adjusted: bool = False


def judge_rules(rules: Sequence[GateRule], evidence: Evidence) -> tuple[RuleVerdict, ...]:
    """Every rule on every subject it names, in the order of the rules.

    A rule with a limit and a change condition gives two verdicts. Blocking change rules that ask for "no
    regression shown" share one family: each is read at its Holm-adjusted confidence.
    """
    verdicts: list[tuple[int, RuleVerdict]] = []
    slots: list[_Slot] = []
    for index, rule in enumerate(rules):
        if rule.metric is None and rule.kpi is None:
            verdicts += [(index, verdict) for verdict in _other(index, rule, evidence)]
            continue
        found = comparisons_of(rule, evidence)
        if not found:
            verdicts.append((index, missing(index, rule, why_none(rule, evidence))))
        for comparison in found:
            verdicts += [(index, verdict) for verdict in judge_limits(index, rule, comparison)]
            if rule.max_regression is not None or rule.min_improvement is not None:
                slots.append(_Slot(index, rule, comparison, rule.confidence))
    for slot in _with_holm(slots):
        case = ChangeCase(slot.index, slot.rule, slot.comparison, slot.confidence, slot.adjusted)
        verdicts += [(slot.index, verdict) for verdict in judge_change(case)]
    return tuple(verdict for _, verdict in sorted(verdicts, key=lambda pair: pair[0]))


def judge_metric_rules(
    rules: Sequence[GateRule], comparisons: Sequence[Comparison]
) -> tuple[RuleVerdict, ...]:
    """The metric rules alone, on given comparisons (the rubric's self-test judges a degraded model so)."""
    from mlops_actions.gate.evidence import Evidence  # noqa: PLC0415 - the one place that builds it here

    chosen = [rule for rule in rules if rule.metric is not None and rule.slice is None]
    return judge_rules(chosen, Evidence(comparisons=tuple(comparisons)))


def _with_holm(slots: list[_Slot]) -> list[_Slot]:
    family = [
        index
        for index, slot in enumerate(slots)
        if slot.rule.severity == "fail"
        and slot.rule.max_regression is not None
        and slot.rule.require == "no_regression_shown"
        and cannot_compare(slot.rule, slot.comparison) is None
    ]
    if len(family) < 2:  # noqa: PLR2004 - one test needs no correction
        return slots
    result = list(slots)
    p_values = [change_p_value(slots[index].rule, slots[index].comparison) for index in family]
    strictest = max(slots[index].rule.confidence for index in family)
    for index, confidence in zip(family, holm_confidences(p_values, strictest), strict=True):
        result[index] = replace(slots[index], confidence=confidence, adjusted=True)
    return result


def _other(index: int, rule: GateRule, evidence: Evidence) -> tuple[RuleVerdict, ...]:
    if rule.check is not None or rule.probe is not None:
        return status_verdict(index, rule, evidence)
    return number_subject(index, rule, evidence)


def gate_outcome(verdicts: Sequence[RuleVerdict]) -> Outcome:
    """The worst of the rules; inconclusive is a warning; no rule at all is a pass that says so."""
    order = (Outcome.PASS, Outcome.WARN, Outcome.FAIL)
    words = {
        Outcome.SKIPPED: Outcome.PASS,
        Outcome.INCONCLUSIVE: Outcome.WARN,
        Outcome.ERROR: Outcome.FAIL,
    }
    return max(
        (words.get(verdict.outcome, verdict.outcome) for verdict in verdicts),
        key=order.index,
        default=Outcome.PASS,
    )
