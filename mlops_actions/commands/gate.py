"""`mlops gate`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from mlops_actions.commands.options import baseline_options, stage_options

if TYPE_CHECKING:
    from mlops_actions.stages.context import StageOutcome


@click.command("gate")
@stage_options
@baseline_options
def command(
    config_file: str,
    results_folder: str,
    baseline_artifact: str,
    baseline_results: str | None,
    *,
    as_json: bool,
    **_: Any,
) -> int:
    """Judge every rule with the policy of the base commit; exit code 1 when the verdict is fail."""
    from mlops_actions.commands.baseline import base_score
    from mlops_actions.commands.session import open_session
    from mlops_actions.commands.show import finish
    from mlops_actions.stages import gate
    from mlops_actions.stages.failures import previewed

    context = open_session(config_file, results_folder)
    with previewed(context):
        outcome = gate.run(context, base_score(context, baseline_artifact, baseline_results))
    annotate(outcome, config_file, as_json=as_json)
    return finish("gate", outcome, context, as_json=as_json)


def annotate(outcome: StageOutcome, config_file: str, *, as_json: bool, without: str = "") -> None:
    """On Actions, one annotation per failed rule (but `without`): an error, in a preview a warning."""
    from mlops_actions.adapters.actions_runtime import on_actions
    from mlops_actions.commands.console import emit
    from mlops_actions.commands.errors import annotation
    from mlops_actions.errors import Location, Problem
    from mlops_actions.results.verdict import Outcome

    if not on_actions(os.environ):
        return
    place = Location(config_file)
    level = "error" if outcome.outcome is Outcome.FAIL else "warning"
    for line in outcome.lines:
        if line.startswith("✗ ") and line.removeprefix("✗ ") != without:
            emit(annotation(Problem(line.removeprefix("✗ "), place), "Gate", level=level), err=as_json)
