"""The steps of one training: how each ended, what it read and what it wrote."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from mlops_actions.results.base import ResultModel
from mlops_actions.results.verdict import Outcome

EndReason = Literal["completed", "exit_code", "oom", "timeout", "disk", "failure_file", "not_run"]


class StepRun(ResultModel):
    """One step of `train.steps`. Outcome skipped: it was not run, and the sentence says why.

    `inputs` and `outputs`: name to the digest of the folder (`sha256:` over, sorted by path bytes, path, a
    NUL, hex sha256 of the content, a newline); of the model under the name `model`. `key`: digest of all that
    the step reads and runs in: the same key is the same work. Empty where it was not run.
    """

    id: str
    outcome: Outcome
    reason: EndReason = "completed"
    sentence: str = ""
    exit_code: int | None = None
    duration_seconds: float = 0.0
    peak_rss_bytes: int | None = None
    cpu_seconds: float | None = None
    command: tuple[str, ...] = ()
    image_digest: str = ""
    lock_sha256: str = ""
    opt_outs: tuple[str, ...] = ()
    inputs: dict[str, str] = Field(default_factory=dict)
    outputs: dict[str, str] = Field(default_factory=dict)
    output_bytes: int = 0
    metrics: dict[str, float] = Field(default_factory=dict)
    key: str = ""
    without_network: str = ""  # why it lost the network that the base commit gives it
