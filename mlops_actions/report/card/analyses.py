"""The candidate's figures with their intervals: on all rows, in money, on slices and by group."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.report.blocks import Paragraph, Table, code, strong, text
from mlops_actions.report.figures import NONE, number, span_of
from mlops_actions.report.sections.groups import groups

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlops_actions.report.blocks import Block, Inline
    from mlops_actions.report.card.about import About
    from mlops_actions.report.view import View
    from mlops_actions.results.evaluation import Comparison, Kpi

MAX_SLICES = 200


def analyses(view: View) -> tuple[Block, ...]:
    """Metrics, KPIs with their formula, and the first metric on every slice."""
    if view.evaluation is None:
        return ()
    payload = view.evaluation.payload
    found: list[Block] = []
    if metrics := view.overall("metric"):
        found.append(
            _table(view, f"Metric, n = {payload.n:,}", (_row(text(each.title), each) for each in metrics))
        )
    kpis = {kpi.id: kpi for kpi in payload.kpis}
    if money := view.overall("kpi"):
        found.append(_table(view, "KPI", (_row(text(each.title), each) for each in money)))
        found += [
            Paragraph((*text(f"{kpi.title}, a row: "), *code(kpi.row_value), *text(_assumed(kpi))))
            for kpi in kpis.values()
        ]
    first = next(iter(view.overall("metric")), None)
    slices = [each for each in view.slices() if first is not None and each.name == first.name]
    if slices and first is not None:
        rows = (_row((*code(each.slice), *text(f" (n = {each.n:,})")), each) for each in slices[:MAX_SLICES])
        found.append(_table(view, f"{first.title} on slice", rows))
    return tuple(found)


def fairness(view: View, about: About) -> tuple[Block, ...]:
    """What the model is not given, and how its answers differ between groups."""
    if not about.sensitive:
        return (
            Paragraph(text("No sensitive column is declared (data.sensitive): groups were not compared.")),
        )
    said = f"Sensitive columns are never inputs of the model: {', '.join(about.sensitive)}."
    fold = groups(view)
    shown = () if fold is None else fold.blocks
    return (Paragraph(text(said)), *shown)


def _value(each: Comparison) -> str:
    unit = f" {each.unit}" if each.unit else ""
    return f"{number(each.candidate.value)}{unit}" if each.candidate.value is not None else NONE


def _interval(each: Comparison) -> str:
    interval = each.candidate.interval
    if interval is None:
        reason = each.candidate.reason or each.reason
        return reason.partition(": ")[2] or reason or NONE
    return span_of(interval.low, interval.high, each.candidate.value)


def _row(name: Inline, each: Comparison) -> tuple[Inline, ...]:
    return name, strong(_value(each)), text(_interval(each))


def _table(view: View, name: str, rows: Iterable[tuple[Inline, ...]]) -> Table:
    confidence = view.evaluation.payload.confidence if view.evaluation is not None else 0.0
    return Table((name, "Value", f"{100 * confidence:g} % interval"), tuple(rows), frozenset({1, 2}))


def _assumed(kpi: Kpi) -> str:
    told = ", ".join(f"{name} {value}" for name, value in sorted(kpi.assumptions.items()))
    times = f"; {kpi.aggregate}, times {kpi.scale:g}" if kpi.scale != 1 else f"; {kpi.aggregate}"
    target = f". Target {number(kpi.target)}" if kpi.target is not None else ""
    return f"{times}{target}. Assumed: {told}." if told else f"{times}{target}."
