"""The gate's rules, red first, and what the changed ones would say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.report.blocks import Bullets, Fold, Paragraph, Table, strong, text
from mlops_actions.report.figures import ICON, MAX_ROWS, ORDER, arrows, icon
from mlops_actions.results.verdict import Outcome
from mlops_actions.results.words import share

if TYPE_CHECKING:
    from mlops_actions.report.view import View


def rules(view: View) -> Fold | None:
    """The gate's rules, red first, and what the changed ones would say."""
    if view.gate is None:
        return None
    rows = tuple(
        (icon(rule.outcome), text(arrows(rule.sentence)))
        for rule in sorted(view.rules, key=lambda rule: ORDER.index(rule.outcome))[:MAX_ROWS]
    )
    blocks: list[Paragraph | Table | Bullets] = [Table(("", "Rule"), rows)]
    if view.gate.payload.head_preview:
        items = tuple(
            text(f"{ICON[rule.outcome]} {arrows(rule.sentence)}")
            for rule in view.gate.payload.head_preview[:MAX_ROWS]
        )
        blocks += [Paragraph(strong("After the merge the changed rules would say:")), Bullets(items)]
    if view.gate.payload.notes:
        blocks.append(Bullets(tuple(text(note) for note in view.gate.payload.notes)))
    held = sum(rule.outcome is Outcome.PASS for rule in view.rules)
    return Fold(f"Gate: {share(held, len(view.rules), 'rule', 'hold')}", tuple(blocks), rank=1)
