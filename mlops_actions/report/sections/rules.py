"""The gate's rules, red first, and what the changed ones would say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.report.blocks import Bullets, Fold, Paragraph, Span, Table, strong, text
from mlops_actions.report.figures import MAX_ROWS, ORDER, icon, sentence_of, signed
from mlops_actions.results.gate import count_rules

if TYPE_CHECKING:
    from mlops_actions.report.view import View


DETECTABLE = (
    "Detectable change: the smallest one that these rows show in 80 % of repetitions, with the rule's margin "
    "and the confidence in force."
)


def rules(view: View) -> Fold | None:
    """The gate's rules, red first, and what the changed ones would say."""
    if view.gate is None:
        return None
    blocks: list[Paragraph | Table | Bullets] = _table(view) if view.rules else []
    if view.gate.payload.head_preview:
        items = tuple(
            (*icon(rule.outcome), Span(f" {sentence_of(rule)}"))
            for rule in view.gate.payload.head_preview[:MAX_ROWS]
        )
        blocks += [Paragraph(strong("After the merge the changed rules would say:")), Bullets(items)]
    if view.gate.payload.notes:
        blocks.append(Bullets(tuple(text(note) for note in view.gate.payload.notes)))
    if not blocks:
        return None
    return Fold(f"Gate: {count_rules(view.rules)}", tuple(blocks), rank=1)


def _table(view: View) -> list[Paragraph | Table | Bullets]:
    """Every rule; beside a change rule the smallest change that it would show, when there is one."""
    ordered = sorted(view.rules, key=lambda rule: ORDER.index(rule.outcome))[:MAX_ROWS]
    if all(rule.minimum_detectable_change is None for rule in ordered):
        return [Table(("", "Rule"), tuple((icon(each.outcome), text(sentence_of(each))) for each in ordered))]
    rows = tuple(
        (
            icon(each.outcome),
            text(sentence_of(each)),
            text(signed(each.minimum_detectable_change, each.limit)),
        )
        for each in ordered
    )
    return [
        Table(("", "Rule", "Detectable change"), rows, frozenset({2})),
        Paragraph(text(DETECTABLE, "muted")),
    ]
