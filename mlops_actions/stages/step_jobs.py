"""From `train.steps` to what an executor is asked for: one job per step, under the base's ceilings."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, fields, is_dataclass, replace
from typing import TYPE_CHECKING, Literal

from mlops_actions.adapters.containers.job import Hardening, Resources
from mlops_actions.stages.training_jobs import build_tag, image_of, train_config

if TYPE_CHECKING:
    from pathlib import Path

    from mlops_actions.adapters.containers.handed import HandedFolder
    from mlops_actions.adapters.containers.job import TrainingJob
    from mlops_actions.adapters.containers.training_run import TrainingRun
    from mlops_actions.config.model import Config
    from mlops_actions.config.steps import StepConfig
    from mlops_actions.config.train import TrainConfig
    from mlops_actions.stages.context import RunContext

KEY_FORM = 1  # of what `step_key` digests
# Of a job: places, what the image, the lock and the digests of the inputs stand for, and names for people.
ELSEWHERE = {
    "source", "output", "channels", "handed", "excluded", "withheld", "build", "image", "requirements",
    "labels", "declared", "cached", "without_network",
}  # fmt: skip


def step_job(
    context: RunContext, config: Config, step: StepConfig, whole: TrainingJob, folder: Path
) -> TrainingJob:
    """The job of one step; its folders of earlier steps are still to be handed to it.

    Args:
        context: its policy's ceilings hold, and its hardening where the step has none of its own.
        config: of the role that is trained.
        step: which.
        whole: the training without steps: source, data, seed, and where the model is to lie.
        folder: of the steps that write no model.
    """
    train, ceiling = train_config(config), train_config(context.config)
    last, docker = step is train.steps[-1], whole.requirements is None
    tag = build_tag(context, whole)
    build, image = image_of(
        context, train, step.container, f"{tag}.{step.id}" if step.container is not None else tag
    )
    limits = step.limits(ceiling.resources)
    hardening = step.hardening or ceiling.hardening
    network = hardening.network and step.id not in whole.without_network
    return replace(
        whole,
        output=whole.output if last else folder / step.id,
        channels={name: whole.channels[name] for name in step.inputs if name in whole.channels},
        command=step.command if docker else _process_command(step),
        build=build if docker else None,
        image=image if docker else None,
        requirements=None if docker else _lock(train, step, whole),
        resources=Resources(limits.cpus, limits.memory, limits.timeout, limits.disk, limits.pids),
        hardening=replace(Hardening(**hardening.model_dump()), network=network),
        labels={**whole.labels, "mlops-actions.step": step.id},
        hands_over=None if last else step.outputs,
    )


def _process_command(step: StepConfig) -> tuple[str, ...]:
    own = step.process.command if step.process is not None else None
    return own or step.command


def _lock(train: TrainConfig, step: StepConfig, whole: TrainingJob) -> Path | None:
    own = step.process.requirements if step.process is not None else None
    named = own or (train.process.requirements if train.process is not None else None)
    return whole.source / named if named is not None else None


def step_key(job: TrainingJob, done: TrainingRun, inputs: Mapping[str, str], source: str) -> str:
    """Digest of all that a step reads and runs in: the same key is the same work.

    `source` is the digest of the code where no image holds it.
    """
    read = {
        **{each.name: _plain(getattr(job, each.name)) for each in fields(job) if each.name not in ELSEWHERE},
        "form": KEY_FORM,
        "image": done.image_digest or "",
        "lock": done.environment.lock_sha256,
        "python": "" if done.image_digest else done.environment.python,
        "source": source,
        "inputs": dict(inputs),
    }
    return f"sha256:{hashlib.sha256(json.dumps(read, sort_keys=True).encode()).hexdigest()}"


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    return dict(value) if isinstance(value, Mapping) else value


def steps_digest(ran_in: Mapping[str, str]) -> str:
    """Of the images of all steps, by id: what a training in steps runs in."""
    return f"steps:{hashlib.sha256(json.dumps(dict(ran_in), sort_keys=True).encode()).hexdigest()}"


def within(
    job: TrainingJob, ceiling: Resources, seconds: float, folders: Mapping[str, HandedFolder]
) -> tuple[TrainingJob, tuple[str, ...], Literal["", "timeout", "disk"]]:
    """The job with what the steps before it left of the time and the disk of one training.

    Returns:
        The job, what of its limits that lowered (timeout, disk), and the first of which nothing is left.
    """
    own = job.resources
    time, disk = ceiling.timeout_seconds - seconds, ceiling.disk_bytes
    disk -= sum(each.size_bytes for each in folders.values())
    lowered = (
        *(("timeout",) if time < own.timeout_seconds else ()),
        *(("disk",) if disk < own.disk_bytes else ()),
    )
    limits = replace(
        own, timeout_seconds=min(own.timeout_seconds, time), disk_bytes=min(own.disk_bytes, disk)
    )
    return replace(job, resources=limits), lowered, "timeout" if time <= 0 else "disk" if disk <= 0 else ""
