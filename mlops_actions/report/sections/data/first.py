"""The first screen's part: how many checks pass, what failed, and what is known before training."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from mlops_actions.report.blocks import Bullets, Paragraph, Span, Table, muted, text
from mlops_actions.report.figures import ICON, arrows
from mlops_actions.report.sections.data.changes import changed_in_words
from mlops_actions.report.sections.data.wording import (
    FIRST,
    HEAD,
    OUTLOOK,
    RED,
    cut,
    row_of,
    sorted_by_outcome,
)
from mlops_actions.results.not_looked_at import not_looked_at
from mlops_actions.results.verdict import Outcome, worst
from mlops_actions.results.words import count, share

if TYPE_CHECKING:
    from mlops_actions.report.blocks import Block, Inline
    from mlops_actions.report.view import View
    from mlops_actions.results.dataset import DatasetResult

MOST_NOTES, LONGEST_NOTE = 5, 600


def data(view: View) -> tuple[Block, ...]:
    """A line; with failures their table; then labels, size and cost where they warn; then the notes."""
    if view.dataset is None:
        return ()
    payload = view.dataset.payload
    blocks: list[Block] = [Paragraph(_verdict(payload))]
    red = sorted_by_outcome(payload.checks, *RED)
    if red:
        blocks.append(Table(HEAD, tuple(row_of(each) for each in red[:FIRST])))
        if len(red) > FIRST:
            blocks.append(Paragraph(text(f"and {count(len(red) - FIRST, 'failure')} more, below", "muted")))
    if lines := _outlook(payload):
        blocks.append(Bullets(lines))
    blocks += [Paragraph(muted(cut(note, LONGEST_NOTE))) for note in payload.notes[:MOST_NOTES]]
    return tuple(blocks)


def is_red(view: View) -> bool:
    """Whether the data failed: then it is said before money and metrics."""
    return view.dataset is not None and any(each.outcome in RED for each in view.dataset.payload.checks)


def _verdict(payload: DatasetResult) -> Inline:
    outcome = worst(each.outcome for each in payload.checks)
    blind = "".join(f" {cut(each)}." for each in not_looked_at(payload.checks, payload.drift))
    return (
        Span("Data: ", "strong"),
        Span(ICON[outcome], "mark"),
        Span(f" {counts(payload)}. {_sizes(payload)}.{changed_in_words(payload)}{blind}"),
    )


def counts(payload: DatasetResult) -> str:
    """How many checks pass, fail, warn, could not be decided or were skipped."""
    found = Counter(each.outcome for each in payload.checks)
    red = sum(found[each] for each in RED)
    words = (
        (red, "fail" if red > 1 else "fails"),
        (found[Outcome.WARN], "warn" if found[Outcome.WARN] > 1 else "warns"),
        (found[Outcome.INCONCLUSIVE], "not decided"),
        (found[Outcome.SKIPPED], "skipped"),
    )
    more = "".join(f", {n:,} {word}" for n, word in words if n)
    return f"{share(found[Outcome.PASS], len(payload.checks), 'check', 'pass')}{more}"


def _sizes(payload: DatasetResult) -> str:
    return "; ".join(
        f"{cut(each.role, 40)} {count(each.rows, 'row')} x {count(len(each.columns), 'column')}"
        for each in payload.datasets
    )


def _outlook(payload: DatasetResult) -> tuple[Inline, ...]:
    """What labels, more rows and training come to, where that is a reason to stop before training."""
    return tuple(
        (Span(f"{each.title}: ", "strong"), Span(arrows(cut(each.sentence))))
        for each in payload.checks
        if each.id in OUTLOOK and each.outcome is Outcome.WARN
    )
