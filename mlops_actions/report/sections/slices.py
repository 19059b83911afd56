"""The first metric on every slice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.report.blocks import Fold, Paragraph, Table, code, strong, text
from mlops_actions.report.figures import MAX_ROWS, NO_BREAK, change, number, verdict_word
from mlops_actions.results.words import count

if TYPE_CHECKING:
    from mlops_actions.report.view import View
    from mlops_actions.results.evaluation import Comparison


def slices(view: View) -> Fold | None:
    """The first metric on every slice."""
    found = view.slices()
    if not found or view.evaluation is None:
        return None
    first = next((each.name for each in view.overall("metric")), "")
    chosen = [each for each in found if each.name == first]
    rows = tuple(
        (
            code(each.slice), text(f"{each.n:,}"),
            (*text(_before(each)), *strong(number(each.candidate.value))),
            text(change(each).replace(NO_BREAK, " ", 1)), text(verdict_word(each, view.change_of(each))),
        )
        for each in chosen[:MAX_ROWS]
    )  # fmt: skip
    head = ("Slice", "n", "Baseline → candidate", "Change [interval]", "Verdict")
    covered = "; ".join(
        f"{each.column}: {_judged(each.column, chosen):,} of {each.rows:,} rows"
        for each in view.evaluation.payload.coverage
    )
    blocks: list[Table | Paragraph] = [Table(head, rows, frozenset({1, 2, 3}))]
    if covered:
        blocks.append(Paragraph(text(f"Judged: {covered}.", "muted")))
    judged = sum(each.difference is not None for each in chosen)
    title = f"Slices: {chosen[0].title} on {judged} of {count(len(chosen), 'slice')}" if chosen else "Slices"
    return Fold(title, tuple(blocks), rank=3)


def _judged(column: str, chosen: list[Comparison]) -> int:
    """Rows of the slices of a column that had enough of them for a verdict."""
    return sum(
        each.n for each in chosen if each.slice.startswith(f"{column}=") and each.difference is not None
    )


def _before(each: Comparison) -> str:
    return f"{number(each.baseline.value)}{NO_BREAK}→{NO_BREAK}" if each.baseline else ""
