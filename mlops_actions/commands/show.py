"""A stage's outcome on the terminal, as JSON, and as an exit code."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from mlops_actions.commands.outputs import tell
from mlops_actions.results.verdict import Outcome

if TYPE_CHECKING:
    from mlops_actions.stages.context import RunContext, StageOutcome

COLOURS = {
    Outcome.PASS: "green",
    Outcome.WARN: "yellow",
    Outcome.FAIL: "red",
    Outcome.ERROR: "red",
    Outcome.SKIPPED: "cyan",
    Outcome.INCONCLUSIVE: "cyan",
}


def exit_code(outcome: Outcome) -> int:
    """0 for pass and warn (and what could not be told), 1 for fail and error."""
    return 1 if outcome in {Outcome.FAIL, Outcome.ERROR} else 0


def finish(stage: str, outcome: StageOutcome, context: RunContext, *, as_json: bool) -> int:
    """Print the outcome, verdict first; returns the exit code."""
    close = getattr(context.progress, "close", None)
    if close is not None:
        close()
    tell(outcome, context)
    path = context.results.folder / outcome.result.path if outcome.result else None
    if as_json:
        value = {
            "stage": stage,
            "outcome": outcome.outcome.value,
            "result": str(path) if path else None,
            "sha256": outcome.result.sha256 if outcome.result else None,
            "outputs": outcome.outputs,
            "lines": list(outcome.lines),
        }
        click.echo(json.dumps(value, indent=1, sort_keys=True))
        return exit_code(outcome.outcome)
    word = click.style(outcome.outcome.value, fg=COLOURS[outcome.outcome], bold=True)
    click.echo(f"{stage}: {word}")
    for line in outcome.lines:
        click.echo(f"  {line}")
    if path is not None:
        click.echo(f"  {path}")
    return exit_code(outcome.outcome)
