"""`mlops score`."""

from __future__ import annotations

from typing import Any

import click

from mlops_actions.commands.options import stage_options


@click.command("score")
@stage_options
def command(config_file: str, results_folder: str, *, as_json: bool, **_: Any) -> int:
    """Compute the ML Test Score (Breck et al.) from the results of the stages before."""
    from mlops_actions.commands.session import open_session
    from mlops_actions.commands.show import finish
    from mlops_actions.stages import score
    from mlops_actions.stages.failures import recorded

    context = open_session(config_file, results_folder, stage="score")
    with recorded(context, "score"):
        outcome = score.run(context)
    return finish("score", outcome, context, as_json=as_json)
