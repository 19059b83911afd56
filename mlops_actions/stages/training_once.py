"""One training: taken from an earlier run when nothing that it reads has changed, else run."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from mlops_actions.adapters.containers.copied_model import is_copied
from mlops_actions.adapters.containers.exclusion import Exclusion, folders_of_results
from mlops_actions.adapters.containers.log_text import shown_name
from mlops_actions.results.training import TITLES
from mlops_actions.stages.fewer_rows import with_fewer_rows
from mlops_actions.stages.reproduction import another
from mlops_actions.stages.signed_model import with_signature
from mlops_actions.stages.training_reuse import Reuse, digests
from mlops_actions.stages.training_sbom import with_sbom

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlops_actions.adapters.containers.job import TrainingJob
    from mlops_actions.adapters.containers.training_run import TrainingRun
    from mlops_actions.results.training import ModelRun, Role
    from mlops_actions.stages.context import RunContext

NAMED = 3  # folders in a sentence


@dataclass(frozen=True)
class Once:
    """How one training is done. `as_run`: from what an executor hands back to what training.json tells."""

    context: RunContext
    executor: Any
    chosen: str
    as_run: Callable[[TrainingRun], ModelRun]
    reuse: bool = True


def varied(context: RunContext, role: Role, job: TrainingJob) -> tuple[TrainingJob, int]:
    """The job as the role has it (again: another hash seed and thread count), and how many rows it lacks."""
    if role == "candidate_again":
        return replace(job, variation=another(job.resources)), 0
    return with_fewer_rows(context, job) if role == "perturbed" else (job, 0)


def _tell_left_out(context: RunContext, role: Role, job: TrainingJob) -> None:
    """Say once which folders no training sees because they hold results: somebody may miss one."""
    if role != "candidate" or (job.build is None and job.image is not None):
        return
    left = [
        shown_name(os.fsencode(each))
        for each in folders_of_results(job.source, Exclusion.of(job.left_out, ()))
    ]
    if left:
        more = f" and {len(left) - NAMED} more" if len(left) > NAMED else ""
        named = ", ".join(left[:NAMED])
        context.progress.step(f"no training sees {named}{more}: results of earlier runs lie there")


def train_once(how: Once, role: Role, job: TrainingJob) -> tuple[ModelRun, float]:
    """The run, and how many seconds it took to make its image or environment.

    Raises:
        MlopsError: it could not start.
    """
    context = how.context
    job, rows = varied(context, role, job)
    read = digests(job)
    _tell_left_out(context, role, job)
    began = time.monotonic()
    prepared = how.executor.prepare(job, context.progress.log)
    setup = time.monotonic() - began
    ready = job
    if how.chosen == "docker" and isinstance(prepared, str):
        ready = replace(job, image=prepared, build=None)
    earlier = Reuse(context, how.chosen, how.reuse)
    key = earlier.key(ready, prepared)
    sha = context.policy.base_sha if role == "baseline" else context.source.sha
    if (found := earlier.taken(role, key)) is not None:
        context.progress.step(f"train {TITLES[role]}: {found.reused.sentence if found.reused else ''}")
        run = found.model_copy(update={"sha": sha, "setup_seconds": round(setup, 3)})
        return with_sbom(context, run, job, prepared, earlier.store), setup
    done = how.executor.train(ready, context.progress.log)
    setup += done.setup_seconds
    copied = role in {"candidate", "perturbed"} and done.succeeded and is_copied(job, done.model_dir)
    run = how.as_run(done)
    environment = run.environment.model_copy(
        update={
            "threads": job.variation.threads or job.resources.threads,
            "hash_seed": job.variation.hash_seed,
        }
    )
    run = run.model_copy(
        update={
            **read,
            "key": key,
            "setup_seconds": round(setup, 3),
            "rows_left_out": rows,
            "copied": copied,
            "environment": environment,
        }
    )
    run = with_signature(context, run)
    earlier.keep(run)
    return with_sbom(context, run, job, prepared, earlier.store), setup
