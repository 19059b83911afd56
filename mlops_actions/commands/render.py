"""`mlops render kubernetes`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mlops_actions.commands.options import CONFIG, JSON, RESULTS_UNUSED, VERSION

if TYPE_CHECKING:
    from collections.abc import Sequence

HEADER = """\
# Written by `mlops render kubernetes` from {config}. The Job waits for its input and then holds its output:
#   tar -cf - input | kubectl exec -i job/{name} -c receive -- \\
#     sh -c 'tar -xf - -C {work}/input && touch {work}/input/.ready'
#   kubectl exec job/{name} -c hold -- tar -cf - -C {work}/written model output
#   kubectl exec job/{name} -c hold -- touch {work}/written/.done
# `input` holds config/ and data/<channel>/, as docs/contracts.md says of /opt/ml/input.
"""
STORED = """\
# Written by `mlops render kubernetes` from {config}. The Job reads and writes its folder of the claim,
# which `mlops train` fills from the object store and empties into it.
"""


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
    stored = config.train is not None and config.train.kubernetes.store is not None
    name = made[-1]["metadata"]["name"]
    claimed = config.train is not None and config.train.kubernetes.claim is not None
    work = f"/claim/{name}" if claimed else "/work"
    head = (STORED if stored else HEADER).format(config=path.name, name=name, work=work)
    if as_json:
        click.echo(json.dumps({"documents": made}, indent=1))
        return 0
    if output is None:
        click.echo(head + "---\n".join(_yaml(each) for each in made), nl=False)
        return 0
    return _written(made, head, Path(output))


def _written(made: Sequence[dict[str, Any]], head: str, folder: Path) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    for number, each in enumerate(made):
        file = folder / f"{number}-{each['kind'].lower()}.yaml"
        file.write_text(head + _yaml(each), encoding="utf-8")
        click.echo(file)
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
