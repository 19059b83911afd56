"""`mlops evaluate`."""

from __future__ import annotations

from typing import Any

import click

from mlops_actions.commands.options import EXECUTOR, REUSE, stage_options


@click.command("evaluate")
@stage_options
@EXECUTOR
@REUSE
def command(
    config_file: str, results_folder: str, executor: str | None, *, reuse: bool, as_json: bool, **_: Any
) -> int:
    """Compare candidate and baseline on the same rows: metrics, slices, groups and KPIs with intervals."""
    from mlops_actions.commands.session import open_session
    from mlops_actions.commands.show import finish
    from mlops_actions.stages import evaluate
    from mlops_actions.stages.containers import ContainerPort
    from mlops_actions.stages.failures import recorded

    context = open_session(config_file, results_folder, stage="evaluate", executor=executor)
    with recorded(context, "evaluate"):
        outcome = evaluate.run(context, ContainerPort(executor, reuse=reuse))
    return finish("evaluate", outcome, context, as_json=as_json)
