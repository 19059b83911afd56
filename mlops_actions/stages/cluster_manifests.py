"""`mlops render kubernetes`: the documents that a training would make, for review or for GitOps."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mlops_actions.adapters.containers.environment import ContractPaths, training_environment
from mlops_actions.adapters.containers.job import Hardening, Resources
from mlops_actions.adapters.containers.kubernetes.manifests import documents
from mlops_actions.adapters.containers.kubernetes.pipeline import StepPlan, pipeline_documents
from mlops_actions.adapters.containers.kubernetes.plan import Plan
from mlops_actions.config.steps_graph import made_by, ordered
from mlops_actions.errors import ConfigError
from mlops_actions.stages.training_jobs import as_text, train_config

if TYPE_CHECKING:
    from mlops_actions.config.container import ContainerConfig
    from mlops_actions.config.container import Hardening as HardeningConfig
    from mlops_actions.config.container import Resources as ResourcesConfig
    from mlops_actions.config.model import Config
    from mlops_actions.config.steps import StepConfig
    from mlops_actions.config.train import TrainConfig

CHANNEL = "train"


def cluster_manifests(
    config: Config, image: str | None = None, input_bytes: int = 0
) -> tuple[dict[str, Any], ...]:
    """In the order in which they are applied: the policy before the Job.

    Args:
        config: of the project.
        image: by digest, for what the configuration builds.
        input_bytes: of the data that the training reads.

    Raises:
        ConfigError: an image is not known by its digest; a step wants a network that the others do not.
    """
    train = train_config(config)
    channels = (CHANNEL, *train.channels)
    whole = Plan(
        name=f"mlops-{config.project.lower().replace('_', '-')[:40].strip('-')}",
        image=image or "",
        arguments=train.command,
        environment=_environment(train, channels, train.resources, ()),
        resources=_resources(train.resources),
        hardening=_hardening(train.hardening),
        settings=train.kubernetes,
        labels={"mlops-actions.role": "candidate"},
        input_bytes=input_bytes,
        watched=False,
    )
    if not train.steps:
        return documents(replace(whole, image=_image(train.container, image, "train.container")))
    steps = tuple(_step(train, step, whole, image) for step in ordered(train.steps))
    return pipeline_documents(replace(whole, image=steps[-1].plan.image), steps)


def _step(train: TrainConfig, step: StepConfig, whole: Plan, image: str | None) -> StepPlan:
    makers = made_by(train.steps)
    reads = {name: makers[name].id if name in makers else "" for name in step.inputs}
    hardening = step.hardening or train.hardening
    if hardening.network != train.hardening.network:
        raise ConfigError(
            f"train.steps, {step.id}: one pod has one network, and this step's differs from the training's",
            hint="Give all steps the same train.hardening.network, or run them with `mlops train`.",
        )
    limits = step.limits(train.resources)
    plan = replace(
        whole,
        image=_image(step.container or train.container, image, f"train.steps, {step.id}"),
        arguments=step.command,
        environment=_environment(train, tuple(reads), limits, step.outputs),
        resources=_resources(limits),
        hardening=_hardening(hardening),
    )
    return StepPlan(step.id, plan, reads, step.outputs)


def _environment(
    train: TrainConfig, channels: tuple[str, ...], limits: ResourcesConfig, outputs: tuple[str, ...]
) -> dict[str, str]:
    hyperparameters = {name: as_text(value) for name, value in train.hyperparameters.items()}
    return training_environment(
        ContractPaths(), channels, hyperparameters, _resources(limits), seed=train.seed, hands_over=outputs
    )


def _image(container: ContainerConfig | None, image: str | None, where: str) -> str:
    found = container.image if container is not None and container.image is not None else image
    if found is None or "@sha256:" not in found:
        raise ConfigError(
            f"{where}: a cluster pulls its image by digest, and none is known",
            hint="Push it, and name it: --image NAME@sha256:...",
        )
    return found


def _resources(given: ResourcesConfig) -> Resources:
    return Resources(given.cpus, given.memory, given.timeout, given.disk, given.pids)


def _hardening(given: HardeningConfig) -> Hardening:
    return Hardening(**given.model_dump())
