"""Folded: the rows that red and warning checks mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.report.blocks import Bullets, Fold, Paragraph, Span, text
from mlops_actions.report.places import COUNTED, located, places
from mlops_actions.report.sections.data.wording import AMBER, MOST, RED, cut, sorted_by_outcome, subject_of
from mlops_actions.results.words import count

if TYPE_CHECKING:
    from mlops_actions.report.view import View

FIRST_PLACES = 5


def failed_places(view: View) -> Fold | None:
    """The first five places of each check that has any."""
    if view.dataset is None:
        return None
    items = []
    for check in sorted_by_outcome(view.dataset.payload.checks, *RED, *AMBER):
        cases = tuple(each for each in check.failures if located(each))
        told = places(check.model_copy(update={"failures": cases}), FIRST_PLACES, 80)
        if told:
            named = (Span(check.id, "code"), Span(" "), Span(cut(subject_of(check), 80), "code"))
            items.append((*named, Span(f": {'; '.join(told)}")))
    if not items:
        return None
    note = COUNTED
    if len(items) > MOST:
        note += f" {count(len(items) - MOST, 'check')} more in dataset.json."
    blocks = (Bullets(tuple(items[:MOST])), Paragraph(text(note, "muted")))
    return Fold(f"Data: the rows of {count(len(items), 'check')}", blocks, rank=2)
