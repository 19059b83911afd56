"""`mlops schema infer`: a schema to be reviewed, from the baseline's data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mlops_actions.commands.options import CONFIG, JSON, RESULTS_UNUSED, VERSION

if TYPE_CHECKING:
    from mlops_actions.config.data import DataConfig


@click.group("schema")
@VERSION
def command() -> None:
    """Infer a data schema for review."""


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
    from mlops_actions.stages.scan import profile_of

    declared = _declared(config_file) if data is None or Path(config_file).is_file() else None
    shown = data or (declared.train if declared else "")
    path = Path(config_file).parent / shown if data is None else Path(shown)
    known = Known(key=declared.key, sensitive=declared.sensitive, time=declared.time) if declared else Known()
    text = schema_text(profile_of("train", path, shown), known)
    if output != "-":
        _write(output, text)
    if as_json:
        click.echo(_document(text, shown, output))
    elif output == "-":
        click.echo(text, nl=False)
    else:
        click.echo(f"{output}: review every bound, then commit it")
    return 0


def _document(text: str, shown: str, output: str) -> str:
    from mlops_actions.config.lines import read_yaml

    schema = read_yaml(text, "schema").value
    value = {"data": shown, "output": None if output == "-" else output, "schema": schema}
    return json.dumps(value, indent=1, sort_keys=True, default=str)


def _write(output: str, text: str) -> None:
    from mlops_actions.errors import UsageError

    try:
        with Path(output).open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        message = f"{output}: exists, and is not overwritten"
        raise UsageError(message, hint="Name another file, and compare.") from None
    except OSError as error:
        message = f"{output}: cannot be written ({error.strerror})"
        raise UsageError(message, hint="Name a file in a folder that is there.") from None


def _declared(config_file: str) -> DataConfig:
    from mlops_actions.commands.session import read_config
    from mlops_actions.config.parse import parse

    path = Path(config_file)
    return parse(read_config(path), path.name).data
