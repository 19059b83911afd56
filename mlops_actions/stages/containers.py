"""The training and serving contracts over the executors: docker when an engine answers, else a process."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from mlops_actions.errors import ConfigError, ContainerError, ServingError
from mlops_actions.results.training import TITLES, Environment, ModelRun
from mlops_actions.results.verdict import Outcome
from mlops_actions.stages.clusters import check_cluster, publisher
from mlops_actions.stages.data_at_hand import located, record_of
from mlops_actions.stages.image_trust import pushes, registry_of
from mlops_actions.stages.policy import check_uncontained
from mlops_actions.stages.pushed_image import check_registry, with_reference
from mlops_actions.stages.signed_model import check_model
from mlops_actions.stages.train_steps import StepsExecutor
from mlops_actions.stages.training_jobs import as_text, serving_job, train_config, training_job
from mlops_actions.stages.training_once import Once, train_once
from mlops_actions.stages.training_reuse import Reuse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from mlops_actions.adapters.containers.docker.executor import DockerExecutor
    from mlops_actions.adapters.containers.job import ServingJob
    from mlops_actions.adapters.containers.reuse_store import ReuseStore
    from mlops_actions.adapters.containers.server_ready import Server
    from mlops_actions.adapters.containers.serving_dialect import Dialect
    from mlops_actions.adapters.containers.training_run import TrainingRun
    from mlops_actions.config.model import Config
    from mlops_actions.config.train import TrainConfig
    from mlops_actions.results.envelope import InputRecord
    from mlops_actions.results.training import Role
    from mlops_actions.stages.context import RunContext

LOG_SECONDS = 0.2
PREPARE = {
    "docker": "prepare the image",
    "kubernetes": "look for the cluster",
    "process": "prepare the locked environment",
}
BASE_IMAGE = "MLOPS_BASE_IMAGE"  # a stand-in base on a machine without an image registry


@dataclass(frozen=True)
class ContractServer:
    """A running server behind POST /invocations."""

    base_url: str
    contained: bool
    batch_size: int
    timeout: float
    dialect: Dialect
    reaches_host: bool = False

    def predict(self, columns: Mapping[str, Sequence[Any]]) -> list[Any]:
        """One element per row, in order."""
        from mlops_actions.adapters.containers.serving_client import predict

        names = list(columns)
        rows = [dict(zip(names, values, strict=True)) for values in zip(*columns.values(), strict=True)]
        return list(predict(self.base_url, rows, names, self.batch_size, self.timeout, self.dialect))


class ContainerPort:
    """TrainPort and ServePort over adapters/containers.

    `forced` is the command line's --executor; `reuse`: whether unchanged trainings come from an earlier run.
    """

    def __init__(self, forced: str | None = None, *, reuse: bool = True) -> None:
        self._forced = forced
        self._reuse = reuse
        self.setup_seconds = 0.0  # of all trainings so far: making environments and images

    @cached_property
    def _engine(self) -> object | None:
        from mlops_actions.adapters.containers.docker.engine import docker_available

        return docker_available()

    def choose(self, context: RunContext) -> str:
        """The executor in force, with its reason said; refused before anything starts."""
        train = train_config(context.config)
        wanted = self._forced or train.executor
        if wanted == "kubernetes":
            check_cluster(context, train)
        if wanted == "docker" and (self._engine is None or not train.in_containers):
            lacking = "no container is declared" if not train.in_containers else "no engine answers"
            raise ContainerError(
                f"executor docker: {lacking}", hint="Start docker, or use --executor process on your machine."
            )
        chosen = wanted
        if wanted == "auto":
            chosen = "docker" if self._engine is not None and train.in_containers else "process"
        if chosen == "process":
            check_uncontained(context, chosen)
            if train.process is None:
                raise ConfigError(
                    "train.process: required without a container engine, and missing",
                    hint="Name command, serve and requirements; see mlops.yaml in README.md.",
                )
        reason = "asked for" if wanted != "auto" else f"auto: {_why(chosen, train)}"
        context.progress.step(f"executor {chosen} ({reason})")
        return chosen

    def prepare(self, context: RunContext) -> None:
        """Make what the candidate's training runs in, its image or locked environment, and no more."""
        chosen = self.choose(context)
        job = training_job(context, context.config, "candidate", context.root, 0, chosen)
        context.progress.step(PREPARE[chosen])
        self._trainer(chosen, context, context.config, "candidate").prepare(job, context.progress.log)

    def train(self, context: RunContext, config: Config, role: Role, source: Path, seed: int) -> ModelRun:
        """Train one model into results/models/<role>."""
        chosen = self._chosen(context)
        job = training_job(context, config, role, source, seed, chosen)
        goes = chosen == "docker" and role == "candidate" and pushes(context)
        if goes:
            check_registry(context, os.environ)

        def as_run(done: TrainingRun) -> ModelRun:
            return _model_run(context, config, role, seed, done)

        how = Once(context, self._trainer(chosen, context, config, role), chosen, as_run, self._reuse)
        run, setup_seconds = train_once(how, role, job)
        self.setup_seconds += setup_seconds
        if chosen == "docker":
            push = goes and run.outcome is Outcome.PASS
            run = with_reference(context, run, job, os.environ, push=push)
        return run

    def store(self, context: RunContext, executor: str) -> ReuseStore | str:
        """Where what earlier runs made is kept, or why none of it is reused."""
        return Reuse(context, executor, self._reuse).store

    def inputs(self, context: RunContext, config: Config, source: Path) -> tuple[InputRecord, ...]:
        """The training data of the candidate: one record of all its parts."""
        path = located(context, source / config.data.train, config.data.train)
        return (record_of("train", path, config.data.train),)

    @contextmanager
    def serve(
        self, context: RunContext, config: Config, run: ModelRun, source: Path
    ) -> Iterator[ContractServer]:
        """The server of a trained model, stopped on leaving."""
        check_model(context, run)
        job = serving_job(context, config, run, source)
        serving = config.serving
        from mlops_actions.adapters.containers.serving_dialect import spoken

        with _started(context, run, job) as server:
            try:
                timeout = serving.request_timeout
                dialect = spoken(server.base_url, timeout, serving.output, serving.model)
                contained = run.executor != "process"
                size, host = serving.batch_size, server.reaches_host
                yield ContractServer(server.base_url, contained, size, timeout, dialect, host)
            except ServingError as error:
                time.sleep(LOG_SECONDS)  # what it wrote of the error is on its way
                raise _told(error, run.role, server.log_tail()) from error

    def _chosen(self, context: RunContext) -> str:
        train = train_config(context.config)
        wanted = self._forced or train.executor
        if wanted != "auto":
            return wanted
        return "docker" if self._engine is not None and train.in_containers else "process"

    def _trainer(self, chosen: str, context: RunContext, config: Config, role: Role) -> Any:
        """The executor, of all steps where the training has some."""
        executor = self._executor(chosen, context)
        return StepsExecutor(context, config, role, executor) if train_config(config).steps else executor

    def _executor(self, chosen: str, context: RunContext) -> Any:
        if chosen == "kubernetes":
            from mlops_actions.adapters.containers.kubernetes.executor import KubernetesExecutor

            publish = publisher(context, os.environ, _docker(context))
            return KubernetesExecutor(train_config(context.config).kubernetes, publish)
        if chosen == "docker":
            return _docker(context)
        from mlops_actions.adapters.containers.process.executor import ProcessExecutor

        return ProcessExecutor(environ=dict(os.environ))


