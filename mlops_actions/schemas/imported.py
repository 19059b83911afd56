"""Another tool's schema as ours: which tool's it is, and the text that a person reviews. Pure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from mlops_actions.config.lines import read_yaml
from mlops_actions.errors import ConfigError, Location
from mlops_actions.schemas.data_package import from_package, is_package
from mlops_actions.schemas.draft import shown
from mlops_actions.schemas.frictionless import from_table_schema, is_table_schema
from mlops_actions.schemas.pandera import from_pandera, is_pandera
from mlops_actions.schemas.scalars import flow, plain

if TYPE_CHECKING:
    from mlops_actions.schemas.draft import Draft

FORMS = "a pandera schema (to_yaml), a Frictionless Table Schema or Data Package"


def import_schema(text: str, file: str, resource: str | None = None) -> Draft:
    """Read another tool's schema, JSON or YAML.

    Raises:
        ConfigError: neither JSON nor YAML, or of no known form.
        UsageError: a package from which a resource is to be chosen.
    """
    value = _read(text, file)
    if isinstance(value, dict):
        if is_pandera(value):
            return from_pandera(value)
        if is_table_schema(value):
            return from_table_schema(value)
        if is_package(value):
            return from_package(value, resource)
    seen = (
        f"the keys {', '.join(map(shown, list(value)[:8]))}"
        if isinstance(value, dict)
        else type(value).__name__
    )
    raise ConfigError(f"not {FORMS}; seen: {seen}", location=Location(file, 1), hint="Name such a file.")


def draft_text(draft: Draft, file: str) -> str:
    """The schema's file: what was lost first, then the rules, then what to declare as sources."""
    lines = [
        f"# What every data file of this project must look like. Imported from {shown(file)} ({draft.form}),",
        "# NOT YET REVIEWED: read each rule, and commit it before the data it will judge.",
    ]
    if draft.notes:
        lines += ["# Not carried over as it was:", *(f"#   {note}" for note in draft.notes)]
    lines += ["version: 1", f"allow_extra_columns: {flow(draft.allow_extra_columns)}", "columns:"]
    for name, column in draft.columns.items():
        lines += [f"  {plain(name)}:", f"    type: {column.kind}"]
        lines += [f"    {key}: {flow(value)}" for key, value in column.rules.items()]
    if not draft.columns:
        lines[-1] += " {}"
    for part in ("checks", "keys", "references"):
        listed = getattr(draft, part)
        lines += [f"{part}:", *(f"  - {flow(each)}" for each in listed)] if listed else []
    if draft.sources:
        lines += ["# A suggestion for data.sources of mlops.yaml:"]
        lines += [f"#   - {flow(each)}" for each in draft.sources]
    return "\n".join(lines) + "\n"


def _read(text: str, file: str) -> Any:
    if not file.endswith(".json"):
        return read_yaml(text, file).value
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        place = Location(file, error.lineno)
        raise ConfigError(f"not valid JSON: {error.msg}", location=place, hint="Mend this line.") from None
    except RecursionError:
        raise ConfigError("not valid JSON: nested too deeply", location=Location(file)) from None
