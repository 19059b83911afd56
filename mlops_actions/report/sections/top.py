"""The first screen: verdict, data, money, metrics, worst slice, score."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.report.sections.data.first import data, is_red
from mlops_actions.report.sections.headline import changes, failures, headline, unsteady
from mlops_actions.report.sections.metrics import metrics, worst_slice
from mlops_actions.report.sections.money import money
from mlops_actions.report.sections.score import score

if TYPE_CHECKING:
    from mlops_actions.report.blocks import Block
    from mlops_actions.report.view import View

HEAD = (headline, failures, changes, unsteady)
MODEL = (money, metrics, worst_slice)


def top(view: View) -> tuple[Block, ...]:
    """Verdict first; all a reader needs before unfolding anything. Data that failed goes before money."""
    middle = (data, *MODEL) if is_red(view) else (*MODEL, data)
    return tuple(block for make in (*HEAD, *middle, score) for block in make(view))
