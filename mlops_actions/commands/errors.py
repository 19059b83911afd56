"""Errors on the terminal and as annotations on Actions."""

from __future__ import annotations

import json
import os
from typing import Any

import click

from mlops_actions.adapters.actions_runtime import write_outputs
from mlops_actions.adapters.containers.log_text import plain_line
from mlops_actions.commands.console import emit, shortened
from mlops_actions.errors import DependencyError, MlopsError, Problem, installed_by

EXTRA_OF = {
    "duckdb": "data",
    "pytz": "data",
    "pyarrow": "arrow",
    "fsspec": "remote",
    "numpy": "data",
    "docker": "train",
    "uv": "train",
    "scipy": "data",
    "sklearn": "evaluate",
    "pandas": "evaluate",
    "matplotlib": "evaluate",
    "skops": "serve",
    "cyclonedx": "train",
    "model_signing": "sign",
    "pyspark": "spark",
    "narwhals": "spark",
    "sqlglot": "spark",
}

Part = tuple[str, str | None, int | None, str]  # message, file, line, hint
NO_BLOCK = "a preview never blocks: 0 instead of {code}"


def show_error(
    error: MlopsError, *, as_json: bool = False, told: bool = False, documented: bool = False
) -> int:
    """Print what, where, observed, allowed and the next step; returns the exit code.

    In a pull request's preview that code is 0 and the annotations are warnings. With `as_json` one document
    stands on standard output; all the rest is on standard error.

    Args:
        error: what ended the command.
        as_json: standard output is one document.
        told: the step's outcome was said already, a verdict and not "error", and so was the document.
        documented: the document was printed already.
    """
    code = f"exit code {error.exit_code}"
    click.echo(f"{error.title} ({code if error.blocks else NO_BLOCK.format(code=code)})", err=True)
    for problem in error.problems:
        click.echo(f"  {shortened(str(problem))}", err=True)
        if os.environ.get("GITHUB_ACTIONS") == "true":
            emit(annotation(problem, error.title, level="error" if error.blocks else "warning"), err=as_json)
    if error.hint and all(error.hint != problem.hint for problem in error.problems):
        click.echo(f"  {shortened(error.hint)}", err=True)
    if error.log_tail:
        click.echo("  Last log lines:", err=True)
        for line in error.log_tail:
            click.echo(f"    {plain_line(line)}", err=True)
    try:
        if not told:
            write_outputs(os.environ, {"outcome": "error"})
    except MlopsError as unwritten:
        click.echo(f"  {unwritten}", err=True)
    if as_json and not told and not documented:
        click.echo(json.dumps(error_value(error), indent=1, sort_keys=True))
    return error.exit_code if error.blocks else 0


def error_value(error: MlopsError) -> dict[str, Any]:
    """What --json prints of an error; `exit_code` is what the program ends with."""
    parts = [
        (each.message, each.location.file if each.location else None,
         each.location.line if each.location else None, each.hint)
        for each in error.problems
    ]  # fmt: skip
    return _value(error.exit_code if error.blocks else 0, error.title, *parts)


def document(code: int, title: str, *problems: Part) -> str:
    """The same of what is no error class of ours: wrong usage, an interruption."""
    return json.dumps(_value(code, title, *problems), indent=1, sort_keys=True)


def _value(code: int, title: str, *problems: Part) -> dict[str, Any]:
    keys = ("message", "file", "line", "hint")
    told = [dict(zip(keys, each, strict=True)) for each in problems]
    return {"outcome": "error", "exit_code": code, "title": title, "problems": told}


def missing_extra(error: ImportError) -> DependencyError | None:
    """The extra that is not installed, with the command that installs it; None for any other ImportError."""
    root = (error.name or "").split(".")[0]
    if root not in EXTRA_OF:
        return None
    message = f"this command needs the package {root!r}, which is not installed."
    hint = f"{installed_by(EXTRA_OF[root])}."
    return DependencyError(message, hint=hint)


def annotation(problem: Problem, title: str, *, level: str = "error") -> str:
    """A workflow command; newlines and separators escaped as GitHub's toolkit does."""
    parts = [f"title={_property(title)}"]
    if problem.location is not None:
        parts.append(f"file={_property(problem.location.file)}")
        if problem.location.line is not None:
            parts.append(f"line={problem.location.line}")
    text = str(Problem(problem.message, None, problem.hint))
    return f"::{level} {','.join(parts)}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
