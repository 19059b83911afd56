"""What no mlops.yaml may name, whoever wrote it: paths out of the repository, answers as model inputs."""

from __future__ import annotations

from contextlib import suppress
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from mlops_actions.adapters.datasets.parts import (
    A_CIRCLE,
    LEAVES,
    OUTSIDE,
    UNSEEN,
    is_pattern,
    linked,
    parts_of,
)
from mlops_actions.checks.sources import same
from mlops_actions.config.lines import dotted
from mlops_actions.errors import ConfigError, Location, MlopsError, Problem, TrustError
from mlops_actions.stages.places import Places

if TYPE_CHECKING:
    from pathlib import Path

    from mlops_actions.config.lines import Document
    from mlops_actions.config.model import Config
    from mlops_actions.config.steps import StepConfig
    from mlops_actions.config.train import TrainConfig
    from mlops_actions.stages.context import RunContext

ROWS = ("data", "predictions")


def check_paths(config: Config, document: Document, file: str) -> None:
    """Every path in mlops.yaml stays inside the repository: relative, without "..".

    Raises:
        TrustError: all that do not, with their lines.
    """
    problems = tuple(
        Problem(
            f"{dotted(key)}: {path!r} leaves the repository.",
            Location(file, document.line(key)),
            "Allowed: a path relative to mlops.yaml's folder, without '..'.",
        )
        for key, path in _named_paths(config)
        if PurePosixPath(path).is_absolute() or ".." in PurePosixPath(path).parts
    )
    if problems:
        raise TrustError(problems[0].message, problems=problems)


def _named_paths(config: Config) -> list[tuple[tuple[str | int, ...], str]]:
    data, train, predictions = config.data, config.train, config.predictions
    named: list[tuple[tuple[str | int, ...], str | None]] = [
        (("data", "train"), data.train),
        (("data", "evaluation"), data.evaluation),
        (("data", "serving_log"), data.serving_log),
        (("data", "schema"), data.schema_),
        (("score", "evidence"), config.score.evidence),
    ]
    named += [(("data", "sources", index, "path"), each.path) for index, each in enumerate(data.sources)]
    if train is not None:
        named += [(("train", "channels", name), path) for name, path in train.channels.items()]
        parts: list[tuple[tuple[str | int, ...], TrainConfig | StepConfig]] = [(("train",), train)]
        parts += [(("train", "steps", index), step) for index, step in enumerate(train.steps)]
        for place, part in parts:
            if part.container is not None:
                named.append(((*place, "container", "build"), part.container.build))
                named.append(((*place, "container", "dockerfile"), part.container.dockerfile))
            if part.process is not None:
                named.append(((*place, "process", "requirements"), part.process.requirements))
    if predictions is not None:
        named.append((("predictions", "candidate"), predictions.candidate))
        named.append((("predictions", "baseline"), predictions.baseline))
    return [(key, path) for key, path in named if path is not None]


def check_links(context: RunContext) -> None:
    """No file that mlops.yaml names is reached through a link out of its folder.

    Raises:
        TrustError: all that are, with their lines.
    """
    places = Places(context)
    problems = []
    for key, path in _named_paths(context.config):
        why = linked(context.root / path, context.root)
        if why in {A_CIRCLE, LEAVES, OUTSIDE}:
            message = f"{dotted(key)}: {path} is {why}."
            hint = "Commit the file itself; links out of the project's folder are not followed."
            problems.append(Problem(message, places.of(key, path), hint))
    if problems:
        raise TrustError(problems[0].message, problems=tuple(problems))


def check_sources_once(config: Config, document: Document, file: str) -> None:
    """No two of `data.sources` speak of one path: the first would rule, and the other be believed.

    Raises:
        ConfigError: all that do, with their lines.
    """
    sources = config.data.sources
    problems = []
    for index, each in enumerate(sources):
        before = next((at for at in range(index) if same(sources[at].path, each.path)), None)
        if before is not None:
            key = ("data", "sources", index, "path")
            message = f"{dotted(key)}: {each.path!r} is the path of data.sources[{before}], too."
            problems.append(Problem(message, Location(file, document.line(key)), "Keep one of the two."))
    if problems:
        raise ConfigError(problems[0].message, problems=tuple(problems))


def check_results(context: RunContext) -> None:
    """Nothing that mlops.yaml names lies in the results folder, which belongs to the stages.

    Raises:
        ConfigError: all that does, with their lines.
    """
    results, places = context.results.place.resolve(), Places(context)
    problems = []
    for key, path in dict.fromkeys((*_named_paths(context.config), *_named_paths(context.policy.head))):
        place, seen = context.root / path, ""
        with suppress(OSError, RuntimeError):  # a circle of links, a name too long: told elsewhere
            if place.resolve().is_relative_to(results):
                seen = "is in the results folder"
            elif key[0] in ROWS and _takes_in(place, path, results):
                seen = "takes in files of the results folder"
        if not seen:
            continue
        hint = "Keep it in another folder, or name another one with --results."
        message = f"{dotted(key)}: {path} {seen}, whose files a run removes."
        problems.append(Problem(message, places.of(key, path), hint))
    if problems:
        raise ConfigError(problems[0].message, problems=tuple(problems))


def _takes_in(path: Path, shown: str, results: Path) -> bool:
    """Whether the results folder, or a file in it, is part of a folder or a pattern."""
    if path.is_dir():
        top = path.resolve()
        return results.is_relative_to(top) and not any(
            step.startswith(UNSEEN) for step in results.relative_to(top).parts
        )
    try:
        parts = parts_of(path, shown).paths if is_pattern(path) else ()
    except MlopsError:
        return False  # told where it is opened
    return any(each.resolve().is_relative_to(results) for each in parts)


def check_features(config: Config, document: Document, file: str) -> None:
    """`data.features` never names the answer, the key, the weight or a sensitive column.

    Raises:
        ConfigError: all that it names, with their lines.
    """
    data = config.data
    columns = dict.fromkeys(data.key, "data.key") | dict.fromkeys(data.sensitive, "data.sensitive")
    columns |= {data.target: "data.target"} | ({data.weight: "data.weight"} if data.weight else {})
    problems = tuple(
        Problem(
            f"data.features[{index}]: {name!r} is {columns[name]}, never a model input.",
            Location(file, document.line(("data", "features", index))),
            "Remove it.",
        )
        for index, name in enumerate(data.features or ())
        if name in columns
    )
    if problems:
        raise ConfigError(problems[0].message, problems=problems)
