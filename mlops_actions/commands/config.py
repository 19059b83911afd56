"""`mlops config check`."""

from __future__ import annotations

import json
from typing import Any

import click

from mlops_actions.commands.options import CONFIG, JSON, VERSION


@click.group("config")
@VERSION
def command() -> None:
    """Check mlops.yaml."""


@command.command("check")
@CONFIG
@JSON
@VERSION
def check(config_file: str, *, as_json: bool, **_: Any) -> int:
    """Name every mistake of mlops.yaml with its line, and say what judges and where it is read from.

    KPI expressions are checked too (never evaluated) when the `data` extra is installed and the evaluation
    rows are there. Exit code 3 when something is wrong.
    """
    from mlops_actions.commands.session import open_session

    context = open_session(config_file, ".mlops/results")
    lines = [f"{context.config_file}: valid", context.policy.origin]
    lines += _kpis(context)
    lines += [f"policy change: {each.summary}" for each in context.policy.changes]
    if as_json:
        value = {
            "valid": True,
            "policy": context.policy.origin,
            "preview": context.policy.preview,
            "changes": [each.model_dump() for each in context.policy.changes],
        }
        click.echo(json.dumps(value, indent=1, sort_keys=True))
    else:
        click.echo("\n".join(lines))
    return 0


def _kpis(context: Any) -> list[str]:
    """Head's expressions, each checked against the columns it may name."""
    config = context.policy.head
    path = context.root / (config.data.evaluation or "")
    if not config.business.kpis:
        return []
    if not path.is_file():
        return ["KPI expressions: not checked (data.evaluation is not here)"]
    try:
        from mlops_actions.adapters.datasets.kpi_runner import check_expression
        from mlops_actions.adapters.datasets.rows import column_names
    except ImportError:
        return ["KPI expressions: not checked (needs the extra: pip install 'mlops-actions[data]')"]
    from mlops_actions.errors import Location

    columns = ("label", "prediction", "score", *column_names(path))
    for kpi in config.business.kpis:
        for expression in (kpi.row_value, kpi.denominator):
            if expression is not None:
                place = Location(context.config_file)
                check_expression(expression, columns, kpi=kpi.id, location=place)
    return [f"{len(config.business.kpis)} KPI expression(s): allowed"]
