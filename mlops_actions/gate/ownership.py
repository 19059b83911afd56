"""What a pull request may not rewrite: the parts that judge it come from the base commit. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mlops_actions.config.model import Config
from mlops_actions.results.gate import PolicyChange

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Paths of base-owned parts. Everything else (code, training data, hyperparameters) is head's.
BASE_OWNED: tuple[tuple[str, ...], ...] = (
    ("business",),
    ("data", "evaluation"),
    ("data", "target"),
    ("data", "key"),
    ("data", "schema"),
    ("data", "sensitive"),
    ("data", "sources"),
    ("validate",),
    ("evaluate",),
    ("score",),
    ("gate",),
    ("train", "executor"),
    ("train", "allow_uncontained"),
    ("train", "hardening"),
    ("train", "resources"),
    ("train", "reproduce"),
)
MAX_TEXT = 300


@dataclass(frozen=True)
class Merged:
    """The configuration in force, and every base-owned part the head would change."""

    config: Config
    changes: tuple[PolicyChange, ...]


def merge(base: Config, head: Config, locate: Callable[[tuple[str | int, ...]], str]) -> Merged:
    """Base-owned parts from `base`, the rest from `head`.

    Args:
        base: of the base commit.
        head: of the pull request.
        locate: key path in head's file -> "mlops.yaml:line".
    """
    ours, theirs = _plain(base), _plain(head)
    changes: list[PolicyChange] = []
    for path in BASE_OWNED:
        if path[0] == "train" and (ours.get("train") is None or theirs.get("train") is None):
            continue
        before, after = _at(ours, path), _at(theirs, path)
        changes += [_change(each, locate) for each in _differences(before, after, path)]
        theirs[path[0]] = _with(theirs.get(path[0]), path[1:], before)
    return Merged(Config.model_validate(theirs), tuple(changes))


def _plain(config: Config) -> dict[str, Any]:
    value: dict[str, Any] = config.model_dump(mode="json", by_alias=True)
    return value


def _at(value: Any, path: tuple[str, ...]) -> Any:
    for step in path:
        value = None if value is None else value.get(step)
    return value


def _with(value: Any, path: tuple[str, ...], new: Any) -> Any:
    if not path:
        return new
    return {**value, path[0]: _with(value.get(path[0]), path[1:], new)}


@dataclass(frozen=True)
class _Difference:
    path: tuple[str | int, ...]
    before: Any
    after: Any


def _differences(before: Any, after: Any, path: tuple[str | int, ...]) -> Iterator[_Difference]:
    """The smallest parts that differ: keys of mappings, items of equally long lists, else the whole."""
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for key in [*before, *(key for key in after if key not in before)]:
            yield from _differences(before.get(key), after.get(key), (*path, key))
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for index, (old, new) in enumerate(zip(before, after, strict=True)):
            yield from _differences(old, new, (*path, index))
    else:
        yield _Difference(path, before, after)


def _change(difference: _Difference, locate: Callable[[tuple[str | int, ...]], str]) -> PolicyChange:
    key = dotted(difference.path)
    old, new = _text(difference.before), _text(difference.after)
    effect = _effect(difference)
    return PolicyChange(
        key=key,
        base=old,
        head=new,
        summary=f"{key}: {old} -> {new}{effect}; rules after the merge",
        location=locate(difference.path),
    )


def _effect(difference: _Difference) -> str:
    """Whether a changed limit is looser or stricter."""
    name, old, new = difference.path[-1], difference.before, difference.after
    if name not in {"minimum", "maximum", "max_regression", "min_improvement"} or old is None:
        return ""
    if new is None:
        return " (looser)"
    rises_loosens = name in {"maximum", "max_regression"}
    return " (looser)" if (new > old) == rises_loosens else " (stricter)"


def _text(value: Any) -> str:
    if value is None:
        return "nothing"
    text = value if isinstance(value, str) else json.dumps(value, sort_keys=True, ensure_ascii=False)
    return text if len(text) <= MAX_TEXT else f"{text[: MAX_TEXT - 3]}..."


def dotted(path: tuple[str | int, ...]) -> str:
    """gate.rules[0].minimum."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return text


def file_change(key: str, path: str, before: str, after: str) -> PolicyChange:
    """A base-owned file whose content the pull request changes (sha256 of each)."""
    shown = [f"sha256 {digest[:12]}..." if digest else "not there" for digest in (before, after)]
    return PolicyChange(
        key=key,
        base=shown[0],
        head=shown[1],
        summary=f"{path} ({key}) changes: {shown[0]} -> {shown[1]}; the base commit's file judges",
        location=path,
    )
