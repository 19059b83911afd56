"""How one training ended: a value, whatever happened inside."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from mlops_actions.adapters.containers.handed import HandedFolder
    from mlops_actions.results.steps import StepRun

ExecutorName = Literal["docker", "process", "kubernetes"]
EndReason = Literal["completed", "exit_code", "oom", "timeout", "disk", "failure_file", "refused"]


@dataclass(frozen=True)
class EnvironmentSummary:
    """Where a training ran; empty strings where the executor cannot know."""

    python: str = ""
    platform: str = ""
    cpu_model: str = ""
    lock_sha256: str = ""


@dataclass(frozen=True)
class TrainingRun:
    """The end of one training. `model_digest` is empty unless the reason is `completed`."""

    executor: ExecutorName
    contained: bool
    reason: EndReason
    sentence: str
    exit_code: int | None
    duration_seconds: float
    model_dir: Path
    model_digest: str = ""
    model_bytes: int = 0
    peak_rss_bytes: int | None = None
    cpu_seconds: float | None = None
    log_tail: tuple[str, ...] = ()
    failure: str = ""
    metrics: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    image_digest: str | None = None
    opt_outs: tuple[str, ...] = ()
    environment: EnvironmentSummary = EnvironmentSummary()
    handed: tuple[HandedFolder, ...] = ()  # what a step left for later ones
    steps: tuple[StepRun, ...] = ()  # of a whole training, in the order they ran
    setup_seconds: float = 0.0  # making what it runs in; not part of its duration

    @property
    def succeeded(self) -> bool:
        """Whether there is a model to serve, or for a step before the last, all that it hands over."""
        return self.reason == "completed"
