"""`mlops config check`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mlops_actions.commands.options import CONFIG, JSON, RESULTS, VERSION

if TYPE_CHECKING:
    from mlops_actions.errors import MlopsError


@click.group("config")
@VERSION
def command() -> None:
    """Check mlops.yaml."""


@command.command("check")
@CONFIG
@RESULTS
@JSON
@VERSION
def check(config_file: str, results_folder: str, *, as_json: bool, **_: Any) -> int:
    """Name every mistake of mlops.yaml with its line, and say what judges and where it is read from.

    The files, schema, columns, labels and KPI expressions are checked too; nothing is trained or evaluated.
    Data is read when the `data` extra is installed. Exit code 3 when something is wrong, 4 when the data is.
    A file that is enough to validate data is valid; what the other stages need more is said.
    """
    from mlops_actions.commands.session import open_session
    from mlops_actions.stages.check_config import check_config
    from mlops_actions.stages.needs import lacking

    told: list[MlopsError] = []
    context = open_session(config_file, results_folder, told=told)
    needs: dict[str, str] = {}
    lines = [context.policy.origin]
    if Path(config_file).is_file():  # else it was read from the base commit's pull request
        lines.append(check_config(context, told))
        needs = lacking(context)
    few = " for validate" + "".join(f"; {stage} needs {what}" for stage, what in needs.items())
    lines.insert(0, f"{context.config_file}: valid{few if needs else ''}")
    lines += [f"policy change: {each.summary}" for each in context.policy.changes]
    if as_json:
        value = {
            "valid": True,
            "needs": needs,
            "policy": context.policy.origin,
            "preview": context.policy.preview,
            "changes": [each.model_dump() for each in context.policy.changes],
        }
        click.echo(json.dumps(value, indent=1, sort_keys=True))
    else:
        click.echo("\n".join(lines))
    return 0
