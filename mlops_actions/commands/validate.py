"""`mlops validate`."""

from __future__ import annotations

from typing import Any

import click

from mlops_actions.commands.options import baseline_options, stage_options


@click.command("validate")
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
    """Validate the dataset; the first stage of a run, so old results are emptied."""
    from mlops_actions.commands.baseline import base_results
    from mlops_actions.commands.session import open_session
    from mlops_actions.commands.show import finish
    from mlops_actions.stages import validate
    from mlops_actions.stages.failures import recorded

    context = open_session(config_file, results_folder, fresh=True)
    with recorded(context, "validate"):
        outcome = validate.run(context, lambda: base_results(context, baseline_artifact, baseline_results))
    return finish("validate", outcome, context, as_json=as_json)
