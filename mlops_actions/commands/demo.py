"""`mlops demo`: the whole job on the churn example, in a scratch git repository."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from mlops_actions.commands.options import EXECUTOR, JSON, VERSION

WHEN = "2026-01-05T09:00:00+00:00"


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
@VERSION
@JSON
@EXECUTOR
@click.option("--regression", is_flag=True, help="A worse candidate: the gate fails, exit code 1.")
@click.option("--folder", default=".demo/churn", show_default=True, help="The scratch repository.")
def command(executor: str | None, folder: str, *, regression: bool, as_json: bool, **_: Any) -> int:
    """Run everything on the churn example: no GitHub, no engine needed."""
    from mlops_actions.adapters.scratch_repository import make_scratch_repository
    from mlops_actions.commands.run import run_all
    from mlops_actions.commands.session import open_session

    examples = examples_folder()
    change = examples / "churn-changes" / ("regression" if regression else "candidate")
    place = Path(folder).resolve()
    place.parent.mkdir(parents=True, exist_ok=True)
    make_scratch_repository(examples / "churn", change, place, when=WHEN)
    context = open_session(str(place / "mlops.yaml"), ".mlops/results", fresh=True, executor=executor)
    return run_all(context, executor, comment=False, as_json=as_json)
