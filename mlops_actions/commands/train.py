"""`mlops train`."""

from __future__ import annotations

from typing import Any

import click

from mlops_actions.commands.options import EXECUTOR, REUSE, stage_options


@click.command("train")
@stage_options
@EXECUTOR
@REUSE
def command(
    config_file: str, results_folder: str, executor: str | None, *, reuse: bool, as_json: bool, **_: Any
) -> int:
    """Train the candidate (twice, and once on fewer rows) and the baseline."""
    from mlops_actions.commands.session import open_session
    from mlops_actions.commands.show import finish
    from mlops_actions.stages import train
    from mlops_actions.stages.containers import ContainerPort
    from mlops_actions.stages.failures import recorded

    context = open_session(config_file, results_folder, stage="train", executor=executor)
    with recorded(context, "train"):
        outcome = train.run(context, ContainerPort(executor, reuse=reuse))
    return finish("train", outcome, context, as_json=as_json)
