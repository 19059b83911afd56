"""A training whose inputs are unchanged is taken from an earlier run: the same digests, the same role."""

from __future__ import annotations

import os
import platform
import sys
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from mlops_actions.adapters.containers.job_digest import channel_digests, source_sha256, training_key
from mlops_actions.adapters.containers.machine import cpu_model
from mlops_actions.adapters.containers.model_folder import read_model_folder
from mlops_actions.adapters.containers.outcome import lock_digest
from mlops_actions.adapters.containers.reuse_store import ReuseStore, open_store
from mlops_actions.errors import EvidenceError, MlopsError, TrustError
from mlops_actions.results.reuse import Reused
from mlops_actions.results.training import TITLES, ModelRun
from mlops_actions.results.verdict import Outcome
from mlops_actions.stages.signed_model import check_signature

if TYPE_CHECKING:
    from pathlib import Path

    from mlops_actions.adapters.containers.job import TrainingJob
    from mlops_actions.results.training import Role
    from mlops_actions.stages.context import RunContext


@dataclass(frozen=True)
class Reuse:
    """Earlier trainings of this user on this machine. `wanted`: False with --no-reuse."""

    context: RunContext
    executor: str
    wanted: bool = True

    @cached_property
    def store(self) -> ReuseStore | str:
        """Where they are, or why none is reused."""
        if not self.wanted:
            return "--no-reuse"
        if self.context.is_anybodys_code and self.executor == "process":
            return "code of a pull request that is not contained could have written them"
        return open_store(dict(os.environ), checkout(self.context.root))

    def key(self, job: TrainingJob, prepared: object) -> str:
        """Of the job; "" where what it runs in is not told, and nothing is reused.

        Args:
            job: whose image, if it has one, is named by its id.
            prepared: what the executor made ready: an image id, or a locked environment.
        """
        machine = {"cpu": cpu_model(), "machine": platform.machine(), "tool": self.context.tool_version}
        if self.executor == "docker" and isinstance(prepared, str):
            return training_key(job, "docker", {**machine, "image": prepared})
        if self.executor != "process" or prepared is None:
            return ""
        lock = lock_digest(job.requirements)
        return training_key(job, "process", {**machine, "lock": lock, "python": sys.version})

    def taken(self, role: Role, key: str) -> ModelRun | None:
        """The earlier run of the role, its files now in results/models/<role>; None: there is none to use."""
        if isinstance(self.store, str) or not key:
            return None
        target = self.context.results.folder / "models" / role
        try:
            content = self.store.take(f"models-{role}", key, target)
            if content is None:
                return None
            run, made = ModelRun.model_validate(content["run"]), Reused.model_validate(content["made"])
            _refuse_other(run, role, key, target / "model")
            check_signature(self.context, run)
        except (EvidenceError, TrustError, ValidationError, KeyError) as error:
            said = error.problems[0].message if isinstance(error, MlopsError) else "its record is damaged"
            self.context.progress.step(f"train {TITLES[role]} anew: {said}")
            return None
        return run.model_copy(update={"reused": made})

    def keep(self, run: ModelRun) -> None:
        """Keep a successful training for later runs; one that cannot be kept is trained again then."""
        if isinstance(self.store, str) or not run.key or run.outcome is not Outcome.PASS or run.reused:
            return
        made = Reused(sha=self.context.source.sha, created_at=self.context.clock())
        content = {"run": run.model_dump(mode="json"), "made": made.model_dump(mode="json")}
        self.store.keep(
            f"models-{run.role}", run.key, self.context.results.folder / "models" / run.role, content
        )


def _refuse_other(run: ModelRun, role: Role, key: str, model: Path) -> None:
    if (run.role, run.key) != (role, key) or read_model_folder(model).digest != run.model_digest:
        raise EvidenceError("the model that an earlier run kept is not the one its record tells of")


def checkout(root: Path) -> Path:
    """The folder that git, or whoever, put the project's files in."""
    return next((each for each in (root, *root.parents) if (each / ".git").exists()), root)


def digests(job: TrainingJob) -> dict[str, Any]:
    """What a training reads, as training.json tells it."""
    from_image = job.image is not None and job.build is None
    return {"channels": channel_digests(job), "source_sha256": "" if from_image else source_sha256(job)}
