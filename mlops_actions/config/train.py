"""The `train:`, `predictions:` and `serving:` parts."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from mlops_actions.config.base import ConfigModel, Name, RelativePath
from mlops_actions.config.signing import SigningConfig
from mlops_actions.config.units import Bytes, Seconds

Scalar = str | bool | int | float


class ContainerConfig(ConfigModel):
    """Build from the repository, or run an image by digest."""

    build: RelativePath | None = None
    dockerfile: RelativePath = "Dockerfile"
    build_args: dict[str, str] = Field(default_factory=dict)
    image: str | None = None

    @model_validator(mode="after")
    def _one(self) -> ContainerConfig:
        if (self.build is None) == (self.image is None):
            message = "exactly one of build and image is required"
            raise ValueError(message)
        if self.image is not None and "@sha256:" not in self.image:
            message = f"image {self.image!r}: pin it by digest, as name@sha256:<64 hex digits>"
            raise ValueError(message)
        return self


class ProcessConfig(ConfigModel):
    """How the same entry points start without an engine: a locked environment and two commands."""

    command: tuple[Name, ...] = ("python", "train.py")
    serve: tuple[Name, ...] = ("python", "serve.py")
    requirements: RelativePath = "requirements.txt"


class Resources(ConfigModel):
    """Ceilings of one training or serving run."""

    cpus: Annotated[float, Field(gt=0)] = 1.0
    memory: Bytes = 2 * 2**30
    timeout: Seconds = 1200.0
    disk: Bytes = 2**30
    pids: Annotated[int, Field(gt=0)] = 256


class Hardening(ConfigModel):
    """Each opt-out is explicit, base-owned and shown in the report."""

    network: bool = False
    writable_root: bool = False
    root_user: bool = False
    keep_capabilities: bool = False


class TrainConfig(ConfigModel):
    """How a model is made."""

    container: ContainerConfig | None = None
    process: ProcessConfig | None = None
    command: tuple[Name, ...] = ("train",)
    executor: Literal["auto", "docker", "process", "kubernetes"] = "auto"
    allow_uncontained: bool = False
    channels: dict[str, RelativePath] = Field(default_factory=dict)
    hyperparameters: dict[str, Scalar] = Field(default_factory=dict)
    resources: Resources = Resources()
    hardening: Hardening = Hardening()
    seed: Annotated[int, Field(ge=0, lt=2**32)] = 0
    reproduce: Annotated[int, Field(ge=1, le=3)] = 3  # 2: again on the same rows; 3: and on fewer rows
    reproduce_tolerance: Annotated[float, Field(ge=0)] = 1e-9  # of a prediction, or of 1 if that is more
    ignore: tuple[RelativePath, ...] = ()  # of the repository: no training needs it, and none sees it

    signing: SigningConfig | None = None

    @model_validator(mode="after")
    def _something_to_run(self) -> TrainConfig:
        if self.container is None and self.process is None:
            message = "at least one of container and process is required"
            raise ValueError(message)
        return self


class PredictionsConfig(ConfigModel):
    """Results made elsewhere instead of `train:` (a GPU cluster made them)."""

    candidate: RelativePath
    baseline: RelativePath | None = None


class ServingConfig(ConfigModel):
    """What the model's API answers."""

    output: Literal["label", "probability", "both"] = "both"
    classes: tuple[Scalar, ...] = ()
    threshold: Annotated[float, Field(ge=0, le=1)] | None = None
    batch_size: Annotated[int, Field(gt=0, le=100_000)] = 1000
    start_timeout: Seconds = 60.0
    request_timeout: Seconds = 60.0
