"""Whether a training can run in a cluster, said before anything starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.adapters.containers.kubernetes.cluster import connect
from mlops_actions.errors import ConfigError

if TYPE_CHECKING:
    from mlops_actions.config.train import TrainConfig


def check_cluster(train: TrainConfig) -> None:
    """An image that a cluster can pull is named, and the cluster answers.

    Raises:
        ConfigError: no container is declared, or one that would have to be built.
        DependencyError: the extra is not installed.
        ContainerError: no cluster is configured, or it does not answer.
    """
    if train.container is None:
        raise ConfigError(
            "executor kubernetes: train.container is not declared",
            hint="Name the image in train.container.image as name@sha256:...",
        )
    if train.container.image is None:
        raise ConfigError(
            "executor kubernetes: train.container.build makes an image that no cluster can pull",
            hint="Push it to a registry and name it in train.container.image as name@sha256:...",
        )
    connect(train.kubernetes.context, train.kubernetes.namespace).close()
