"""`mlops schema import FILE`: a pandera or Frictionless schema as ours, to be reviewed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from mlops_actions.commands.options import CONFIG_UNUSED, JSON, RESULTS_UNUSED, VERSION
from mlops_actions.commands.schema_files import read_text, write_new


@click.command("import")
@click.argument("file")
@CONFIG_UNUSED
@RESULTS_UNUSED
@JSON
@VERSION
@click.option("--resource", default=None, help="The resource of a Data Package, where several have a schema.")
@click.option("--output", default="-", show_default=True, help="Where to write; - is standard output.")
def import_(file: str, resource: str | None, output: str, *, as_json: bool, **_: Any) -> int:
    """Write the schema that a pandera YAML, a Frictionless Table Schema or Data Package describes.

    What cannot be said here stands in the new file's head, item by item. A package's licences, sources and
    hashes become a suggestion for data.sources.
    """
    from mlops_actions.config.data_schema import parse_schema
    from mlops_actions.results.words import count
    from mlops_actions.schemas.imported import draft_text, import_schema

    draft = import_schema(read_text(file), Path(file).name, resource)
    text = draft_text(draft, Path(file).name)
    schema = parse_schema(text, "schema")
    if output != "-":
        write_new(output, text)
    if as_json:
        value = {
            "file": file,
            "form": draft.form,
            "output": None if output == "-" else output,
            "schema": schema.model_dump(mode="json", exclude_defaults=True),
            "not_carried_over": draft.notes,
            "sources": draft.sources,
        }
        click.echo(json.dumps(value, indent=1, sort_keys=True))
    elif output == "-":
        click.echo(text, nl=False)
    else:
        lost = (
            f"; {count(len(draft.notes), 'note')} on what is otherwise here, in its head"
            if draft.notes
            else ""
        )
        click.echo(
            f"{output}: {count(len(draft.columns), 'column')}{lost}. Review every rule, then commit it"
        )
    return 0