def _docker(context: RunContext) -> DockerExecutor:
    from mlops_actions.adapters.containers.docker.executor import DockerExecutor
    from mlops_actions.adapters.containers.docker.images import BuildOptions

    options = BuildOptions(base_image=os.environ.get(BASE_IMAGE))
    return DockerExecutor(options, registry=registry_of(context, os.environ))


def _started(context: RunContext, run: ModelRun, job: ServingJob) -> AbstractContextManager[Server]:
    """The server where its model was trained: the same engine, cluster or environment."""
    if run.executor == "kubernetes":
        from mlops_actions.adapters.containers.kubernetes.server import serve_kubernetes

        return serve_kubernetes(job, train_config(context.config).kubernetes)
    if run.executor == "docker":
        from mlops_actions.adapters.containers.docker.server import serve_docker as start
    else:
        from mlops_actions.adapters.containers.process.server import serve_process as start
    return start(job, dict(os.environ), None)


def _told(error: ServingError, role: Role, log_tail: tuple[str, ...]) -> ServingError:
    """The same error with whose server it was, and that server's last lines."""
    name = TITLES[role]
    first = error.problems[0]
    return ServingError(
        f"{name}: {first.message}",
        location=first.location,
        hint=first.hint,
        log_tail=error.log_tail or log_tail,
    )


def _why(chosen: str, train: TrainConfig) -> str:
    if chosen == "docker":
        return "an engine answers"
    return "no container engine answers" if train.in_containers else "no container is declared"


def _model_run(context: RunContext, config: Config, role: Role, seed: int, done: TrainingRun) -> ModelRun:
    train = train_config(config)
    limits = train_config(context.config).resources
    return ModelRun(
        role=role,
        sha=context.policy.base_sha if role == "baseline" else context.source.sha,
        outcome=Outcome.PASS if done.succeeded else Outcome.FAIL,
        reason=done.reason,
        sentence=done.sentence,
        executor=done.executor,
        contained=done.contained,
        opt_outs=done.opt_outs,
        exit_code=done.exit_code,
        duration_seconds=round(done.duration_seconds, 3),
        peak_rss_bytes=done.peak_rss_bytes,
        cpu_seconds=done.cpu_seconds,
        model_path=str(done.model_dir.relative_to(context.results.folder)),
        model_digest=done.model_digest,
        model_bytes=done.model_bytes,
        hyperparameters={name: as_text(value) for name, value in train.hyperparameters.items()},
        metrics=dict(done.metrics),
        seed=seed,
        environment=Environment(
            python=done.environment.python,
            platform=done.environment.platform,
            cpu_model=done.environment.cpu_model,
            cpu_limit=limits.cpus,
            memory_limit_bytes=limits.memory,
            image_digest=done.image_digest or "",
            lock_sha256=done.environment.lock_sha256,
        ),
        log_tail=done.log_tail,
        steps=done.steps,
    )
