"""Training as a Kubernetes Job: the contract of the containers, the results of every executor."""

from __future__ import annotations

import tempfile
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import IO, TYPE_CHECKING

from mlops_actions.adapters.containers import staging
from mlops_actions.adapters.containers.docker.engine import owner
from mlops_actions.adapters.containers.environment import (
    ContractPaths,
    training_environment,
    write_input_config,
)
from mlops_actions.adapters.containers.handed import make_readable
from mlops_actions.adapters.containers.kubernetes import archive, pod_state
from mlops_actions.adapters.containers.kubernetes.cluster import ApiError, Cluster, connect
from mlops_actions.adapters.containers.kubernetes.job_run import JobRun
from mlops_actions.adapters.containers.kubernetes.leftovers import remove_leftovers
from mlops_actions.adapters.containers.kubernetes.plan import Plan, as_label
from mlops_actions.adapters.containers.log_capture import LogCapture
from mlops_actions.adapters.containers.outcome import Ended, judge_job, lock_digest
from mlops_actions.adapters.containers.training_run import EnvironmentSummary, TrainingRun
from mlops_actions.config.kubernetes import KubernetesConfig
from mlops_actions.errors import ConfigError, ContainerError, TrainingError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from mlops_actions.adapters.containers.job import Hardening, TrainingJob
    from mlops_actions.adapters.containers.kubernetes.pod_state import Seen

Publish = Callable[["TrainingJob", Callable[[str], None] | None], str]
_IN_MEMORY = 16 * 2**20
NO_PIDS = "pids limit not enforced by Kubernetes"


@dataclass(frozen=True)
class KubernetesExecutor:
    """Runs trainings as Jobs of a cluster.

    publish: builds a job's image and pushes it to where the cluster pulls from; its name@sha256:...
    """

    settings: KubernetesConfig = field(default_factory=KubernetesConfig)
    publish: Publish | None = None

    def train(self, job: TrainingJob, on_log: Callable[[str], None] | None = None) -> TrainingRun:
        """Bring the input in, run to the end, take out what it wrote; the Job is always removed.

        ConfigError, InputError, TrustError, ContainerError: it could not start.
        TrainingError: metrics.json is wrong.
        """
        channels = staging.channel_files(job)
        cluster = connect(self.settings.context, self.settings.namespace)
        try:
            dead = _leftovers(cluster)
            began = time.monotonic()
            job = replace(job, image=self.image(job, on_log))
            setup_seconds = time.monotonic() - began
            with staging.scratch_folder(None) as scratch, tempfile.SpooledTemporaryFile(_IN_MEMORY) as given:
                size = _pack(job, channels, scratch, given)
                plan = training_plan(job, self.settings, tuple(channels), size, dead=dead, owner=owner())
                run = self._train(cluster, plan, job, given, on_log)
            return replace(run, setup_seconds=setup_seconds)
        finally:
            cluster.close()

    def prepare(self, job: TrainingJob, on_log: Callable[[str], None] | None = None) -> str:
        """The image that the nodes will pull, pushed if it has to be. ConfigError, ContainerError."""
        connect(self.settings.context, self.settings.namespace).close()
        return self.image(job, on_log)

    def image(self, job: TrainingJob, on_log: Callable[[str], None] | None) -> str:
        """The image's name by digest. ConfigError: none is named, and nothing can publish one."""
        if job.image is not None:
            return job.image
        if self.publish is None or job.build is None:
            raise ConfigError(
                "executor kubernetes: a cluster pulls its image, and none is named by digest",
                hint="Push it and name it in train.container.image as name@sha256:..., instead of build.",
            )
        return self.publish(job, on_log)

    def _train(
        self,
        cluster: Cluster,
        plan: Plan,
        job: TrainingJob,
        given: IO[bytes],
        on_log: Callable[[str], None] | None,
    ) -> TrainingRun:
        model, output = _output_folders(job.output)
        capture = LogCapture(on_log)
        run = JobRun(cluster, plan, capture, on_log or (lambda _: None))
        with staging.kept_only_whole(model, output), tempfile.SpooledTemporaryFile(_IN_MEMORY) as taken:
            seen, there = run.train(given, taken, job.resources.disk_bytes)
            seen = _put(seen, taken, there, (model, output), job.resources.disk_bytes)
            _put_metrics(seen, output, capture.tail)
            ended = Ended(
                seen.exit_code, run.seconds, seen.stopped, seen.detail, capture.tail, seen.child_killed
            )
            judged = judge_job(ended, job, model, output)
            make_readable(judged.handed)
        return TrainingRun(
            executor="kubernetes",
            contained=True,
            reason=judged.reason,
            sentence=judged.sentence,
            exit_code=ended.exit_code,
            duration_seconds=ended.duration_seconds,
            model_dir=job.output / "model",
            model_digest=judged.model.digest,
            model_bytes=judged.model.size_bytes,
            log_tail=ended.log_tail,
            failure=judged.failure,
            metrics=judged.metrics,
            image_digest=plan.image,
            opt_outs=opt_outs(job.hardening),
            handed=judged.handed,
            environment=EnvironmentSummary(
                platform=_platform(cluster), lock_sha256=lock_digest(job.requirements)
            ),
        )


