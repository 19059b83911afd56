"""The image of a trusted training in the project's registry: known before the training, pushed after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.stages.image_trust import image_tag, registry_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlops_actions.adapters.containers.job import TrainingJob
    from mlops_actions.results.training import ModelRun
    from mlops_actions.stages.context import RunContext


def check_registry(context: RunContext, environ: Mapping[str, str]) -> None:
    """Log in, so that a wrong password is told before a training. ConfigError, ContainerError."""
    from mlops_actions.adapters.containers.docker.engine import connect

    registry = registry_of(context, environ)
    if registry is None:
        return
    client, _ = connect()
    try:
        registry.log_in(client)
    finally:
        client.close()


def with_reference(
    context: RunContext, run: ModelRun, job: TrainingJob, environ: Mapping[str, str], *, push: bool
) -> ModelRun:
    """The run with where its image can be pulled from, pushed there first if `push`. ContainerError."""
    reference = job.image or ""
    registry = registry_of(context, environ)
    if push and registry is not None:
        from mlops_actions.adapters.containers.docker.engine import connect

        context.progress.step(f"push the image to {registry.repository}")
        client, _ = connect()
        try:
            tag = image_tag(context)
            reference = registry.push(client, run.environment.image_digest, tag, context.progress.log)
        finally:
            client.close()
    environment = run.environment.model_copy(update={"image_reference": reference})
    return run.model_copy(update={"environment": environment})
