"""The small project whose training has three steps, in a temporary folder, and its images removed again."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlops_actions.results.training import TrainingResult
from mlops_actions.stages.training_jobs import image_name
from tests.stages.small import make_small, rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlops_actions.results.training import ModelRun
    from mlops_actions.stages.context import RunContext

FIXTURE = Path(__file__).parents[1] / "fixtures" / "training" / "steps"
CONFIG = (FIXTURE / "mlops.yaml").read_text(encoding="utf-8")


def stepped(tmp_path: Path, how: str = "honest", edit: Mapping[str, str] | None = None) -> RunContext:
    """The project without a base commit; `how` is what the step features does, `edit` replaces text."""
    text = CONFIG
    for old, new in {"how: honest": f"how: {how}", **(edit or {})}.items():
        assert old in text, old
        text = text.replace(old, new)
    context = make_small(tmp_path, head=text, base=None)
    shutil.copytree(FIXTURE, context.root, dirs_exist_ok=True, ignore=shutil.ignore_patterns("mlops.yaml"))
    for dockerfile in (context.root / "Dockerfile", context.root / "features" / "Dockerfile"):
        dockerfile.write_text(own_layers(dockerfile.read_text(), tmp_path))
    for name, count, letter in (("train", 280, "C"), ("evaluation", 210, "E")):
        table = rows(count, letter)
        with (context.root / "data" / f"{name}.csv").open("w", newline="") as file:
            csv.writer(file).writerows([table, *zip(*table.values(), strict=True)])
    return context


def own_layers(dockerfile: str, folder: Path) -> str:
    """The same with layers that no other test has: one may remove its images while another builds."""
    first = "FROM ${BASE_IMAGE}\n"
    assert first in dockerfile
    return dockerfile.replace(first, f'{first}LABEL test="{folder}"\n')


def trained(context: RunContext, role: str = "candidate") -> ModelRun:
    """The run of a role, as it is written."""
    payload: Any = context.results.read("training", TrainingResult)[0].payload
    (run,) = (each for each in payload.runs if each.role == role)
    found: ModelRun = run
    return found


def remove_images(context: RunContext) -> None:
    """The images of this project, and no others."""
    import docker

    client = docker.from_env()
    try:
        for image in client.images.list(name=image_name(context)):
            for tag in image.tags:
                if tag.startswith(image_name(context)):
                    client.images.remove(tag)
    finally:
        client.close()
