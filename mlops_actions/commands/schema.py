"""`mlops schema`: infer one to be reviewed from the baseline's data, compare two, import another tool's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mlops_actions.commands.options import CONFIG, JSON, RESULTS_UNUSED, VERSION
from mlops_actions.commands.schema_diff import diff
from mlops_actions.commands.schema_files import write_new
from mlops_actions.commands.schema_import import import_

if TYPE_CHECKING:
    from mlops_actions.config.data import DataConfig
    from mlops_actions.profile.table import TableProfile


@click.group("schema")
@VERSION
def command() -> None:
    """Infer, compare and import data schemas."""


command.add_command(diff)
command.add_command(import_)


@command.command("infer")
@CONFIG
@RESULTS_UNUSED
@JSON
@VERSION
@click.option("--data", default=None, help="The data file; default: data.train of mlops.yaml.")
@click.option("--output", default="-", show_default=True, help="Where to write; - is standard output.")
def infer(config_file: str, data: str | None, output: str, *, as_json: bool, **_: Any) -> int:
    """Write a schema with bounds taken from the data, comments saying from how many rows.

    Infer from the baseline's data, review every bound, and commit it before the data it will judge: a schema
    inferred from the data under test finds nothing.
    """
    from mlops_actions.schemas.infer import Known, schema_text

    declared = _declared(config_file) if data is None or Path(config_file).is_file() else None
    shown = data or (declared.train if declared else "")
    path = Path(config_file).parent / shown if data is None else Path(shown)
    key = declared.key if declared else ()
    table, personal, repeats = _measured(path, shown, key)
    known = Known(
        key=key,
        key_repeats=repeats,
        sensitive=declared.sensitive if declared else (),
        personal=personal,
        time=declared.time if declared else None,
    )
    text = schema_text(table, known)
    if output != "-":
        write_new(output, text)
    if as_json:
        click.echo(_document(text, shown, output))
    elif output == "-":
        click.echo(text, nl=False)
    else:
        click.echo(f"{output}: review every bound, then commit it")
    return 0


def _measured(
    path: Path, shown: str, key: tuple[str, ...]
) -> tuple[TableProfile, frozenset[str], int | None]:
    """The profile, the columns that look personal, and the rows that repeat an earlier key.

    Of a key of one column they are not measured: None.
    """
    from mlops_actions.stages.scan import personal_columns, profile_of, repeated_keys

    table = profile_of("train", path, shown)
    personal = personal_columns(path, shown, table)
    several = len(key) > 1 and all(name in table.names for name in key)
    return table, personal, repeated_keys(path, shown, key) if several else None


def _document(text: str, shown: str, output: str) -> str:
    from mlops_actions.config.lines import read_yaml

    schema = read_yaml(text, "schema").value
    value = {"data": shown, "output": None if output == "-" else output, "schema": schema}
    return json.dumps(value, indent=1, sort_keys=True, default=str)


def _declared(config_file: str) -> DataConfig:
    from mlops_actions.commands.session import read_config
    from mlops_actions.config.parse import parse

    path = Path(config_file)
    return parse(read_config(path), path.name).data
