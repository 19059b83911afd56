"""`mlops config check`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mlops_actions.commands.options import CONFIG, JSON, RESULTS, VERSION

if TYPE_CHECKING:
    from mlops_actions.config.lines import Document
    from mlops_actions.stages.context import RunContext

MAX_NAMED = 40
UNCHECKED = "columns and KPI expressions: not checked ({})"


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

    Columns and KPI expressions are checked too (nothing is evaluated) when the `data` extra is installed and
    the evaluation rows are there. Exit code 3 when something is wrong, 4 when the data or a column is.
    """
    from mlops_actions.commands.session import open_session, read_config
    from mlops_actions.config.lines import read_yaml

    context = open_session(config_file, results_folder)
    lines = [f"{context.config_file}: valid", context.policy.origin]
    path = Path(config_file)
    if path.is_file():  # else it was read from the base commit's pull request
        lines += _against_the_data(context, read_yaml(read_config(path), path.name))
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


def _against_the_data(context: RunContext, document: Document) -> list[str]:
    """Head's columns and expressions against the columns of the evaluation rows at hand."""
    from mlops_actions.results.words import count

    config = context.policy.head
    shown = config.data.evaluation or ""
    if not shown or not (context.root / shown).exists():
        return [UNCHECKED.format("data.evaluation is not here")]
    try:
        from mlops_actions.adapters.datasets.rows import column_names
    except ImportError:
        return [UNCHECKED.format("needs the extra: pip install 'mlops-actions[data]'")]
    there = column_names(context.root / shown, shown)
    train = context.root / config.data.train
    seen = (
        {shown: there, config.data.train: column_names(train, config.data.train)} if train.is_file() else {}
    )
    _columns(context, document, seen or {shown: there})
    _kpis(context, document, ("label", "prediction", "score", *there))
    named = count(len(config.named_columns()), "column")
    return [f"{named} and {count(len(config.business.kpis), 'KPI expression')}: valid"]


def _columns(context: RunContext, document: Document, files: dict[str, tuple[str, ...]]) -> None:
    """A column that neither file has (a slice: that the evaluation rows lack) is told with its line."""
    from mlops_actions.config.base import nearest
    from mlops_actions.config.lines import dotted
    from mlops_actions.errors import InputError, Location, Problem

    problems = []
    for path, name in context.policy.head.named_columns():
        where = [*files][:1] if path[0] == "evaluate" else [*files]
        there = tuple(dict.fromkeys(column for file in where for column in files[file]))
        if name not in there:
            message = f"{dotted(path)}: no column {name!r} in {' or '.join(where)}."
            hint = f"{nearest(name, there)}Columns: {', '.join(there[:MAX_NAMED])}."
            problems.append(Problem(message, Location(context.config_file, document.line(path)), hint))
    if problems:
        raise InputError(problems[0].message, problems=tuple(problems))


def _kpis(context: RunContext, document: Document, columns: tuple[str, ...]) -> None:
    from mlops_actions.adapters.datasets.kpi_runner import check_expression
    from mlops_actions.errors import ConfigError, Location, Problem

    problems: list[Problem] = []
    for index, kpi in enumerate(context.policy.head.business.kpis):
        for name, expression in (("row_value", kpi.row_value), ("denominator", kpi.denominator)):
            if expression is None:
                continue
            place = Location(context.config_file, document.line(("business", "kpis", index, name)))
            try:
                check_expression(expression, columns, kpi=kpi.id, location=place)
            except ConfigError as error:
                problems += error.problems
    if problems:
        raise ConfigError(problems[0].message, problems=tuple(problems))
