"""`mlops demo`: the whole job on an example, in a scratch git repository."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import click

from mlops_actions.commands.options import EXECUTOR, JSON, RESULTS, VERSION

WHEN = "2026-01-05T09:00:00+00:00"
EXAMPLES = ("churn", "flights-delay")


def examples_folder() -> Path:
    """The example repositories: beside the package in a checkout, inside it when installed as a wheel.

    Raises:
        InputError: when this installation has none.
    """
    from mlops_actions.errors import InputError

    package = Path(__file__).resolve().parents[1]
    for folder in (package / "_examples", package.parent / "examples"):
        if (folder / "churn" / "mlops.yaml").is_file():
            return folder
    raise InputError(f"{package}: no example beside it", hint="Run it from a checkout of mlops-actions.")


@click.command("demo")
@click.option(
    "--config",
    "config_file",
    default="mlops.yaml",
    show_default=True,
    help="The configuration, relative to the scratch repository.",
)
@RESULTS
@JSON
@VERSION
@EXECUTOR
@click.option(
    "--example",
    type=click.Choice(EXAMPLES),
    default=EXAMPLES[0],
    show_default=True,
    help="Who will leave (two classes), or how late will it land (a number).",
)
@click.option("--regression", is_flag=True, help="A worse candidate: the gate fails, exit code 1.")
@click.option("--prepare", is_flag=True, help="Only make the environment or image it trains in.")
@click.option("--folder", default=None, help="The scratch repository.  [default: .demo/EXAMPLE]")
def command(
    config_file: str,
    results_folder: str,
    executor: str | None,
    example: str,
    folder: str | None,
    *,
    regression: bool,
    prepare: bool,
    as_json: bool,
    **_: Any,
) -> int:
    """Run everything on an example: no GitHub, no engine needed."""
    from mlops_actions.adapters.results_lock import hold
    from mlops_actions.adapters.scratch_repository import make_scratch_repository
    from mlops_actions.commands.run import run_all
    from mlops_actions.commands.session import open_session
    from mlops_actions.stages.containers import ContainerPort

    examples = examples_folder()
    change = examples / f"{example}-changes" / ("regression" if regression else "candidate")
    place = Path(folder or f".demo/{example}").resolve()
    results = place / results_folder
    lock = hold(results, str(results)) if results.is_dir() else None  # another demo's folder stays
    make_scratch_repository(examples / example, change, place, when=WHEN)
    del lock
    executor = executor or _without_registry(examples / example / "Dockerfile")
    context = open_session(str(place / config_file), results_folder, fresh=True, executor=executor)
    if not prepare:
        return run_all(context, executor, as_json=as_json)
    ContainerPort(executor).prepare(context)
    context.progress.close()
    return 0


def _without_registry(dockerfile: Path) -> str | None:
    """`process` when an engine answers and its registry does not; only the demo falls back."""
    from mlops_actions.adapters.containers.docker.engine import connect, docker_available
    from mlops_actions.adapters.containers.docker.pulling import obtainable
    from mlops_actions.stages.containers import BASE_IMAGE

    if docker_available() is None:
        return None
    wanted = os.environ.get(BASE_IMAGE) or _base_image(dockerfile)
    client, _ = connect()
    try:
        if obtainable(client, wanted):
            return None
    finally:
        client.close()
    click.echo(
        f"docker answers, but {wanted} is neither here nor in a reachable registry: executor process.",
        err=True,
    )
    return "process"


def _base_image(dockerfile: Path) -> str:
    found = re.search(r"^ARG BASE_IMAGE=(\S+)", dockerfile.read_text(encoding="utf-8"), re.MULTILINE)
    return found[1] if found else "scratch"
