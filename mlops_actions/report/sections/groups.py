"""Rates of the groups of sensitive features."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.report.blocks import Bullets, Fold, Table, code, text
from mlops_actions.report.figures import (
    NONE,
)
from mlops_actions.results.words import p_value

if TYPE_CHECKING:
    from mlops_actions.report.view import View


def groups(view: View) -> Fold | None:
    """Rates of the groups of sensitive features."""
    rows = view.evaluation.payload.fairness if view.evaluation else ()
    if not rows:
        return None
    cells = tuple(
        (
            code(f"{row.feature} = {group.group}"), text(f"{group.n:,}"), text(_rate(group.selection_rate)),
            text(_rate(group.true_positive_rate)), text(_rate(group.false_positive_rate)),
        )
        for row in rows
        for group in row.groups
    )  # fmt: skip
    notes = tuple(
        text(
            f"{row.feature}: smallest over largest selection rate {row.selection_ratio:.2f}"
            f" (chi-square p {p_value(row.p_value)})"
        )
        for row in rows
        if row.selection_ratio is not None and row.p_value is not None
    )
    head = ("Group", "n", "Selected", "True positive rate", "False positive rate")
    return Fold(
        "Groups of sensitive features", (Table(head, cells, frozenset({1, 2, 3, 4})), Bullets(notes)), rank=6
    )


def _rate(value: float | None) -> str:
    return NONE if value is None else f"{100 * value:.1f} %"
