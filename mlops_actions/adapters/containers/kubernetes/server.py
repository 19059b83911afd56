"""A model server as a Job of the cluster, reached through its API: no route into the pod, and none out."""

from __future__ import annotations

import tempfile
import uuid
from contextlib import contextmanager
from typing import TYPE_CHECKING

from mlops_actions.adapters.containers.docker.engine import owner
from mlops_actions.adapters.containers.environment import SERVING_PORT, ContractPaths, serving_environment
from mlops_actions.adapters.containers.kubernetes import archive
from mlops_actions.adapters.containers.kubernetes.cluster import ApiError, Cluster, connect
from mlops_actions.adapters.containers.kubernetes.executor import opt_outs
from mlops_actions.adapters.containers.kubernetes.forward import forwarded
from mlops_actions.adapters.containers.kubernetes.job_run import JobRun
from mlops_actions.adapters.containers.kubernetes.leftovers import remove_job, remove_leftovers
from mlops_actions.adapters.containers.kubernetes.plan import Plan
from mlops_actions.adapters.containers.kubernetes.pod_log import PodLog
from mlops_actions.adapters.containers.log_capture import LogCapture
from mlops_actions.adapters.containers.outcome import exit_words
from mlops_actions.adapters.containers.server_ready import Server, wait_until_ready
from mlops_actions.errors import ConfigError, ContainerError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from mlops_actions.adapters.containers.job import ServingJob
    from mlops_actions.config.kubernetes import KubernetesConfig

_IN_MEMORY = 16 * 2**20
_LAST_LINES = 2.0  # seconds


@contextmanager
def serve_kubernetes(
    job: ServingJob, settings: KubernetesConfig, on_log: Callable[[str], None] | None = None
) -> Iterator[Server]:
    """The server of a model, ready; its Job is always removed on leaving.

    ServingError: it ended early or was not ready in time. ContainerError: the cluster cannot start it.
    """
    cluster = connect(settings.context, settings.namespace)
    try:
        remove_leftovers(cluster)
        with tempfile.SpooledTemporaryFile(_IN_MEMORY) as given:
            archive.pack(_files(job.model_dir), given, "model")
            plan = serving_plan(job, settings, given.tell())
            run = JobRun(cluster, plan, LogCapture(on_log), on_log or (lambda _: None))
            try:
                run.begin(given)
                yield from _serving(cluster, run, job)
            finally:
                remove_job(cluster, plan.name, wait=True)
    except ApiError as error:
        raise ContainerError(f"the cluster: {error.message[:600]}") from error
    finally:
        cluster.close()


def serving_plan(job: ServingJob, settings: KubernetesConfig, input_bytes: int) -> Plan:
    """The plan of a model server: no backoff, no claim; the model is brought in as a training's input is."""
    if job.image is None:
        raise ConfigError("serving in a cluster needs the image the model was trained in")
    return Plan(
        name=f"mlops-serve-{uuid.uuid4().hex[:12]}",
        image=job.image,
        arguments=job.command,
        environment=serving_environment(ContractPaths(), job.resources, seed=job.seed, classes=job.classes),
        kind="serve",
        resources=job.resources,
        hardening=job.hardening,
        settings=settings.model_copy(update={"backoff": 0}),
        owner=owner(),
        labels=job.labels,
        input_bytes=input_bytes,
    )


def _serving(cluster: Cluster, run: JobRun, job: ServingJob) -> Iterator[Server]:
    name = run.pod["metadata"]["name"]
    log = PodLog(cluster, name, run.capture)
    with forwarded(cluster, name, SERVING_PORT) as port:
        server = Server(
            f"http://127.0.0.1:{port}", run.capture, contained=True, opt_outs=opt_outs(job.hardening)
        )
        wait_until_ready(server, lambda: _ended(run, log), job.start_timeout)
        yield server


def _ended(run: JobRun, log: PodLog) -> str | None:
    seen = run.ended()
    if seen is None:
        return None
    log.finish(_LAST_LINES)
    if seen.stopped == "oom" or seen.child_killed:
        return "out of memory"
    return seen.detail or exit_words(seen.exit_code)


def _files(folder: Path) -> dict[str, Path]:
    return {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
