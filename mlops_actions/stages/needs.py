"""What the stages after validation need of mlops.yaml: declared parts, and files that are here."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from mlops_actions.adapters.datasets.presence import refuse_absent
from mlops_actions.adapters.public_key import refuse_no_public_key
from mlops_actions.config.lines import dotted
from mlops_actions.errors import ConfigError, MlopsError
from mlops_actions.stages.named_files import inside, judged, predictions_files, refuse_missing
from mlops_actions.stages.places import Places, collected, raise_all

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlops_actions.config.container import ContainerConfig
    from mlops_actions.config.train import TrainConfig
    from mlops_actions.stages.context import RunContext
    from mlops_actions.stages.places import Key

NO_MODEL = "neither train nor predictions is declared."
NO_ROWS = "data.evaluation: required to evaluate, and missing."
BESIDE = "Paths are relative to mlops.yaml."


def lacking(context: RunContext) -> dict[str, str]:
    """By stage, what is not declared that it needs; empty: every stage can run."""
    places, found = Places(context), {}
    model = places.has(("train",)) or places.has(("predictions",))
    rows = places.has(("data", "evaluation"))
    if not model:
        found["train"] = "train: or predictions:"
    needed = (*(() if rows else ("data.evaluation",)), *(() if model else ("a model",)))
    if needed:
        found["evaluate"] = " and ".join(needed)
    return found


def check_whole(context: RunContext) -> None:
    """Every stage can run, and what training and stored predictions read is here.

    Raises:
        ConfigError: all that is not, with its line.
    """
    errors: list[MlopsError] = []
    with collected(errors):
        check_declared(context)
    with collected(errors):
        check_training(context)
    for file in predictions_files(context).values():
        with collected(errors), Places(context).told(file.key, file.shown):
            refuse_missing(context, file)
    raise_all(errors)


def check_declared(context: RunContext) -> None:
    """A model and rows to evaluate it on.

    Raises:
        ConfigError: what is not declared.
    """
    config, places = context.config, Places(context)
    errors: list[MlopsError] = []
    if config.train is None and config.predictions is None:
        hint = "Add train: (how a model is made) or predictions: (results made elsewhere)."
        errors.append(ConfigError(NO_MODEL, location=places.part(()), hint=hint))
    if config.data.evaluation is None:
        hint = "Name a file of labelled rows that training never sees."
        errors.append(ConfigError(NO_ROWS, location=places.part(("data", "evaluation")), hint=hint))
    raise_all(errors)


def check_training(context: RunContext) -> None:
    """The files that head's `train:` names are here, before anything is trained.

    Raises:
        ConfigError: all that are not, with their lines.
    """
    train, places = context.config.train, Places(context)
    errors: list[MlopsError] = []
    for path in _public_keys(context):
        with collected(errors), places.told(("train", "signing", "public_key"), path):
            _check_public_key(context, path)
    if train is None:
        raise_all(errors)
        return
    for key, path in train.channels.items():
        if not any(sign in path for sign in "*?[") and not (context.root / path).exists():
            message = f"train.channels.{key}: {path}: no such file or folder"
            line = places.part(("train", "channels", key))
            errors.append(ConfigError(message, location=line, hint=BESIDE))
    for at, container in _containers(train):
        if container.build is not None:
            with collected(errors):
                _check_build(context, at, container, container.build)
    for place, path in _process_files(train):
        with collected(errors):
            _refuse(context, place, path)
    raise_all(errors)


def _public_keys(context: RunContext) -> tuple[str, ...]:
    """What names the key: the base commit rules, and head's will."""
    declared = (context.config.train, context.policy.head.train)
    keys = [each.signing.public_key for each in declared if each is not None and each.signing is not None]
    return tuple(dict.fromkeys(keys))


def _check_public_key(context: RunContext, shown: str) -> None:
    """Head's own file, which its author can mend, or the base commit's where head has none."""
    own = inside(context, context.root / shown, shown)
    refuse_no_public_key(own if own.exists() else judged(context, shown), shown)


def _containers(train: TrainConfig) -> Iterator[tuple[Key, ContainerConfig]]:
    """Each declared container with its place: that of the training, and those of steps."""
    if train.container is not None:
        yield ("train", "container"), train.container
    for index, step in enumerate(train.steps):
        if step.container is not None:
            yield ("train", "steps", index, "container"), step.container


def _check_build(context: RunContext, at: Key, container: ContainerConfig, build: str) -> None:
    place: Key = (*at, "build")
    if not (context.root / build).is_dir():
        message = f"{dotted(place)}: {build}: no such folder"
        hint = f"Name the folder that holds {container.dockerfile}. {BESIDE}"
        raise ConfigError(message, location=Places(context).part(place), hint=hint)
    written: Key = (*at, "dockerfile")
    file = (PurePosixPath(build) / container.dockerfile).as_posix()
    _refuse(context, written if Places(context).has(written) else place, file)


def _process_files(train: TrainConfig) -> Iterator[tuple[Key, str]]:
    """What processes need, where there may be any: locks, and the scripts of their commands."""
    process = train.process
    if process is None or train.executor in {"docker", "kubernetes"}:
        return
    yield ("train", "process", "requirements"), process.requirements
    commands: list[tuple[Key, tuple[str, ...]]] = [(("train", "process", "serve"), process.serve)]
    if not train.steps:
        commands.insert(0, (("train", "process", "command"), process.command))
    for index, step in enumerate(train.steps):
        own, place = step.process, ("train", "steps", index)
        if own is not None and own.requirements is not None:
            yield (*place, "process", "requirements"), own.requirements
        if own is not None and own.command is not None:
            commands.append(((*place, "process", "command"), own.command))
        elif step.container is None and train.container is None:
            commands.append(((*place, "command"), step.command))
    for key, command in commands:
        if len(command) > 1 and _runs_a_file(command[0], command[1]):
            yield (*key, 1), command[1]


def _runs_a_file(program: str, argument: str) -> bool:
    path = PurePosixPath(argument)
    inside = not path.is_absolute() and ".." not in path.parts
    return PurePosixPath(program).name.startswith("python") and argument.endswith(".py") and inside


def _refuse(context: RunContext, key: Key, path: str) -> None:
    """No such file; the key's line, or that of the part whose default names it."""
    try:
        refuse_absent(context.root / path, path)
    except MlopsError as error:
        problem = error.problems[0]
        name = dotted(key[:-1] if isinstance(key[-1], int) else key)
        hint = problem.hint if problem.hint.endswith(BESIDE) else f"{problem.hint} {BESIDE}"
        raise ConfigError(
            f"{name}: {problem.message}", location=Places(context).part(key), hint=hint
        ) from None
