"""Training in a container: no network, read-only root, nothing mounted but the declared channels."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from mlops_actions.adapters.containers import staging
from mlops_actions.adapters.containers.docker.build_log import BuildLog
from mlops_actions.adapters.containers.docker.engine import EngineInfo, connect, remove_leftovers
from mlops_actions.adapters.containers.docker.images import BuildOptions, build
from mlops_actions.adapters.containers.docker.options import (
    container_options,
    container_user,
    covered_volumes,
    opt_outs,
)
from mlops_actions.adapters.containers.docker.placing import place
from mlops_actions.adapters.containers.docker.pulling import pull
from mlops_actions.adapters.containers.docker.watch import ContainerWatch
from mlops_actions.adapters.containers.environment import (
    ContractPaths,
    training_environment,
    write_input_config,
)
from mlops_actions.adapters.containers.exclusion import Exclusion
from mlops_actions.adapters.containers.handed import make_readable
from mlops_actions.adapters.containers.log_capture import LogCapture
from mlops_actions.adapters.containers.machine import cpu_model
from mlops_actions.adapters.containers.outcome import judge_job, lock_digest
from mlops_actions.adapters.containers.training_run import EnvironmentSummary, TrainingRun
from mlops_actions.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from docker import DockerClient

    from mlops_actions.adapters.containers.docker.registry import Registry
    from mlops_actions.adapters.containers.job import TrainingJob


@dataclass(frozen=True)
class DockerExecutor:
    """Runs jobs in the engine that answers. Build options are the caller's, never the repository's."""

    build_options: BuildOptions = field(default_factory=BuildOptions)
    grace_seconds: int = 5
    registry: Registry | None = None

    def train(self, job: TrainingJob, on_log: Callable[[str], None] | None = None) -> TrainingRun:
        """Build or pull, run to the end, read what it left; the container is always removed.

        ConfigError, InputError, TrustError, ContainerError: it could not start.
        TrainingError: metrics.json is wrong.
        """
        channels = staging.channel_files(job)
        client, engine = connect()
        try:
            remove_leftovers(client)
            began = time.monotonic()
            image = self.image(client, job, on_log)
            setup_seconds = time.monotonic() - began
            with staging.scratch_folder(None) as scratch:
                run = self._train(client, engine, job, image, channels, scratch, on_log)
            return replace(run, setup_seconds=setup_seconds)
        finally:
            client.close()

    def prepare(self, job: TrainingJob, on_log: Callable[[str], None] | None = None) -> str:
        """Build or pull the image of the job; its id. ConfigError, TrustError, ContainerError."""
        client, _ = connect()
        try:
            return self.image(client, job, on_log)
        finally:
            client.close()

    def image(self, client: DockerClient, job: TrainingJob, on_log: Callable[[str], None] | None) -> str:
        """The id of the image the job names or builds."""
        if job.image is not None:
            return pull(client, job.image, self.registry, on_log)
        if job.build is None:
            raise ConfigError("train.container: neither build nor image is declared")
        exclusion = Exclusion.of(job.left_out, job.withheld)
        environ = self.build_options.environ
        hidden = [environ[name] for name in job.build.secrets.values() if name in environ]
        log = BuildLog(on_log, job.output / "build.log", hidden)
        return build(client, job.source, job.build, exclusion, self.build_options, log)

    def _train(
        self,
        client: DockerClient,
        engine: EngineInfo,
        job: TrainingJob,
        image: str,
        channels: Mapping[str, Mapping[str, Path]],
        scratch: Path,
        on_log: Callable[[str], None] | None,
    ) -> TrainingRun:
        user = container_user(job.hardening, engine)
        write_input_config(scratch / "config", channels, job.hyperparameters)
        options = container_options(job.resources, job.hardening, engine, job.labels)
        config = client.images.get(image).attrs["Config"]
        if not job.hardening.network:
            options["network_mode"] = "none"
        capture = LogCapture(on_log)
        made_for = image, user, options["labels"]
        with place(client, engine, job, channels, scratch / "config", made_for) as placed:
            taken = [each["Target"] for each in placed.mounts]
            covered = covered_volumes(config, taken, job.resources, options["labels"])
            watch = ContainerWatch(job.resources, placed.guard, capture, self.grace_seconds, engine.local)
            model, output = (job.output.resolve() / name for name in ("model", "output"))
            with staging.kept_only_whole(model, output):
                ended = watch.run(
                    client,
                    image,
                    list(job.command),
                    environment=_environment(job, channels),
                    mounts=[*placed.mounts, *covered],
                    **options,
                )
                judged = judge_job(placed.collect(ended), job, model, output)
                make_readable(judged.handed)
        return TrainingRun(
            executor="docker",
            contained=True,
            reason=judged.reason,
            sentence=judged.sentence,
            exit_code=ended.exit_code,
            duration_seconds=ended.duration_seconds,
            model_dir=job.output / "model",
            model_digest=judged.model.digest,
            model_bytes=judged.model.size_bytes,
            peak_rss_bytes=watch.peak_bytes or None,
            cpu_seconds=watch.cpu_seconds or None,
            log_tail=ended.log_tail,
            failure=judged.failure,
            metrics=judged.metrics,
            image_digest=image,
            opt_outs=opt_outs(job.hardening, engine),
            handed=judged.handed,
            environment=EnvironmentSummary(
                _image_python(config), engine.platform, cpu_model(), lock_digest(job.requirements)
            ),
        )


def _environment(job: TrainingJob, channels: Mapping[str, Mapping[str, Path]]) -> dict[str, str]:
    """The contract's variables for this job."""
    return training_environment(
        ContractPaths(),
        channels,
        job.hyperparameters,
        job.resources,
        seed=job.seed,
        source_date_epoch=job.source_date_epoch,
        variation=job.variation,
        hands_over=job.hands_over or (),
    )


def _image_python(config: Mapping[str, Any]) -> str:
    """PYTHON_VERSION as official images declare it, else empty."""
    variables = config.get("Env") or []
    return next((each.partition("=")[2] for each in variables if each.startswith("PYTHON_VERSION=")), "")
