"""The bill of materials of what a model was trained in, beside training.json."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_actions.adapters.results_folder import write_atomically
from mlops_actions.adapters.sbom import bill_of_materials
from mlops_actions.errors import EvidenceError, MlopsError
from mlops_actions.results.verdict import Outcome
from mlops_actions.scratch import scratch

if TYPE_CHECKING:
    from mlops_actions.adapters.containers.job import TrainingJob
    from mlops_actions.adapters.containers.reuse_store import ReuseStore
    from mlops_actions.results.training import ModelRun
    from mlops_actions.stages.context import RunContext

KIND = "bills"
ROLES = ("candidate", "baseline")  # the candidate's other trainings run in the candidate's environment
NAME = "sbom.{role}.cdx.json"


def with_sbom(
    context: RunContext, run: ModelRun, job: TrainingJob, prepared: object, store: ReuseStore | str
) -> ModelRun:
    """Write sbom.<role>.cdx.json and name it in the run, or say there why there is none.

    Args:
        context: of the run.
        run: a training that ended.
        job: of the training.
        prepared: what it ran in: the id of an image, or the folder of a locked environment.
        store: an image's bill is made once (its id is that of its content).
    """
    if run.role not in ROLES or run.outcome is not Outcome.PASS:
        return run
    try:
        text = _text(context, run, job, prepared, store)
    except (MlopsError, OSError) as error:
        said = error.problems[0].message if isinstance(error, MlopsError) else str(error)
        return run.model_copy(update={"sbom_reason": said})
    name = NAME.format(role=run.role)
    write_atomically(context.results.folder / name, text.encode())
    if not run.environment.python:
        environment = run.environment.model_copy(update={"python": _python(text)})
        run = run.model_copy(update={"environment": environment})
    return run.model_copy(update={"sbom": name, "sbom_sha256": hashlib.sha256(text.encode()).hexdigest()})


def _python(bill: str) -> str:
    """Python's version by its package of an image (Debian, Alpine); "" where there is none, or several."""
    found = {
        each["version"].partition("-")[0]
        for each in json.loads(bill).get("components", ())
        if each["name"] == "python3" and each.get("purl", "").startswith(("pkg:deb/", "pkg:apk/"))
    }
    return found.pop() if len(found) == 1 else ""


def _text(
    context: RunContext, run: ModelRun, job: TrainingJob, prepared: object, store: ReuseStore | str
) -> str:
    version = context.tool_version
    if run.executor == "process" and isinstance(prepared, Path):
        from mlops_actions.adapters.containers.process.inventory import environment_inventory

        inventory = environment_inventory(prepared, job.requirements)
        return bill_of_materials(inventory, container=False, tool_version=version)
    image = run.environment.image_digest
    if run.executor != "docker" or not image:
        raise EvidenceError(f"what executor {run.executor} ran it in cannot be listed")
    from mlops_actions.adapters.containers.docker.inventory import image_inventory

    key = hashlib.sha256(f"{version} {image}".encode()).hexdigest()
    kept = _kept(store, key)
    if not kept:
        context.progress.step(f"list the packages of image {image.removeprefix('sha256:')[:12]}")
        kept = bill_of_materials(image_inventory(image), container=True, tool_version=version)
        _keep(store, key, kept)
    return kept


def _kept(store: ReuseStore | str, key: str) -> str:
    if isinstance(store, str):
        return ""
    with scratch("mlops-bill-") as folder:
        try:
            found = store.take(KIND, key, folder / "files")
        except EvidenceError:
            return ""
        return (folder / "files" / "bom.json").read_text(encoding="utf-8") if found is not None else ""


def _keep(store: ReuseStore | str, key: str, text: str) -> None:
    if isinstance(store, str):
        return
    with scratch("mlops-bill-") as folder:
        (folder / "bom.json").write_text(text, encoding="utf-8")
        store.keep(KIND, key, folder, {})
