"""Which step reads what another wrote: the order they run in, and every mistake in it. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlops_actions.config.base import Mistake, nearest
from mlops_actions.config.steps import TRAIN, StepConfig, StepResources

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mlops_actions.config.train import TrainConfig

RESERVED = ("train", "evaluation", "model", "config", "failure", "metrics")
NEVER = "evaluation rows and labels are never shown to a step"


def made_by(steps: Iterable[StepConfig]) -> dict[str, StepConfig]:
    """Output -> the step that writes it."""
    return {name: step for step in steps for name in step.outputs}


def ordered(steps: Sequence[StepConfig]) -> tuple[StepConfig, ...]:
    """Each after all whose outputs it reads; of several that could run, the first in the list.

    Steps in a circle are left out (`mistakes` tells of them).
    """
    makers = made_by(steps)
    done: list[StepConfig] = []
    while True:
        ready = (
            step
            for step in steps
            if step not in done and all(makers[name] in done for name in step.inputs if name in makers)
        )
        following = next(ready, None)
        if following is None:
            return tuple(done)
        done.append(following)


def variable(name: str) -> str:
    """The end of the environment variable of a channel or an output: two names must not share one."""
    return re.sub(r"[^A-Z0-9_]", "_", name.upper())


def mistakes(train: TrainConfig) -> list[Mistake]:
    """Everything wrong with `train.steps`, by its place below `train`."""
    found = [*_alone(train), *_ids(train.steps), *_outputs(train), *_inputs(train), *_resources(train)]
    return found or [*_order(train.steps)]


def _alone(train: TrainConfig) -> Iterator[Mistake]:
    """What the steps take the place of, and what they still need."""
    plain = type(train).model_fields["command"].default
    if train.command != plain:
        yield Mistake(("command",), "not used beside steps, each of which has its own", "Remove it.")
    process = train.process
    if process is not None and process.command != type(process).model_fields["command"].default:
        hint = "Remove it; a step's own is steps[].process.command."
        yield Mistake(("process", "command"), "not used beside steps, each of which has its own", hint)


def _ids(steps: Sequence[StepConfig]) -> Iterator[Mistake]:
    first: dict[str, int] = {}
    for index, step in enumerate(steps):
        if first.setdefault(step.id, index) != index:
            message = f"{step.id!r} is the id of steps[{first[step.id]}], too"
            yield Mistake(("steps", index, "id"), message, "Give each step an id of its own.")


def _outputs(train: TrainConfig) -> Iterator[Mistake]:
    taken = {variable(name): f"train.channels.{name}" for name in train.channels}
    last = len(train.steps) - 1
    for index, step in enumerate(train.steps):
        if not step.outputs and index != last:
            message = "a folder to write is required: only the last step writes the model"
            yield Mistake(("steps", index, "outputs"), message, "Name what a later step reads.")
        if step.outputs and index == last:
            message = "the last step writes the model, and no step could read this"
            hint = "Remove it; files to keep go into SM_OUTPUT_DATA_DIR."
            yield Mistake(("steps", index, "outputs"), message, hint)
        for at, name in enumerate(step.outputs):
            path = ("steps", index, "outputs", at)
            other = taken.setdefault(variable(name), f"steps[{index}].outputs[{at}]")
            if name in RESERVED:
                message = f"{name!r} has a meaning of its own; reserved: {', '.join(RESERVED)}"
                yield Mistake(path, message, "Name it otherwise.")
            elif other != f"steps[{index}].outputs[{at}]":
                message = f"{name!r} has the same variable as {other} ({variable(name)})"
                yield Mistake(path, message, "Name it otherwise.")


def _inputs(train: TrainConfig) -> Iterator[Mistake]:
    known = [TRAIN, *train.channels, *made_by(train.steps)]
    for index, step in enumerate(train.steps):
        for at, name in enumerate(step.inputs):
            path = ("steps", index, "inputs", at)
            if name in step.inputs[:at]:
                yield Mistake(path, f"{name!r} stands twice", "Remove one of them.")
            elif name in step.outputs:
                yield Mistake(path, f"{name!r} is written by the step itself", "Remove it.")
            elif name not in known:
                hint = f"{nearest(name, known)}Allowed: {', '.join(known)}."
                wrong = NEVER if name == "evaluation" else f"no step writes {name!r}"
                yield Mistake(path, wrong, hint)
    if not any(TRAIN in step.inputs for step in train.steps):
        hint = "Add it to the inputs of the step that reads data.train: `inputs: [train]`."
        yield Mistake(("steps",), "no step reads the channel train", hint)


def _resources(train: TrainConfig) -> Iterator[Mistake]:
    for index, step in enumerate(train.steps):
        for name in StepResources.model_fields:
            own, ceiling = getattr(step.resources, name), getattr(train.resources, name)
            if own is not None and own > ceiling:
                message = f"{own:,.10g} is above train.resources.{name} ({ceiling:,.10g})"
                hint = "Lower it, or raise the ceiling on the base branch."
                yield Mistake(("steps", index, "resources", name), message, hint)


def _order(steps: Sequence[StepConfig]) -> Iterator[Mistake]:
    """Circles, and steps that do not lead to the model."""
    run, makers = ordered(steps), made_by(steps)
    if len(run) < len(steps):
        circle = _circle(steps, run)
        first = min(steps.index(step) for step in circle)
        ids = [step.id for step in circle]
        message = f"a circle: {' reads '.join([*ids, ids[0]])}"
        yield Mistake(("steps", first, "inputs"), message, "No step can read what is made of its own output.")
        return
    last = steps[-1].id
    leads = {last}
    for step in reversed(run):
        if step.id in leads:
            leads |= {makers[name].id for name in step.inputs if name in makers}
    for index, step in enumerate(steps):
        if step.id not in leads:
            message = f"{step.id}: nothing of it comes into the model, which the last step, {last}, writes"
            hint = "Let a later step read its output, or remove it."
            yield Mistake(("steps", index), message, hint)


def _circle(steps: Sequence[StepConfig], run: Sequence[StepConfig]) -> list[StepConfig]:
    """One circle among the steps that cannot run, each followed by one that it reads."""
    makers = made_by(steps)
    at = next(step for step in steps if step not in run)
    seen: list[StepConfig] = []
    while at not in seen:
        seen.append(at)
        at = next(makers[name] for name in at.inputs if name in makers and makers[name] not in run)
    return seen[seen.index(at) :]
