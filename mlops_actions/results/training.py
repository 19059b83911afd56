"""training.json: which models were trained, how, and how it ended."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from mlops_actions.results.base import ResultModel
from mlops_actions.results.reuse import Reused
from mlops_actions.results.steps import EndReason, StepRun
from mlops_actions.results.verdict import Outcome

Role = Literal["candidate", "baseline", "candidate_again", "perturbed"]
SHARE_LEFT_OUT = 0.05  # of the training rows, in the role perturbed
TITLES: dict[Role, str] = {
    "candidate": "candidate",
    "baseline": "baseline",
    "candidate_again": "candidate again",
    "perturbed": f"candidate, {SHARE_LEFT_OUT:.0%} of rows left out",
}


class Environment(ResultModel):
    """Where the training ran. `threads`: OMP_NUM_THREADS and its like; `hash_seed`: PYTHONHASHSEED."""

    python: str = ""
    platform: str = ""
    cpu_model: str = ""
    cpu_limit: float | None = None
    memory_limit_bytes: int | None = None
    threads: int | None = None
    hash_seed: int | None = None
    image_digest: str = ""
    image_reference: str = ""  # repository@sha256:..., where the image can be pulled from
    lock_sha256: str = ""


class ModelRun(ResultModel):
    """One trained model: candidate, baseline, the candidate trained again, or again with rows left out.

    `setup_seconds`: making the image or environment, not part of `duration_seconds`. `rows_left_out`: of the
    training data (perturbed only). `copied`: every file of the model is one that the training could read.
    `source_sha256`: of the repository's files that the code could read, empty where it is in an image.
    `channels`: sha256 of each. `key`: of everything the training reads; the same key is the same training.
    `sbom`, `signature`: files of the results folder and their sha256; `sbom_reason`: why there is no bill.
    """

    role: Role
    sha: str = ""
    origin: Literal["trained", "artifact", "predictions"] = "trained"
    outcome: Outcome
    reason: EndReason = "completed"
    sentence: str = ""
    executor: Literal["docker", "process", "kubernetes", "none"] = "none"
    contained: bool = False
    opt_outs: tuple[str, ...] = ()
    exit_code: int | None = None
    duration_seconds: float = 0.0
    setup_seconds: float = 0.0
    peak_rss_bytes: int | None = None
    cpu_seconds: float | None = None
    model_path: str = ""
    model_digest: str = ""
    model_bytes: int | None = None
    rows_left_out: int = 0
    copied: bool = False
    source_sha256: str = ""
    channels: dict[str, str] = Field(default_factory=dict)
    key: str = ""
    reused: Reused | None = None
    sbom: str = ""
    sbom_sha256: str = ""
    sbom_reason: str = ""
    signature: str = ""
    signature_sha256: str = ""
    hyperparameters: dict[str, str] = Field(default_factory=dict)
    metrics: dict[str, float] = Field(default_factory=dict)
    seed: int = 0
    environment: Environment = Environment()
    log_tail: tuple[str, ...] = ()
    steps: tuple[StepRun, ...] = ()  # in the order they run in; none without train.steps


class TrainingResult(ResultModel):
    """The payload of training.json. `warnings`: base images that can move under the same commit."""

    runs: tuple[ModelRun, ...]
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    def run(self, role: Role) -> ModelRun | None:
        """The run of that role, or None."""
        return next((run for run in self.runs if run.role == role), None)
