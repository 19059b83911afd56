"""`mlops render kubernetes`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mlops_actions.commands.options import CONFIG, JSON, RESULTS_UNUSED, VERSION

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlops_actions.config.model import Config

HEADER = """\
# Written by `mlops render kubernetes` from {config}. The Job waits {start:g} s for its input{held}:
#   tar -cf - input | {kubectl} exec -i job/{name} -c receive -- \\
#     sh -c 'tar -xf - -C {work}/input && touch {work}/input/.ready'
{out}
# `input` holds config/ and data/<channel>/, as docs/contracts.md says of /opt/ml/input.
# {limit}
"""
HELD = """\
#   {kubectl} exec job/{name} -c hold -- tar -cf - -C {work}/written model output
#   {kubectl} exec job/{name} -c hold -- touch {work}/written/.done\
"""
STORED = """\
# Through the object store `mlops train` alone moves the folders. Here the input goes into the claim {claim}:
# by the line above, or written there as {name}/input/input, and last the empty file {name}/input/.ready.
# The output stays in the claim as {name}/written/model and {name}/written/output: take it from there with
# a pod of your own, and then remove the folder {name}; nobody else does.\
"""
LIMIT = (
    "The node ends `main` after {timeout:g} s (train.resources.timeout); the Job's own end is {deadline} s."
)
STEPS_LIMIT = (
    "Its steps together end {deadline} s after the Job's start (waiting and train.resources.timeout)."
)


@click.group("render")
@VERSION
def command() -> None:
    """Write what a training would ask another system for, without asking it."""


@command.command("kubernetes")
@CONFIG
@click.option("--output", default=None, metavar="DIR", help="One file a document; default: standard output.")
@click.option("--image", default=None, metavar="NAME@sha256:...", help="For what the configuration builds.")
@RESULTS_UNUSED
@JSON
@VERSION
def kubernetes(config_file: str, output: str | None, image: str | None, *, as_json: bool, **_: Any) -> int:
    """Write the Job and the NetworkPolicy of the candidate's training as YAML.

    With train.steps the Job holds every step, in order. No cluster is asked, and no data is read.
    """
    from mlops_actions.config.parse import parse
    from mlops_actions.errors import ConfigError
    from mlops_actions.stages.cluster_manifests import cluster_manifests

    path = Path(config_file)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{config_file} cannot be read: {error}") from error
    config = parse(text, path.name)
    made = cluster_manifests(config, image, _size(path.parent, config.data.train))
    head = _head(path.name, made[-1], config)
    if as_json:
        click.echo(json.dumps({"documents": made}, indent=1))
        return 0
    if output is None:
        click.echo(head + "---\n".join(_yaml(each) for each in made), nl=False)
        return 0
    return _written(made, head, Path(output))


def _head(file: str, job: dict[str, Any], config: Config) -> str:
    """How input gets in and output out, and what ends the Job."""
    from mlops_actions.stages.training_jobs import train_config

    train = train_config(config)
    settings, name = train.kubernetes, job["metadata"]["name"]
    known = {
        "config": file,
        "name": name,
        "work": f"/claim/{name}" if settings.claim is not None else "/work",
        "kubectl": "kubectl" if settings.namespace is None else f"kubectl -n {settings.namespace}",
        "claim": settings.claim,
        "start": settings.start_timeout,
        "timeout": train.resources.timeout,
        "deadline": job["spec"]["activeDeadlineSeconds"],
    }
    out = (HELD if settings.store is None else STORED).format(**known)
    limit = (STEPS_LIMIT if train.steps else LIMIT).format(**known)
    held = ", and then holds its output" if settings.store is None else ""
    return HEADER.format(**known, out=out, limit=limit, held=held)


def _written(made: Sequence[dict[str, Any]], head: str, folder: Path) -> int:
    from mlops_actions.errors import UsageError

    try:
        folder.mkdir(parents=True, exist_ok=True)
        for number, each in enumerate(made):
            file = folder / f"{number}-{each['kind'].lower()}.yaml"
            file.write_text(head + _yaml(each), encoding="utf-8")
            click.echo(file)
    except OSError as error:
        why = error.strerror or type(error).__name__
        if folder.exists() and not folder.is_dir():
            why = "it is a file"
        raise UsageError(
            f"--output {folder}: no folder that can be written ({why})",
            hint="Name a folder, new or writable; one file a document is written into it.",
        ) from error
    return 0


def _yaml(document: dict[str, Any]) -> str:
    import yaml

    text: str = yaml.safe_dump(document, sort_keys=False, width=10_000, allow_unicode=True)
    return text


def _size(root: Path, name: str) -> int:
    """Bytes of the training data where they are at hand, for the limit of the volume it is brought into."""
    path = root / name
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(each.stat().st_size for each in files if each.is_file())
