"""The `train:`, `predictions:` and `serving:` parts."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from mlops_actions.config.base import ConfigModel, Mistakes, Name, RelativePath, switch
from mlops_actions.config.container import ContainerConfig, Hardening, ProcessConfig, Resources
from mlops_actions.config.kubernetes import KubernetesConfig
from mlops_actions.config.ladder import LadderConfig
from mlops_actions.config.registry import RegistryConfig, TrainContainer
from mlops_actions.config.signing import SigningConfig
from mlops_actions.config.steps import MOST, StepConfig
from mlops_actions.config.steps_graph import mistakes
from mlops_actions.config.units import Seconds

Scalar = str | bool | int | float


class TrainConfig(ConfigModel):
    """How a model is made."""

    container: TrainContainer | None = None
    registry: RegistryConfig | None = None
    process: ProcessConfig | None = None
    command: tuple[Name, ...] = ("train",)
    executor: Literal["auto", "docker", "process", "kubernetes"] = "auto"
    kubernetes: KubernetesConfig = KubernetesConfig()
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
    ladder: Annotated[
        Literal["off", "auto"] | LadderConfig,
        switch("auto", "off", written=Literal["off", "auto"] | LadderConfig),
    ] = "auto"
    steps: Annotated[tuple[StepConfig, ...], Field(max_length=MOST)] = ()

    @model_validator(mode="after")
    def _something_to_run(self) -> TrainConfig:
        if self.process is None and not self.in_containers:
            message = "at least one of container and process is required"
            raise ValueError(message)
        if self.steps and (found := mistakes(self)):
            raise Mistakes(found)
        return self

    def simple_models(self) -> LadderConfig | None:
        """How the ladder is climbed, or None where it is off."""
        if self.ladder == "off":
            return None
        return LadderConfig() if self.ladder == "auto" else self.ladder

    @property
    def containers(self) -> tuple[ContainerConfig, ...]:
        """What the training runs in, the container of the model's server last."""
        if not self.steps:
            return (self.container,) if self.container is not None else ()
        used = [step.container or self.container for step in self.steps]
        return tuple(container for container in used if container is not None)

    @property
    def in_containers(self) -> bool:
        """Whether everything that runs names a container: the training, or each of its steps."""
        if self.container is not None:
            return True
        return bool(self.steps) and all(step.container is not None for step in self.steps)


class PredictionsConfig(ConfigModel):
    """Results made elsewhere instead of `train:` (a GPU cluster made them)."""

    candidate: RelativePath
    baseline: RelativePath | None = None


class ServingConfig(ConfigModel):
    """What the model's API answers."""

    output: Literal["label", "probability", "both"] = "both"
    classes: tuple[Scalar, ...] = ()
    model: Name | None = None  # in a server of several (Open Inference Protocol)
    threshold: Annotated[float, Field(ge=0, le=1)] | None = None
    batch_size: Annotated[int, Field(gt=0, le=100_000)] = 1000
    start_timeout: Seconds = 60.0
    request_timeout: Seconds = 60.0
