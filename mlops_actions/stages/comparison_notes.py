"""What a reader of `mlops validate` must know of the base commit: no baseline, a declaration that waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.dvc_lock import ENDING, LOCK
from mlops_actions.gate.ownership import OWN_JUDGES
from mlops_actions.stages.compared import NO_BASE, SAME

if TYPE_CHECKING:
    from mlops_actions.stages.context import RunContext

FETCH = " To have them judge, run `dvc fetch --all-commits` before this step."


def comparison_notes(context: RunContext, no_reference: str) -> tuple[str, ...]:
    """One line each, for the terminal and for both reports.

    Args:
        context: of this run.
        no_reference: why there is no reference; "" where there is one.
    """
    notes = []
    later = sorted({*context.policy.head.data.sensitive} & declared_later(context))
    if later:
        them = "It is" if len(later) == 1 else "They are"
        notes.append(
            f"data.sensitive: {', '.join(later)} declared by this change, not by the base commit, which "
            f"rules. {them} left out of what is shown and stored at once, and excepted from DS801 after the "
            "merge."
        )
    for each in context.policy.changes:
        if each.summary.endswith(OWN_JUDGES):
            step = FETCH if each.base.partition(" ")[0].endswith((ENDING, LOCK)) else ""
            notes.append(f"{each.summary}.{step}")
    if no_reference not in {"", NO_BASE, SAME}:
        notes.append(f"The training data is not compared with the base commit's: {no_reference}.")
    return tuple(notes)


def declared_later(context: RunContext) -> frozenset[str]:
    """Columns that head declares sensitive or a key, and the base commit, which rules, does not."""
    head, ours = context.policy.head.data, context.config.data
    return frozenset({*head.sensitive, *head.key} - {*ours.sensitive, *ours.key})
