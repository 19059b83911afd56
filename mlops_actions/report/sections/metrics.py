"""The table of metrics and the worst slice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.report.blocks import (
    Bullets,
    Callout,
    Inline,
    Paragraph,
    Span,
    Table,
    strong,
    text,
)
from mlops_actions.report.figures import (
    NONE,
    beside,
    change,
    number,
    span_of,
    verdict_word,
)
from mlops_actions.report.view import GRAVEST
from mlops_actions.results.perfection import too_good
from mlops_actions.results.words import count

if TYPE_CHECKING:
    from mlops_actions.report.blocks import Block
    from mlops_actions.report.view import View
    from mlops_actions.results.evaluation import Comparison

MAX_SHOWN = 5


def metrics(view: View) -> tuple[Block, ...]:
    """Every metric with its change, or alone when there is no baseline."""
    figures = view.overall("metric")
    if not figures or view.evaluation is None:
        return (Paragraph(text("No model was evaluated in this run.")),)
    payload = view.evaluation.payload
    percent = f"{100 * payload.confidence:g} %"
    header: tuple[str, ...]
    if any(each.baseline is not None for each in figures):
        header = ("Metric", "Baseline", "Candidate", f"Change [{percent} interval]", "Verdict")
        rows = tuple(_compared(view, each) for each in figures)
    else:
        header = ("Metric", "Candidate", f"{percent} interval")
        rows = tuple(_alone(each) for each in figures)
    lower = " · ↓ lower is better" if any(each.direction == "lower_is_better" for each in figures) else ""
    cut = f" · decision threshold {payload.threshold:g}" if payload.threshold is not None else ""
    note = f"n = {count(payload.n, 'row')}, the same for both · {_baseline(view)}{cut}{lower}"
    if any(rule.reason in GRAVEST for rule in view.rules):
        note += " · a gated figure's verdict is its rule's, with its margin (below)"
    found: list[Block] = [Table(header, rows, frozenset({1, 2, 3})), Paragraph(text(note, "muted"))]
    if leak := too_good(payload):
        found.append(Callout("WARNING", (text(leak),)))
    if payload.notes:
        found.append(Bullets(tuple(text(each) for each in payload.notes[:MAX_SHOWN])))
    return tuple(found)


def _name(each: Comparison) -> Inline:
    return text(f"{each.title}{' ↓' if each.direction == 'lower_is_better' else ''}")


def _compared(view: View, each: Comparison) -> tuple[Inline, ...]:
    return (
        _name(each),
        text(number(each.baseline.value, *beside(each)) if each.baseline else NONE),
        strong(number(each.candidate.value, *beside(each))),
        text(change(each)),
        text(verdict_word(each, view.change_of(each))),
    )


def _alone(each: Comparison) -> tuple[Inline, ...]:
    interval = each.candidate.interval
    shown = span_of(interval.low, interval.high) if interval is not None else each.candidate.reason or NONE
    return (_name(each), strong(number(each.candidate.value)), text(shown))


def _baseline(view: View) -> str:
    if view.evaluation is None:
        return "no baseline"
    words = {
        "artifact": "baseline: the model kept by the default branch",
        "retrained": "baseline: the base commit's code and data, trained in this run",
        "stored_predictions": "baseline: stored predictions, joined by row id",
        "stored_metrics": "baseline: stored metrics, unpaired",
        "none": "no baseline to compare with",
    }
    return words[view.evaluation.payload.baseline_kind]


def worst_slice(view: View) -> tuple[Block, ...]:
    """The slice that lost most."""
    metric = next((each.name for each in view.overall("metric")), None)
    judged = [each for each in view.slices() if each.name == metric and each.difference is not None]
    if not judged:
        return ()
    worst = min(judged, key=lambda each: each.difference.improvement if each.difference else 0.0)
    content = (
        Span("Worst slice: ", "strong"),
        Span(f"{worst.title} on "),
        Span(worst.slice, "code"),
        Span(
            f" {number(worst.baseline.value if worst.baseline else None)} → {number(worst.candidate.value)}, "
        ),
        Span(f"{change(worst)}, {verdict_word(worst, view.change_of(worst))} (n = {worst.n:,})"),
    )
    return (Paragraph(content),)
