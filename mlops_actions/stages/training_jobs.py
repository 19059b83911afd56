"""From the configuration to what an executor is asked for: training and serving jobs."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from mlops_actions.adapters.containers.job import BuildSpec, Hardening, Resources, ServingJob, TrainingJob
from mlops_actions.adapters.datasets.parts import is_pattern, is_there, parts_of
from mlops_actions.errors import ConfigError
from mlops_actions.stages.data_at_hand import linked_objects, located
from mlops_actions.stages.image_trust import build_secrets
from mlops_actions.stages.step_network import without_network

if TYPE_CHECKING:
    from pathlib import Path

    from mlops_actions.config.container import ContainerConfig
    from mlops_actions.config.model import Config
    from mlops_actions.config.train import TrainConfig
    from mlops_actions.results.training import ModelRun, Role
    from mlops_actions.stages.context import RunContext


def train_config(config: Config) -> TrainConfig:
    """The `train:` part; ConfigError when it is missing."""
    if config.train is None:
        raise ConfigError("train: required to train a model, and missing")
    return config.train


def _train_data(context: RunContext, source: Path, shown: str) -> tuple[Path, ...]:
    """A file, a folder, or the parts that a pattern matches; data behind a pointer from where it is."""
    path = located(context, source / shown, shown)
    return parts_of(path, shown).paths if is_pattern(path) else (path,)


def _channel(source: Path, pattern: str) -> tuple[Path, ...]:
    if any(sign in pattern for sign in "*?["):
        return tuple(sorted(source.glob(pattern)))
    return (source / pattern,)


def training_job(
    context: RunContext, config: Config, role: Role, source: Path, seed: int, chosen: str
) -> TrainingJob:
    """What the executor is asked for: only the train channel (and declared extra ones) is visible."""
    train = train_config(config)
    ceiling = train_config(context.config)
    output = context.results.folder / "models" / role
    output.mkdir(parents=True, exist_ok=True)
    contained = chosen != "process"
    channels = {"train": _train_data(context, source, config.data.train)}
    channels |= {name: _channel(source, path) for name, path in train.channels.items()}
    own = train.steps[-1].container if train.steps else None  # what serves the model
    build, image = image_of(context, train, own, f"{image_name(context)}:{role}")
    return TrainingJob(
        source=source,
        output=output,
        channels=channels,
        command=_command(train, contained=contained),
        build=build if contained else None,
        image=image if contained else None,
        requirements=None if contained else _model_lock(train, source),
        hyperparameters={name: as_text(value) for name, value in train.hyperparameters.items()},
        seed=seed,
        resources=_resources(ceiling),
        hardening=Hardening(**ceiling.hardening.model_dump()),
        excluded=_excluded(config),
        withheld=_withheld(context, config),
        labels={"mlops-actions.role": role},
        declared=channels,
        cached=linked_objects(context, channels.values()),
        without_network=without_network(context, train, role, channels),
    )


def serving_job(context: RunContext, config: Config, run: ModelRun, source: Path) -> ServingJob:
    """The server of a trained model, under the ceilings and hardening of what wrote it (the last step)."""
    train, ceiling = train_config(config), train_config(context.config)
    process = train.process
    hardening = (train.steps[-1].hardening if train.steps else None) or ceiling.hardening
    contained = run.executor != "process"
    network = hardening.network and (not run.steps or "network" in run.steps[-1].opt_outs)
    return ServingJob(
        model_dir=context.results.folder / run.model_path,
        source=source,
        command=("serve",) if contained or process is None else process.serve,
        image=run.environment.image_digest if contained else None,
        requirements=None if contained else _model_lock(train, source),
        resources=_resources(ceiling),
        hardening=replace(Hardening(**hardening.model_dump()), network=network),
        excluded=_excluded(config),
        withheld=_withheld(context, config),
        seed=run.seed,
        start_timeout=config.serving.start_timeout,
        classes=tuple(config.serving.classes),
        labels={"mlops-actions.role": run.role},
    )


def image_name(context: RunContext) -> str:
    """One a project on this machine, so that a newer image of a role takes the place of the older."""
    place = str(context.root / context.config_file)
    return f"mlops-actions/{hashlib.sha256(place.encode()).hexdigest()[:12]}"


def build_tag(context: RunContext, job: TrainingJob) -> str:
    """The name of the newest image of a job's role."""
    return f"{image_name(context)}:{job.labels['mlops-actions.role']}"


def image_of(
    context: RunContext, train: TrainConfig, own: ContainerConfig | None, tag: str
) -> tuple[BuildSpec | None, str | None]:
    """What to build under which tag, or which image to run: a step's own, else the training's.

    Build secrets are those of `train.container`, and no step's own Dockerfile has them.
    """
    container = own or train.container
    if container is None:
        return None, None
    if container.build is None:
        return None, container.image
    secrets = build_secrets(context) if own is None else {}
    build = BuildSpec(container.build, container.dockerfile, dict(container.build_args), tag)
    return replace(build, secrets=secrets), None


def _requirements(train: TrainConfig, source: Path) -> Path | None:
    return source / train.process.requirements if train.process is not None else None


def _command(train: TrainConfig, *, contained: bool) -> tuple[str, ...]:
    """What starts the training; with steps no program, but all that tells one pipeline from another."""
    if train.steps:
        return tuple(step.model_dump_json() for step in train.steps)
    return train.command if contained or train.process is None else train.process.command


def _model_lock(train: TrainConfig, source: Path) -> Path | None:
    """Of the step that wrote the model, where there are steps."""
    own = train.steps[-1].process if train.steps else None
    if own is not None and own.requirements is not None:
        return source / own.requirements
    return _requirements(train, source)


def _resources(train: TrainConfig) -> Resources:
    given = train.resources
    return Resources(given.cpus, given.memory, given.timeout, given.disk, given.pids)


def as_text(value: object) -> str:
    """A hyperparameter as the contract passes it: text."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _excluded(config: Config) -> tuple[str, ...]:
    data = config.data
    paths = [data.train, data.evaluation, data.serving_log, *(source.path for source in data.sources)]
    paths += [] if config.train is None else config.train.ignore
    if config.predictions is not None:
        paths += [config.predictions.candidate, config.predictions.baseline]
    return tuple(path for path in paths if path is not None)


def _withheld(context: RunContext, config: Config) -> tuple[Path, ...]:
    """Evaluation rows of head and base: never visible to training code under any name."""
    roots = [root for root in (context.root, context.base_root) if root is not None]
    names = [data.evaluation for data in (config.data, context.config.data) if data.evaluation is not None]
    paths = [path for root in roots for name in names for path in _all_of(root, name)]
    return tuple(dict.fromkeys(paths))


def _all_of(root: Path, name: str) -> tuple[Path, ...]:
    """A file, a folder for all below it, or whatever a pattern matches."""
    path = root / name
    if not is_there(path):
        return ()
    return tuple(sorted(root.glob(name))) if is_pattern(path) else (path,)
