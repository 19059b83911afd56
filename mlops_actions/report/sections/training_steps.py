"""The steps of a training: how each ended, what it took, and which folders it read and wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.report.blocks import Table, code, text
from mlops_actions.report.figures import ICON, NONE, icon, seconds
from mlops_actions.results.containment import opened_words
from mlops_actions.results.verdict import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlops_actions.report.blocks import Inline
    from mlops_actions.results.steps import StepRun
    from mlops_actions.results.training import ModelRun

DIGITS = 12  # of a digest


def steps_table(run: ModelRun) -> Table | None:
    """One row a step, in the order they ran; None for a training without steps."""
    if not run.steps:
        return None
    head = ("Step", "", "Time", "CPU time", "Peak memory", "Read", "Wrote")
    return Table(head, tuple(_row(step) for step in run.steps), frozenset({2, 3, 4}))


def _row(step: StepRun) -> tuple[Inline, ...]:
    if step.outcome is Outcome.SKIPPED:
        return (text(f"{step.id}: {step.sentence}"), icon(step.outcome), *(text(NONE),) * 5)
    opened = opened_words(step.opt_outs)
    opted = f" {ICON[Outcome.WARN]} {', '.join(opened)}" if opened else ""
    return (
        text(f"{step.id}{opted}"),
        icon(step.outcome),
        text(seconds(step.duration_seconds)),
        text(seconds(step.cpu_seconds) if step.cpu_seconds is not None else NONE),
        text(f"{step.peak_rss_bytes / 2**20:,.0f} MiB" if step.peak_rss_bytes else NONE),
        _folders(step.inputs),
        _folders(step.outputs),
    )


def _folders(digests: Mapping[str, str]) -> Inline:
    """Names with the beginning of their digests."""
    spans: Inline = ()
    for name, digest in digests.items():
        comma = ", " if spans else ""
        spans += (*text(f"{comma}{name} "), *code(digest.removeprefix("sha256:")[:DIGITS]))
    return spans or text(NONE)
