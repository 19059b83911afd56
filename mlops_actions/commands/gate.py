"""`mlops gate`."""

from __future__ import annotations

import os
from typing import Any

import click

from mlops_actions.commands.options import stage_options


@click.command("gate")
@stage_options
def command(config_file: str, results_folder: str, *, as_json: bool, **_: Any) -> int:
    """Judge every rule with the policy of the base commit; exit code 1 when the verdict is fail."""
    from mlops_actions.adapters.actions_runtime import on_actions
    from mlops_actions.commands.errors import annotation
    from mlops_actions.commands.session import open_session
    from mlops_actions.commands.show import finish
    from mlops_actions.errors import Location, Problem
    from mlops_actions.stages import gate

    context = open_session(config_file, results_folder)
    outcome = gate.run(context)
    if on_actions(os.environ):
        place = Location(config_file)
        for line in outcome.lines:
            if line.startswith("✗ "):
                click.echo(annotation(Problem(line.removeprefix("✗ "), place), "Gate"), err=as_json)
    return finish("gate", outcome, context, as_json=as_json)
