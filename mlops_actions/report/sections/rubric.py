"""The 28 tests of the ML Test Score."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.report.blocks import Bullets, Fold, Table, strong, text
from mlops_actions.report.figures import arrows
from mlops_actions.results.words import count

if TYPE_CHECKING:
    from mlops_actions.report.view import View
    from mlops_actions.results.score import ProbeResult


def rubric(view: View) -> Fold | None:
    """The 28 tests of the ML Test Score."""
    if view.score is None:
        return None
    score = view.score.payload
    rows = tuple(
        (
            (*strong(probe.id), *text(f" {probe.title}")), text(_standing(probe)),
            text(f"{probe.points.effective:g}"), text(arrows(probe.message)),
        )
        for probe in score.probes
    )  # fmt: skip
    observed = sum(probe.result is not None for probe in score.probes)
    head = ("Test", "Status", "Points", "Finding")
    notes = Bullets(tuple(text(note) for note in score.notes))
    return Fold(
        f"ML Test Score: {observed} of {count(len(score.probes), 'test')} observed",
        (Table(head, rows, frozenset({2})), notes),
        rank=7,
    )


def _standing(probe: ProbeResult) -> str:
    """automated: pass, or only the status when nothing was observed."""
    status = probe.status.value.replace("_", " ").lower()
    return f"{status}: {probe.result}" if probe.result else status
