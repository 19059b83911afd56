"""Whether a training can run in a cluster, said before anything starts; and how a built image gets there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.adapters.containers.kubernetes.cluster import connect
from mlops_actions.errors import ConfigError
from mlops_actions.stages.image_trust import image_tag, pushes, registry_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mlops_actions.adapters.containers.docker.executor import DockerExecutor
    from mlops_actions.adapters.containers.job import TrainingJob
    from mlops_actions.config.container import ContainerConfig
    from mlops_actions.config.train import TrainConfig
    from mlops_actions.stages.context import RunContext

NAME_IT = "Push it to a registry and name it in train.container.image as name@sha256:..."


def check_cluster(context: RunContext, train: TrainConfig) -> None:
    """An image that a cluster can pull is named, or can be pushed by this run, and the cluster answers.

    Raises:
        ConfigError: no container is declared, or one is built that does not get to a registry.
        DependencyError: the extra is not installed.
        ContainerError: no cluster is configured, or it does not answer.
    """
    containers = _containers(train)
    if not containers:
        raise ConfigError(
            "executor kubernetes: train.container is not declared",
            hint="Name the image in train.container.image as name@sha256:...",
        )
    if any(each.image is None for each in containers):
        if train.registry is None:
            raise ConfigError(
                "executor kubernetes: train.container.build makes an image that no cluster can pull",
                hint=f"{NAME_IT}, or declare train.registry.",
            )
        if not pushes(context):
            raise ConfigError(
                "executor kubernetes: this run may not push the image it builds: only runs of pushes, merge "
                "queues and schedules push",
                hint=NAME_IT,
            )
    connect(train.kubernetes.context, train.kubernetes.namespace).close()


def publisher(
    context: RunContext, environ: Mapping[str, str], builder: DockerExecutor
) -> Callable[[TrainingJob, Callable[[str], None] | None], str] | None:
    """What builds a job's image with this machine's engine and pushes it; None where the run may not."""
    registry = registry_of(context, environ) if pushes(context) else None
    if registry is None:
        return None

    def publish(job: TrainingJob, on_log: Callable[[str], None] | None) -> str:
        from mlops_actions.adapters.containers.docker.engine import connect as engine

        image = builder.prepare(job, on_log)
        client, _ = engine()
        try:
            role = job.labels.get("mlops-actions.role", "candidate")
            tag = image_tag(context) if role == "candidate" else f"{image_tag(context)}-{role}"
            return registry.push(client, image, tag, on_log)
        finally:
            client.close()

    return publish


def _containers(train: TrainConfig) -> list[ContainerConfig]:
    """Of the training, or of each of its steps."""
    own = [step.container or train.container for step in train.steps] or [train.container]
    return [each for each in own if each is not None]
