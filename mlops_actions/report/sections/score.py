"""The ML Test Score in two lines and the cheapest next half point."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.report.blocks import (
    Bullets,
    Paragraph,
    Span,
    text,
)
from mlops_actions.report.figures import arrows

if TYPE_CHECKING:
    from mlops_actions.report.blocks import Block
    from mlops_actions.report.view import View

SECTION = {"DATA": "Data", "MODEL": "Model", "INFRA": "Infrastructure", "MONITOR": "Monitoring"}


def score(view: View) -> tuple[Block, ...]:
    """Score, sections, band, next step."""
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
        found.append(Bullets((text(f"Next half point: {step.probe} {step.title}. {arrows(step.text)}"),)))
    return tuple(found)
