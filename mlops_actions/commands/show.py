"""A stage's outcome on the terminal, as JSON, and as an exit code."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from mlops_actions.commands.console import shortened
from mlops_actions.commands.errors import show_error
from mlops_actions.commands.interrupts import raise_if_asked
from mlops_actions.commands.outputs import tell
from mlops_actions.results.verdict import Outcome

if TYPE_CHECKING:
    from pathlib import Path

    from mlops_actions.errors import MlopsError
    from mlops_actions.stages.context import RunContext, StageOutcome

SIGNS = ("✗ ", "! ")  # of a stage's reasons
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
    raise_if_asked()
    context.progress.close()
    tell(outcome, context)
    code = 0 if context.never_blocks else exit_code(outcome.outcome)
    if as_json:
        click.echo(json.dumps(as_document(stage, outcome, context), indent=1, sort_keys=True))
        return code if outcome.error is None else end_with(outcome.error, context, as_json=True)
    click.echo(_headline(stage, outcome))
    for line in outcome.lines:
        click.echo(f"  {shortened(line)}")
    path = _result_path(outcome, context)
    if path is not None:
        click.echo(f"  {path}")
        if (page := path.with_suffix(".html")).is_file():
            click.echo(f"  {page}")
    return code if outcome.error is None else end_with(outcome.error, context)


def end_with(error: MlopsError, context: RunContext, *, as_json: bool = False) -> int:
    """The error of a stage whose result was written: the step's outcome stays the verdict."""
    error.blocks = not context.never_blocks
    return show_error(error, told=True, as_json=as_json)


def show_brief(stage: str, outcome: StageOutcome, context: RunContext, *, as_json: bool) -> None:
    """One line for a stage of a whole run, with a warning its reasons, with a failure all of them.

    A summary follows at the run's end.
    """
    raise_if_asked()
    context.progress.close()
    tell(outcome, context)
    if as_json:
        return
    lines = outcome.lines if stage != "report" else outcome.lines[2:]  # its files are in the summary
    if exit_code(outcome.outcome) and stage != "report":
        click.echo(_headline(stage, outcome))
        for line in lines:
            click.echo(f"  {shortened(line)}")
    elif lines:
        click.echo(f"{_headline(stage, outcome)}  {shortened(lines[0])}")
        for line in (each for each in lines[1:] if each.startswith(SIGNS)):
            click.echo(f"  {shortened(line)}")


def as_document(stage: str, outcome: StageOutcome, context: RunContext) -> dict[str, Any]:
    """What --json prints of one stage."""
    path = _result_path(outcome, context)
    return {
        "stage": stage,
        "outcome": outcome.outcome.value,
        "result": str(path) if path else None,
        "sha256": outcome.result.sha256 if outcome.result else None,
        "outputs": outcome.outputs,
        "lines": list(outcome.lines),
    }


def _headline(stage: str, outcome: StageOutcome) -> str:
    return f"{stage}: {click.style(outcome.outcome.value, fg=COLOURS[outcome.outcome], bold=True)}"


def _result_path(outcome: StageOutcome, context: RunContext) -> Path | None:
    return context.results.folder / outcome.result.path if outcome.result else None
