"""The first screen: verdict, money, metrics, worst slice, score."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.report.blocks import (
    Bullets,
    Callout,
    Heading,
    Inline,
    Paragraph,
    Span,
    Table,
    strong,
    text,
)
from mlops_actions.report.figures import (
    ICON,
    NONE,
    arrows,
    change,
    count,
    number,
    signed,
    span_of,
    verdict_word,
)
from mlops_actions.results.evaluation import Change
from mlops_actions.results.verdict import Outcome

if TYPE_CHECKING:
    from mlops_actions.report.blocks import Block, Tone
    from mlops_actions.report.view import View
    from mlops_actions.results.evaluation import Comparison, Kpi

TITLE = {
    Outcome.PASS: "pass",
    Outcome.WARN: "pass, with warnings",
    Outcome.FAIL: "fail",
    Outcome.ERROR: "not judged",
}
TONE: dict[Outcome, Tone] = {
    Outcome.PASS: "pass",
    Outcome.WARN: "warn",
    Outcome.FAIL: "fail",
    Outcome.ERROR: "fail",
}
SECTION = {"DATA": "Data", "MODEL": "Model", "INFRA": "Infrastructure", "MONITOR": "Monitoring"}
MAX_SHOWN = 5
SHARE_DIGITS = 3


def top(view: View) -> tuple[Block, ...]:
    """Verdict first; everything a reader needs before unfolding anything."""
    return (
        *_headline(view),
        *_changes(view),
        *_money(view),
        *_metrics(view),
        *_worst_slice(view),
        *_score(view),
    )


def _headline(view: View) -> tuple[Block, ...]:
    outcome = view.outcome
    preview = view.gate is not None and view.gate.payload.preview
    word = "preview" if preview else TITLE.get(outcome, outcome.value)
    found: list[Block] = [
        Heading(text(f"{ICON[outcome]} {view.project}: {word}"), 2, TONE.get(outcome, "none")),
        Paragraph(text(why(view))),
    ]
    if view.red:
        items: list[Inline] = [text(arrows(rule.sentence)) for rule in view.red[:MAX_SHOWN]]
        if len(view.red) > MAX_SHOWN:
            items.append(text(f"and {len(view.red) - MAX_SHOWN} more, below"))
        found.append(Callout("CAUTION" if not preview else "NOTE", tuple(items)))
    return tuple(found)


def why(view: View) -> str:
    """How many rules hold, fail, or could not be judged; and which commit judged."""
    if view.gate is None:
        return "The rules could not be judged: the gate left no result."
    held = sum(rule.outcome is Outcome.PASS for rule in view.rules)
    total = count(len(view.rules), "rule")
    said = f"{held} of {total} hold"
    if view.red:
        said += f", {len(view.red)} fail{'s' if len(view.red) == 1 else ''}"
    if view.unsure:
        said += f", {len(view.unsure)} could not be decided or warn{'s' if len(view.unsure) == 1 else ''}"
    return f"{said}. {_sentence(view.gate.payload.policy_source)}"


def _sentence(value: str) -> str:
    return f"{value[:1].upper()}{value[1:]}." if value else ""


def _changes(view: View) -> tuple[Block, ...]:
    changes = view.gate.payload.changes if view.gate is not None else ()
    if not changes:
        return ()
    head = text(
        f"This pull request changes {count(len(changes), 'part')} of what judges it. The base commit's own "
        "version judged here; the change rules after the merge:"
    )
    items = tuple(
        text(f"{each.key}: {each.base} → {each.head} ({each.location})") for each in changes[:MAX_SHOWN]
    )
    return (Callout("WARNING", (head, *items)),)


def _money(view: View) -> tuple[Block, ...]:
    kpis = {kpi.id: kpi for kpi in view.evaluation.payload.kpis} if view.evaluation else {}
    found: list[Block] = []
    if view.objective:
        owner = f" ({view.owner})" if view.owner else ""
        found.append(Paragraph((Span("Objective: ", "strong"), Span(f"{view.objective}{owner}"))))
    found += [Paragraph(_kpi(each, kpis.get(each.name))) for each in view.overall("kpi")]
    if _up_and_down(view):
        note = text(
            "The metrics improve and the money falls: this model is better at what the KPI does not pay for."
        )
        found.append(Callout("WARNING", (note,)))
    return tuple(found)


def _kpi(each: Comparison, kpi: Kpi | None) -> Inline:
    unit = f" {each.unit}" if each.unit else ""
    value = f"{number(each.candidate.value)}{unit}"
    if each.difference is None or each.baseline is None:
        parts = [
            Span(f"{each.title}: ", "strong"),
            Span(value, "strong"),
            Span(f" ({each.reason or 'no baseline'})"),
        ]
    else:
        low, high = each.difference.interval.low, each.difference.interval.high
        if each.direction == "lower_is_better":
            low, high = -high, -low
        percent = f"{100 * each.difference.interval.confidence:g} %"
        parts = [
            Span(f"{each.title}: ", "strong"),
            Span(f"{number(each.baseline.value)} → "),
            Span(value, "strong"),
            Span(f", {signed(each.difference.change)}{unit} ({percent} interval {span_of(low, high)}), "),
            Span(verdict_word(each), "strong"),
        ]
    if kpi is not None and kpi.target is not None and each.candidate.value is not None:
        reached = "reached" if _reached(each, kpi.target) else "not reached"
        parts.append(Span(f"; target {number(kpi.target)} {reached}"))
    return tuple(parts)


def _reached(each: Comparison, target: float) -> bool:
    value = each.candidate.value or 0.0
    return value >= target if each.direction == "higher_is_better" else value <= target


def _up_and_down(view: View) -> bool:
    def verdicts(kind: str) -> set[Change]:
        return {each.difference.verdict for each in view.overall(kind) if each.difference is not None}

    metrics, money = verdicts("metric"), verdicts("kpi")
    return Change.IMPROVED in metrics and Change.REGRESSED not in metrics and Change.REGRESSED in money


def _metrics(view: View) -> tuple[Block, ...]:
    figures = view.overall("metric")
    if not figures or view.evaluation is None:
        return (Paragraph(text("No model was evaluated in this run.")),)
    payload = view.evaluation.payload
    percent = f"{100 * payload.confidence:g} %"
    header = ("Metric", "Baseline", "Candidate", f"Change [{percent} interval]", "Verdict")
    rows = tuple(
        (
            text(f"{each.title}{' ↓' if each.direction == 'lower_is_better' else ''}"),
            text(number(each.baseline.value) if each.baseline else NONE),
            strong(number(each.candidate.value)),
            text(change(each)),
            text(verdict_word(each)),
        )
        for each in figures
    )
    lower = " · ↓ lower is better" if any(each.direction == "lower_is_better" for each in figures) else ""
    cut = f" · decision threshold {payload.threshold:g}" if payload.threshold is not None else ""
    note = f"n = {payload.n:,} rows, the same for both · {_baseline(view)}{cut}{lower}"
    return (Table(header, rows, frozenset({1, 2, 3})), Paragraph(text(note, "muted")))


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


def _worst_slice(view: View) -> tuple[Block, ...]:
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
        Span(f"{change(worst)}, {verdict_word(worst)} (n = {worst.n:,})"),
    )
    return (Paragraph(content),)


def _score(view: View) -> tuple[Block, ...]:
    if view.score is None:
        return ()
    score = view.score.payload
    sections = " · ".join(f"{SECTION[each.section]} {each.effective:g}" for each in score.sections)
    kind = " (projection)" if score.projection else ""
    head = (
        Span("ML Test Score: ", "strong"),
        Span(f"{score.effective:g} of {score.maximum:g}", "strong"),
        Span(f"{kind}, the minimum of {sections}"),
    )
    found: list[Block] = [Paragraph(head), Paragraph(text(f"{score.effective_band}.", "muted"))]
    if score.next_steps:
        step = score.next_steps[0]
        found.append(Bullets((text(f"Next half point: {step.probe} {step.title}. {step.text}"),)))
    return tuple(found)
