"""Training in a container: no network, read-only root, nothing mounted but the declared channels."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from mlops_actions.adapters.containers import staging
from mlops_actions.adapters.containers.docker.build_log import BuildLog
from mlops_actions.adapters.containers.docker.engine import EngineInfo, connect, remove_leftovers
from mlops_actions.adapters.containers.docker.images import BuildOptions, build, pull
from mlops_actions.adapters.containers.docker.options import (
    container_options,
    container_user,
    opt_outs,
)
from mlops_actions.adapters.containers.docker.watch import ContainerWatch
from mlops_actions.adapters.containers.environment import (
    ContractPaths,
    training_environment,
    write_input_config,
)
from mlops_actions.adapters.containers.exclusion import Exclusion
from mlops_actions.adapters.containers.log_capture import LogCapture
from mlops_actions.adapters.containers.machine import cpu_model
from mlops_actions.adapters.containers.outcome import judge_end, lock_digest, without_partial
from mlops_actions.adapters.containers.training_run import EnvironmentSummary, TrainingRun
from mlops_actions.errors import ConfigError, InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from docker import DockerClient

    from mlops_actions.adapters.containers.job import TrainingJob

_WORLD_READABLE = 0o004


@dataclass(frozen=True)
class DockerExecutor:
    """Runs jobs in the engine that answers. Build options are the caller's, never the repository's."""

    build_options: BuildOptions = field(default_factory=BuildOptions)
    grace_seconds: int = 5

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
        """The id of the job's image, built or pulled. ConfigError, TrustError, ContainerError."""
        client, _ = connect()
        try:
            return self.image(client, job, on_log)
        finally:
            client.close()

    def image(self, client: DockerClient, job: TrainingJob, on_log: Callable[[str], None] | None) -> str:
        """The id of the image the job names or builds."""
        if job.image is not None:
            return pull(client, job.image)
        if job.build is None:
            raise ConfigError("train.container: neither build nor image is declared")
        exclusion = Exclusion.of(job.left_out, job.withheld)
        log = BuildLog(on_log, job.output / "build.log")
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
        paths = ContractPaths()
        user = container_user(job.hardening, engine)
        model, output = _output_folders(job.output, user)
        write_input_config(scratch / "config", channels, job.hyperparameters)
        scratch.chmod(0o755)
        environment = training_environment(
            paths,
            channels,
            job.hyperparameters,
            job.resources,
            seed=job.seed,
            source_date_epoch=job.source_date_epoch,
            variation=job.variation,
        )
        mounts = _mounts(paths, channels, scratch, (model, output), user)
        options = container_options(job.resources, job.hardening, engine, job.labels)
        if not job.hardening.network:
            options["network_mode"] = "none"
        capture = LogCapture(on_log)
        watch = ContainerWatch(job.resources, (model, output), capture, self.grace_seconds)
        with staging.kept_only_whole(model):
            ended = watch.run(
                client, image, list(job.command), environment=environment, mounts=mounts, **options
            )
            staging.drop_links(output)
            judged = without_partial(judge_end(ended, job.resources, model, output), model, output)
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
            environment=EnvironmentSummary(
                _image_python(client, image), engine.platform, cpu_model(), lock_digest(job.requirements)
            ),
        )


def _mounts(
    paths: ContractPaths,
    channels: Mapping[str, Mapping[str, Path]],
    scratch: Path,
    written: tuple[Path, Path],
    user: str,
) -> list[Any]:
    """Configuration and channels, read-only; model and output, written."""
    mounts = [_mount(scratch / "config", paths.under("input", "config"))]
    for name, files in channels.items():
        for relative, file in files.items():
            mounts.append(_mount(_readable(name, file, user), paths.under("input", "data", name, relative)))
    model, output = written
    mounts.append(_mount(model, paths.under("model"), read_only=False))
    mounts.append(_mount(output, paths.under("output"), read_only=False))
    return mounts


def _output_folders(output: Path, user: str) -> tuple[Path, Path]:
    output.mkdir(parents=True, exist_ok=True)
    made = staging.empty_folder(output.resolve() / "model"), staging.empty_folder(output.resolve() / "output")
    (made[1] / "data").mkdir()
    if os.getuid() == 0:
        uid = int(user.partition(":")[0])
        for folder in (*made, made[1] / "data"):
            os.chown(folder, uid, uid)
    return made


def _mount(source: Path, target: str, *, read_only: bool = True) -> Any:
    from docker.types import Mount  # noqa: PLC0415 - heavy, optional

    return Mount(target=target, source=str(source), type="bind", read_only=read_only)


def _readable(channel: str, file: Path, user: str) -> Path:
    """The file when the user inside can read it; InputError otherwise (a mount keeps the owner's mode)."""
    owner = file.stat()
    if str(owner.st_uid) != user.partition(":")[0] and not owner.st_mode & _WORLD_READABLE:
        raise InputError(
            f"channel {channel}: {file.name} cannot be read by user {user} inside the container",
            hint=f"Run `chmod o+r {file.name}`.",
        )
    return file


def _image_python(client: DockerClient, image: str) -> str:
    """PYTHON_VERSION as official images declare it, else empty."""
    variables = client.images.get(image).attrs["Config"].get("Env") or []
    return next((each.partition("=")[2] for each in variables if each.startswith("PYTHON_VERSION=")), "")
