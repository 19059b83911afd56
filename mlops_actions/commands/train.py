"""`mlops train`."""

from __future__ import annotations

from typing import Any

import click

from mlops_actions.commands.options import EXECUTOR, stage_options


@click.command("train")
@stage_options
@EXECUTOR
def command(config_file: str, results_folder: str, executor: str | None, *, as_json: bool, **_: Any) -> int:
    """Train the candidate (twice, for reproducibility) and the baseline."""
    from mlops_actions.commands.session import open_session
    from mlops_actions.commands.show import finish
    from mlops_actions.stages import train
    from mlops_actions.stages.containers import ContainerPort

    context = open_session(config_file, results_folder, executor=executor)
    return finish("train", train.run(context, ContainerPort(executor)), context, as_json=as_json)
