"""`mlops schema infer`: a schema to be reviewed, from the baseline's data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from mlops_actions.commands.options import CONFIG, VERSION


@click.group("schema")
@VERSION
def command() -> None:
    """Infer a data schema for review."""


@command.command("infer")
@CONFIG
@VERSION
@click.option("--data", default=None, help="The data file; default: data.train of mlops.yaml.")
@click.option("--output", default="-", show_default=True, help="Where to write; - is standard output.")
def infer(config_file: str, data: str | None, output: str, **_: Any) -> int:
    """Write a schema with bounds taken from the data, comments saying from how many rows.

    Infer from the baseline's data, review every bound, and commit it before the data it will judge: a schema
    inferred from the data under test finds nothing.
    """
    from mlops_actions.adapters.datasets.scanner import DatasetScanner
    from mlops_actions.checks.infer import schema_text
    from mlops_actions.errors import UsageError

    shown = data or _train_of(config_file)
    path = Path(config_file).parent / shown if data is None else Path(shown)
    text = schema_text(DatasetScanner().profile("train", path, shown))
    if output == "-":
        click.echo(text, nl=False)
        return 0
    try:
        with Path(output).open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        message = f"{output}: exists, and is not overwritten"
        raise UsageError(message, hint="Name another file, and compare.") from None
    except OSError as error:
        message = f"{output}: cannot be written ({error.strerror})"
        raise UsageError(message, hint="Name a file in a folder that is there.") from None
    click.echo(f"{output}: review every bound, then commit it")
    return 0


def _train_of(config_file: str) -> str:
    from mlops_actions.commands.session import read_config
    from mlops_actions.config.parse import parse

    path = Path(config_file)
    return parse(read_config(path), path.name).data.train
