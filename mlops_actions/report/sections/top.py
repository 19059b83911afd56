"""The first screen: verdict, money, metrics, worst slice, score."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.report.sections.headline import changes, failures, headline
from mlops_actions.report.sections.metrics import metrics, worst_slice
from mlops_actions.report.sections.money import money
from mlops_actions.report.sections.score import score

if TYPE_CHECKING:
    from mlops_actions.report.blocks import Block
    from mlops_actions.report.view import View

MAKERS = (headline, failures, changes, money, metrics, worst_slice, score)


def top(view: View) -> tuple[Block, ...]:
    """Verdict first; everything a reader needs before unfolding anything."""
    return tuple(block for make in MAKERS for block in make(view))
