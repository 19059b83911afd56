"""The policy of a run: head's configuration under the base commit's judgement."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from mlops_actions.config.lines import read_yaml
from mlops_actions.config.parse import parse
from mlops_actions.errors import ConfigError, Location, MlopsError, Problem, TrustError
from mlops_actions.gate.ownership import file_change, merge
from mlops_actions.stages.context import Policy

if TYPE_CHECKING:
    from pathlib import Path

    from mlops_actions.config.model import Config
    from mlops_actions.results.gate import PolicyChange
    from mlops_actions.stages.context import RunContext

FIRST = "the base commit has no {file}: this run is a preview and never blocks"
BROKEN = "the base commit's {file} is not valid ({why}): this run is a preview and never blocks"
NO_BASE = "no base commit ({why}): the configuration at hand judges"


@dataclass(frozen=True)
class Texts:
    """mlops.yaml at head and base (None: not there), the base commit, and how it was found."""

    head: str
    base: str | None
    base_sha: str
    origin: str


def decide_policy(texts: Texts, file: str) -> Policy:
    """Parse both and merge; head's mistakes are errors, a missing or broken base is a preview.

    Raises:
        ConfigError: every mistake in head's text, with its line.
    """
    head = parse(texts.head, file)
    check_paths(head, texts.head, file)
    if not texts.base_sha:
        return Policy(head, head, None, "", NO_BASE.format(why=texts.origin))
    if texts.base is None:
        return Policy(head, head, None, texts.base_sha, FIRST.format(file=file), preview=True)
    try:
        base = parse(texts.base, file)
    except MlopsError as error:
        why = str(error.problems[0]).splitlines()[0]
        return Policy(head, head, None, texts.base_sha, BROKEN.format(file=file, why=why), preview=True)
    document = read_yaml(texts.head, file)
    merged = merge(base, head, lambda path: f"{file}:{document.line(path)}")
    origin = f"judged by {texts.base_sha[:12]} ({texts.origin})"
    return Policy(merged.config, head, base, texts.base_sha, origin, merged.changes)


def check_paths(config: Config, text: str, file: str) -> None:
    """Every path in mlops.yaml stays inside the repository: relative, without "..".

    Raises:
        ConfigError: all that do not, with their lines.
    """
    document = read_yaml(text, file)
    data, train = config.data, config.train
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
        named += [(("train", "container", "build"), train.container.build if train.container else None)]
        named += [
            (("train", "process", "requirements"), train.process.requirements if train.process else None)
        ]
    if config.predictions is not None:
        named += [(("predictions", "candidate"), config.predictions.candidate)]
        named += [(("predictions", "baseline"), config.predictions.baseline)]
    problems = tuple(
        Problem(
            f"{'.'.join(map(str, key))}: {path!r} leaves the repository.",
            Location(file, document.line(key)),
            "Allowed: a path relative to mlops.yaml's folder, without '..'.",
        )
        for key, path in named
        if path is not None and (PurePosixPath(path).is_absolute() or ".." in PurePosixPath(path).parts)
    )
    if problems:
        raise ConfigError(problems[0].message, problems=problems)


def changed_files(policy: Policy, root: Path, base_root: Path) -> tuple[PolicyChange, ...]:
    """Base-owned files whose content differs between head and base."""
    data = policy.config.data
    found = []
    for key, path in (("data.evaluation", data.evaluation), ("data.schema", data.schema_)):
        if path is None:
            continue
        before, after = _digest(base_root / path), _digest(root / path)
        if before != after:
            found.append(file_change(key, path, before, after))
    return tuple(found)


def _digest(path: Path) -> str:
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check_uncontained(context: RunContext, executor: str) -> None:
    """Code of a pull request runs outside a container only when the base commit allows it.

    Raises:
        TrustError: on a pull_request event without `train.allow_uncontained: true` in the base commit.
    """
    if executor != "process" or not context.pull_request_event:
        return
    base = context.policy.base
    if base is not None and base.train is not None and base.train.allow_uncontained:
        return
    raise TrustError(
        "executor process: pull-request code outside a container, which the base commit does not allow",
        hint="Use a runner with docker, or set train.allow_uncontained: true on the base branch.",
    )
