"""The card as Markdown: the sections of Mitchell et al. (2019), headed by Hugging Face's metadata.

Sources: Model Cards for Model Reporting (FAT* 2019), section 4; Hugging Face Hub, model card metadata.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.report.blocks import Bullets, Heading, Paragraph, strong, text
from mlops_actions.report.card.analyses import analyses, fairness
from mlops_actions.report.card.caveats import caveats
from mlops_actions.report.card.details import data, details, reproduce
from mlops_actions.report.card.metadata import metadata
from mlops_actions.report.figures import arrows
from mlops_actions.report.markdown import render_markdown
from mlops_actions.results.verdict import Outcome

if TYPE_CHECKING:
    from mlops_actions.report.blocks import Block, Inline
    from mlops_actions.report.card.about import About
    from mlops_actions.report.view import View

LIMIT = 2_000_000  # bytes


def model_card(view: View, about: About) -> str:
    """The candidate's card; empty where no candidate was trained or brought."""
    run = view.training.payload.run("candidate") if view.training is not None else None
    if run is None or run.outcome is not Outcome.PASS:
        return ""
    sections: tuple[tuple[str, tuple[Block, ...]], ...] = (
        ("Model details", details(view, run, about)),
        ("Intended use", _use(view, about)),
        ("Factors", _factors(view, about)),
        ("Metrics", _measures(view)),
        ("Evaluation data", data(view, about, "evaluation")),
        ("Training data", data(view, about, "train", run)),
        ("Quantitative analyses", analyses(view)),
        ("Ethical considerations", fairness(view, about)),
        ("Caveats and recommendations", (Bullets(tuple(text(arrows(each)) for each in caveats(view, run))),)),
        ("How to reproduce", reproduce(view, run, about)),
    )
    blocks: list[Block] = [Heading(text(f"Model card: {view.project}"), 1), Paragraph(_verdict(view))]
    for title, inner in sections:
        if inner:
            blocks += [Heading(text(title), 2), *inner]
    return f"{metadata(view, about)}\n{render_markdown(blocks, limit=LIMIT)}"


def _verdict(view: View) -> Inline:
    outcome = view.outcome
    words = {
        Outcome.PASS: "The gate's rules let it pass.",
        Outcome.WARN: "The gate's rules let it pass, with warnings.",
        Outcome.FAIL: "The gate's rules do not let it pass.",
    }
    return strong(words.get(outcome, "No rule has judged it."))


def _use(view: View, about: About) -> tuple[Block, ...]:
    owner = f" Owner: {view.owner}." if view.owner else ""
    said = f"{view.objective}." if view.objective else "No objective is declared (business.objective)."
    predicts = f"It predicts {about.target}; its API answers {about.output or 'predictions'}."
    beyond = (
        "Any other use, and rows unlike those of the training data, are out of scope: nothing was measured."
    )
    return (Paragraph(text(f"{said.rstrip('.')}.{owner}")), Paragraph(text(f"{predicts} {beyond}")))


def _factors(view: View, about: About) -> tuple[Block, ...]:
    if view.evaluation is None:
        return ()
    columns = [each.column for each in view.evaluation.payload.coverage]
    looked = (
        f"Figures are given by {', '.join(columns)}."
        if columns
        else "No slice is declared (evaluate.slices)."
    )
    groups = f" Groups: {', '.join(about.sensitive)}." if about.sensitive else ""
    return (Paragraph(text(looked + groups)),)


def _measures(view: View) -> tuple[Block, ...]:
    if view.evaluation is None:
        return (Paragraph(text("The model was not evaluated.")),)
    payload = view.evaluation.payload
    names = ", ".join(each.title for each in (*view.overall("kpi"), *view.overall("metric")))
    cut = f" Decision threshold {payload.threshold:g}." if payload.threshold is not None else ""
    how = (
        f"{names}. Intervals: {100 * payload.confidence:g} %, {payload.resamples:,} paired resamples of the "
        f"evaluation rows ({payload.uncertainty}).{cut}"
    )
    return (Paragraph(text(how)),)
