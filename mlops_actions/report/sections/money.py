"""The objective and its KPIs; metrics up and money down is called out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.report.blocks import (
    Callout,
    Inline,
    Paragraph,
    Span,
    text,
)
from mlops_actions.report.figures import (
    NO_CHANGE,
    beside,
    change_parts,
    number,
    span_of,
    verdict_word,
)
from mlops_actions.results.evaluation import Change

if TYPE_CHECKING:
    from mlops_actions.report.blocks import Block
    from mlops_actions.report.view import View
    from mlops_actions.results.evaluation import Comparison, Kpi


def money(view: View) -> tuple[Block, ...]:
    """Objective, KPIs, and a warning when metrics and money part."""
    kpis = {kpi.id: kpi for kpi in view.evaluation.payload.kpis} if view.evaluation else {}
    found: list[Block] = []
    if view.objective:
        owner = f" ({view.owner})" if view.owner else ""
        found.append(Paragraph((Span("Objective: ", "strong"), Span(f"{view.objective}{owner}"))))
    found += [
        Paragraph(_kpi(each, kpis.get(each.name), view.change_of(each))) for each in view.overall("kpi")
    ]
    if _up_and_down(view):
        note = text(
            "The metrics improve and the money falls: this model is better at what the KPI does not pay for."
        )
        found.append(Callout("WARNING", (note,)))
    return tuple(found)


def _kpi(each: Comparison, kpi: Kpi | None, verdict: Change | None) -> Inline:
    unit = f" {each.unit}" if each.unit else ""
    others = beside(each)
    value = f"{number(each.candidate.value, *others)}{unit}"
    if each.difference is None or each.baseline is None:
        parts = [
            Span(f"{each.title}: ", "strong"),
            Span(value, "strong"),
            Span(f" ({_interval_alone(each)})"),
        ]
    else:
        made = change_parts(each)
        percent = f"{100 * each.difference.interval.confidence:g} %"
        parts = [
            Span(f"{each.title}: ", "strong"),
            Span(f"{number(each.baseline.value, *others)} → "),
            Span(value, "strong"),
            Span(f", {made[0]}{unit} ({percent} interval {made[1]}), " if made else f", {NO_CHANGE}, "),
            Span(verdict_word(each, verdict), "strong"),
        ]
    if kpi is not None and kpi.target is not None and each.candidate.value is not None:
        reached = "reached" if _reached(each, kpi.target) else "not reached"
        parts.append(Span(f"; target {number(kpi.target, *others)} {reached}"))
    return tuple(parts)


def _reached(each: Comparison, target: float) -> bool:
    value = each.candidate.value or 0.0
    return value >= target if each.direction == "higher_is_better" else value <= target


def _up_and_down(view: View) -> bool:
    def verdicts(kind: str) -> set[Change]:
        return {word for each in view.overall(kind) if (word := view.change_of(each)) is not None}

    metrics, money = verdicts("metric"), verdicts("kpi")
    return Change.IMPROVED in metrics and Change.REGRESSED not in metrics and Change.REGRESSED in money


def _interval_alone(each: Comparison) -> str:
    reason = each.reason or "no baseline"
    interval = each.candidate.interval
    if interval is None:
        return reason
    span = span_of(interval.low, interval.high, *beside(each))
    return f"{100 * interval.confidence:g} % interval {span}; {reason}"
