"""The policy of a run: head's configuration under the base commit's judgement."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_actions.adapters.datasets.parts import digest_of, is_pattern, parts_of
from mlops_actions.adapters.datasets.pointers import content_sha256
from mlops_actions.config.container import Hardening
from mlops_actions.config.data_schema import parse_schema
from mlops_actions.config.lines import read_yaml
from mlops_actions.config.parse import parse
from mlops_actions.config.schema_rules import reference_files
from mlops_actions.dvc_lock import ENDING, LOCK
from mlops_actions.errors import ConfigError, InputError, MlopsError, TrustError
from mlops_actions.gate.ownership import LINK, Merged, file_change, merge, pointer_change
from mlops_actions.stages.context import Policy
from mlops_actions.stages.head import read_head
from mlops_actions.stages.places import all_as_one
from mlops_actions.stages.policy_checks import check_features

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from mlops_actions.config.model import Config
    from mlops_actions.results.gate import PolicyChange
    from mlops_actions.stages.context import RunContext

FIRST = "the base commit has no {file}: this run is a preview and never blocks"
BROKEN = "the base commit's {file} is not valid ({why}): the one at hand judges"
EVIDENCE = ("data.serving_log", "data.schema.references")  # data; where the base has none, head's is read
FETCH = "Run `dvc fetch --all-commits` before this step. Where they are nowhere: "
NO_BASE = "no base commit ({why}): the configuration at hand judges"


@dataclass(frozen=True)
class Texts:
    """mlops.yaml at head and base (None: not there), the base commit, and how it was found."""

    head: str
    base: str | None
    base_sha: str
    origin: str
    pull_request: int | None = None  # found through the API (workflow_run)


def decide_policy(
    texts: Texts, file: str, *, pull_request: bool = False, told: list[MlopsError] | None = None
) -> Policy:
    """Parse both and merge; head's mistakes are errors, a missing base is a preview.

    Beside a broken base head's own rules judge: a preview would wave every pull request through.

    Args:
        texts: of head and base.
        file: what to call it.
        pull_request: of a pull request's run: nobody has agreed to the opt-outs of a preview.
        told: takes head's mistakes instead of an error; what can be read of head is then the policy.

    Raises:
        ConfigError: every mistake in head's text, with its line.
        TrustError: the same, a path that leaves the repository among them.
    """
    head, errors = read_head(texts.head, file)
    if head is None or (errors and told is None):
        raise all_as_one(errors)
    if errors and told is not None:
        told += errors
        return Policy(head, head, None)
    document = read_yaml(texts.head, file)
    if not texts.base_sha:
        return Policy(head, head, None, "", NO_BASE.format(why=texts.origin))

    def locate(path: tuple[str | int, ...]) -> str:
        return f"{file}:{document.line(path)}"

    def alone(origin: str, *, preview: bool) -> Policy:
        merged = _contained(head, locate) if pull_request else Merged(head, ())
        return Policy(merged.config, head, None, texts.base_sha, origin, merged.changes, preview=preview)

    if texts.base is None:
        return alone(FIRST.format(file=file), preview=True)
    try:
        base = parse(texts.base, file)
    except MlopsError as error:
        why = str(error.problems[0]).splitlines()[0]
        return alone(BROKEN.format(file=file, why=why), preview=False)
    merged = merge(base, head, locate)
    check_features(merged.config, document, file)
    origin = f"judged by {texts.base_sha[:12]} ({texts.origin})"
    return Policy(merged.config, head, base, texts.base_sha, origin, merged.changes)


def _contained(head: Config, locate: Callable[[tuple[str | int, ...]], str]) -> Merged:
    """Head without its own opt-outs of the container."""
    if head.train is None:
        return Merged(head, ())
    steps = tuple(step.model_copy(update={"hardening": None}) for step in head.train.steps)
    kept = {"hardening": Hardening(), "allow_uncontained": False, "steps": steps}
    train = head.train.model_copy(update=kept)
    return merge(head.model_copy(update={"train": train}), head, locate)


def judging_files(config: Config, schema: str | None = None) -> tuple[tuple[str, str], ...]:
    """(key, path) of the files that judge: the base commit's copies are read.

    schema: the base commit's schema as text; the files that its references name judge, too.
    """
    baseline = config.predictions.baseline if config.predictions is not None else None
    signing = config.train.signing if config.train is not None else None
    named = (
        ("data.evaluation", config.data.evaluation),
        ("data.schema", config.data.schema_),
        ("predictions.baseline", baseline),
        ("data.serving_log", config.data.serving_log),
        ("train.signing.public_key", signing.public_key if signing is not None else None),
        *(("data.schema.references", path) for path in _references(config, schema)),
    )
    return tuple((key, path) for key, path in named if path is not None)


def _references(config: Config, schema: str | None) -> tuple[str, ...]:
    if config.data.schema_ is None or schema is None:
        return ()
    try:
        found = reference_files(parse_schema(schema, config.data.schema_).references)
    except MlopsError:
        return ()  # told where it is read
    return tuple(found.values())


def _schema_text(config: Config, base_root: Path) -> str | None:
    path = base_root / (config.data.schema_ or "")
    there = config.data.schema_ is not None and path.is_file() and not path.is_symlink()
    return path.read_bytes().decode("utf-8", errors="replace") if there else None


def _no_pointers(path: str) -> tuple[tuple[str, str], tuple[str, str]]:
    del path
    return ("", ""), ("", "")


def _none_kept(path: str) -> tuple[str, str]:
    del path
    return "", ""


def changed_files(
    policy: Policy,
    root: Path,
    base_root: Path,
    *,
    tracked: Callable[[str], bool],
    pull_request: bool,
    pointers: Callable[[str], tuple[tuple[str, str], tuple[str, str]]] = _no_pointers,
    kept: Callable[[str], tuple[str, str]] = _none_kept,
) -> tuple[PolicyChange, ...]:
    """Base-owned files whose content differs between head and base.

    Args:
        policy: in force.
        root: head's folder.
        base_root: the same at the base commit.
        tracked: whether head's commit holds a path; what git does not hold is not the pull request's.
        pull_request: of a pull request's run.
        pointers: (name, value) of what points to a file outside git (submodule, DVC) at base and at head.
        kept: digests at base and at head of a file that git does not hold and whose rows of the base commit
            can be had; "" at base where they cannot.

    Raises:
        TrustError: a pull request brings a file that the base commit names and does not hold, or moves what
            points to it and the base commit's rows cannot be had.
    """
    found = []
    for key, path in judging_files(policy.config, _schema_text(policy.config, base_root)):
        before, refuse = _digest(base_root / path), pull_request and key not in EVIDENCE
        if not before:
            ours, theirs = kept(path)
            if ours:
                found += [file_change(key, path, ours, theirs)] if ours != theirs else []
                continue
            base, head = pointers(path)
            if base != head and (refuse or base[0]):
                found.append(_moved(key, path, base, head, refuse=refuse))
                continue
        held = before or tracked(path) or (is_pattern(root / path) and tracked(f"{path}{ENDING}"))
        if not held or before == (after := _digest(root / path)):
            continue
        if not before and refuse:
            raise TrustError(
                f"{path} ({key}): the base commit names it and does not hold it; a pull request cannot bring "
                "what judges it",
                hint="Add the file on the base branch first, or keep it out of git and fetch it in a step.",
            )
        found.append(file_change(key, path, before, after))
    return tuple(found)


def _moved(
    key: str, path: str, base: tuple[str, str], head: tuple[str, str], *, refuse: bool
) -> PolicyChange:
    change = pointer_change(key, path, base, head)
    if not refuse:
        return change
    step = FETCH if base[0].endswith((ENDING, LOCK)) else ""
    raise TrustError(
        f"{path} ({key}): git holds a pointer, which this pull request moves: {change.base} -> "
        f"{change.head}; the base commit's rows cannot be had, and a pull request cannot choose what "
        "judges it",
        hint=f"{step}Move the pointer in a pull request of its own, which a maintainer merges by hand.",
    )


def _digest(path: Path) -> str:
    """Of a file, or of all parts of a folder or a pattern; what a pointer names counts as the file."""
    if path.is_dir() or is_pattern(path):
        return _parts_digest(path)
    if not path.is_file():
        return ""
    digest = content_sha256(path)
    return f"{LINK}{digest}" if path.is_symlink() else digest


def _parts_digest(path: Path) -> str:
    try:
        parts = parts_of(path, path.name)
    except ConfigError:
        return ""
    except (InputError, TrustError) as error:
        digest = hashlib.sha256(str(error).encode()).hexdigest()
        return f"{LINK}{digest}" if isinstance(error, TrustError) else digest
    return digest_of(parts, content_sha256)[1]


def check_uncontained(context: RunContext, executor: str) -> None:
    """Code of a pull request, or whosever, runs outside a container only when the base commit allows it.

    Raises:
        TrustError: on an event that anybody may bring about, without `train.allow_uncontained: true` in the
            base commit.
    """
    if executor != "process" or not context.is_anybodys_code:
        return
    base = context.policy.base
    if base is not None and base.train is not None and base.train.allow_uncontained:
        return
    whose = "pull-request code" if context.pull_request_event else f"on {context.source.event}, any code"
    raise TrustError(
        f"executor process: {whose} outside a container, which the base commit does not allow",
        hint="Use a runner with docker, or set train.allow_uncontained: true on the base branch.",
    )