def training_plan(
    job: TrainingJob,
    settings: KubernetesConfig,
    channels: tuple[str, ...],
    input_bytes: int,
    *,
    name: str = "",
    owner: str = "",
    dead: tuple[str, ...] = (),
) -> Plan:
    """The plan of a training whose image is known."""
    role = as_label(job.labels.get("mlops-actions.role", "train")).lower().replace("_", "-").replace(".", "-")
    environment = training_environment(
        ContractPaths(),
        channels,
        job.hyperparameters,
        job.resources,
        seed=job.seed,
        source_date_epoch=job.source_date_epoch,
        variation=job.variation,
        hands_over=job.hands_over or (),
    )
    return Plan(
        name=name or f"mlops-{role[:30]}-{uuid.uuid4().hex[:12]}",
        image=job.image or "",
        arguments=job.command,
        environment=environment,
        resources=job.resources,
        hardening=job.hardening,
        settings=settings,
        owner=owner,
        labels=job.labels,
        input_bytes=input_bytes,
        dead=dead,
        made=job.hands_over or (),
    )


def opt_outs(hardening: Hardening) -> tuple[str, ...]:
    """What was given up, by the configuration or because a cluster has no such limit for one pod."""
    return (*hardening.opt_outs, NO_PIDS)


def _leftovers(cluster: Cluster) -> tuple[str, ...]:
    try:
        return remove_leftovers(cluster)
    except ApiError as error:
        raise ContainerError(
            f"the cluster does not list Jobs: {error.message[:600]}",
            hint="docs/kubernetes.md lists the rights that are needed.",
        ) from error


def _pack(
    job: TrainingJob, channels: Mapping[str, Mapping[str, Path]], scratch: Path, given: IO[bytes]
) -> int:
    """The archive of /opt/ml/input; its size."""
    write_input_config(scratch / "config", channels, job.hyperparameters)
    files = {f"config/{path.name}": path for path in (scratch / "config").iterdir()}
    for name, channel in channels.items():
        files |= {f"data/{name}/{relative}": path for relative, path in channel.items()}
    archive.pack(files, given, "input")
    return given.tell()


def _output_folders(output: Path) -> tuple[Path, Path]:
    output.mkdir(parents=True, exist_ok=True)
    made = staging.empty_folder(output.resolve() / "model"), staging.empty_folder(output.resolve() / "output")
    (made[1] / "data").mkdir()
    return made


def _put(seen: Seen, taken: IO[bytes], there: bool, folders: tuple[Path, Path], limit: int) -> Seen:
    """Lay what was taken into the folders of this machine."""
    if not there:
        return seen
    archive.check_whole(taken)
    try:
        archive.unpack(taken, {"model": folders[0], "output": folders[1]}, limit)
    except archive.TooLargeError:
        return replace(seen, exit_code=None, stopped="disk")
    return seen


def _put_metrics(seen: Seen, output: Path, log_tail: tuple[str, ...]) -> None:
    """The termination message is the file metrics.json: the kubelet keeps it beside the volume."""
    file = output / "metrics.json"
    file.unlink(missing_ok=True)  # what lies in the volume is the empty place of the kubelet's file
    if not seen.message:
        return
    if seen.exit_code == 0 and len(seen.message.encode()) >= pod_state.MESSAGE_BYTES:
        raise TrainingError(
            f"output/metrics.json: {pod_state.MESSAGE_BYTES:,} bytes or more; Kubernetes passes fewer on",
            hint="Write fewer metrics, and the rest into SM_OUTPUT_DATA_DIR.",
            log_tail=log_tail,
        )
    file.write_text(seen.message, encoding="utf-8")


def _platform(cluster: Cluster) -> str:
    try:
        version = cluster.get("/version")
    except ApiError:
        return ""
    return f"kubernetes {version.get('gitVersion', '')} {version.get('platform', '')}"
