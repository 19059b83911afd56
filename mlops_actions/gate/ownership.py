"""What a pull request may not rewrite: the parts that judge it come from the base commit. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mlops_actions.config.container import ProcessConfig
from mlops_actions.config.model import Config
from mlops_actions.config.train import TrainConfig
from mlops_actions.gate.step_ownership import own_steps
from mlops_actions.results.gate import PolicyChange

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Paths of base-owned parts. Everything else (code, training data, hyperparameters) is head's.
BASE_OWNED: tuple[tuple[str, ...], ...] = (
    ("business",),
    ("data", "evaluation"),
    ("data", "serving_log"),
    ("data", "target"),
    ("data", "key"),
    ("data", "weight"),
    ("data", "schema"),
    ("data", "sensitive"),
    ("data", "sources"),
    ("privacy",),
    ("validate",),
    ("evaluate",),
    ("score",),
    ("gate",),
    ("train", "executor"),
    ("train", "kubernetes"),
    ("train", "allow_uncontained"),
    ("train", "hardening"),
    ("train", "resources"),
    ("train", "reproduce"),
    ("train", "reproduce_tolerance"),
    ("train", "signing"),
    ("train", "ladder"),
    ("train", "registry"),
    ("train", "container", "secrets"),
    ("predictions", "baseline"),
)
# Head's own, in force at once, and shown because they shape what is measured.
SHOWN: tuple[tuple[str, ...], ...] = (
    ("project",),
    ("data", "features"),
    ("data", "exclude"),
    ("data", "serving_log"),
    ("train", "channels"),
    ("serving",),
)
OPTIONAL = ("train", "predictions")
FIRST_COMES = (("data", "serving_log"),)  # head's own, and shown, as long as the base has none
MAX_TEXT = 300
LEAD = 40  # characters shown before the first difference of two long values
OWN_JUDGES = "the base commit's rows cannot be had, so the change's own judge"
LINK = "link:"  # before the digest of a file that is reached through a symbolic link
# Words of a gate rule from loose to strict.
STRICTNESS: dict[str, tuple[Any, ...]] = {
    "severity": ("warn", "fail"),
    "on_missing": ("skip", "warn", "fail"),
    "require": ("no_regression_shown", "shown_no_worse"),
    "strict": (False, True),
}


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
    found = [*_origin(ours, theirs), *_positive(ours, theirs)]
    for path in BASE_OWNED:
        if path[0] in OPTIONAL and (ours[path[0]] is None or theirs[path[0]] is None):
            continue
        before, after = _at(ours, path), _at(theirs, path)
        if before is None and path in FIRST_COMES:
            continue
        found += _differences(before, after, path)
        theirs[path[0]] = _with(theirs.get(path[0]), path[1:], before)
    if ours["train"] is not None and theirs["train"] is not None:
        steps, wanted = own_steps(ours["train"], theirs["train"])
        theirs["train"] = {**theirs["train"], "steps": steps}
        found += [_Difference(path, before, after) for path, before, after in wanted]
    changes, told = [_change(each, locate) for each in found], [each.path for each in found]
    for path in SHOWN:
        own = _differences(_at(ours, path), _at(theirs, path), path)
        changes += [
            _change(each, locate, in_force=True)
            for each in own
            if not any(each.path[: len(path)] == path for path in told)
        ]
    return Merged(Config.model_validate(theirs), tuple(changes))


def _origin(ours: dict[str, Any], theirs: dict[str, Any]) -> list[_Difference]:
    """How results come to be: what base trains, head cannot bring; what base lacks starts from defaults."""
    found = []
    if ours["train"] is not None and theirs["train"] is None:
        found.append(_Difference(("train",), ours["train"], None))
        if theirs["predictions"] is not None:
            found.append(_Difference(("predictions",), None, theirs["predictions"]))
        theirs |= {"train": ours["train"], "predictions": None}
    elif ours["train"] is None and theirs["train"] is not None:
        if ours["predictions"] is not None:
            found.append(_Difference(("predictions",), ours["predictions"], None))
        ours["train"] = TrainConfig(process=ProcessConfig()).model_dump(mode="json", by_alias=True)
    if ours["predictions"] is None:
        ours["predictions"] = {"baseline": None}
    return found


def _positive(ours: dict[str, Any], theirs: dict[str, Any]) -> list[_Difference]:
    """Other serving.classes must not turn the labels round: the class that base calls positive stays it."""
    before, after = ours["serving"]["classes"], theirs["serving"]["classes"]
    evaluate = ours["evaluate"]
    if evaluate["task"] != "binary" or evaluate["positive"] is not None or before == after:
        return []
    evaluate["positive"] = theirs["evaluate"]["positive"] = before[1] if len(before) == 2 else 1  # noqa: PLR2004 - binary
    return [_Difference(("serving", "classes"), before, after)]


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
    if value is None:
        return None  # head has not the part at all
    return {**value, path[0]: _with(value.get(path[0]), path[1:], new)}


@dataclass(frozen=True)
class _Difference:
    path: tuple[str | int, ...]
    before: Any
    after: Any


def _differences(before: Any, after: Any, path: tuple[str | int, ...]) -> Iterator[_Difference]:
    """The smallest parts that differ: keys of mappings, items of lists, else the whole."""
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for key in [*before, *(key for key in after if key not in before)]:
            yield from _differences(before.get(key), after.get(key), (*path, key))
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for index, (old, new) in enumerate(zip(before, after, strict=True)):
            yield from _differences(old, new, (*path, index))
    elif isinstance(before, list) and isinstance(after, list) and not _same_items(before, after):
        yield from (_Difference((*path, at), x, None) for at, x in enumerate(before) if x not in after)
        yield from (_Difference((*path, at), None, x) for at, x in enumerate(after) if x not in before)
    else:
        yield _Difference(path, before, after)


def _same_items(before: list[Any], after: list[Any]) -> bool:
    return all(each in after for each in before) and all(each in before for each in after)


def _change(
    difference: _Difference, locate: Callable[[tuple[str | int, ...]], str], *, in_force: bool = False
) -> PolicyChange:
    key = dotted(difference.path)
    old, new = _texts(difference.before, difference.after)
    effect = _effect(difference)
    return PolicyChange(
        key=key,
        base=old,
        head=new,
        summary=f"{key}: {old} -> {new}{effect}; {'in force' if in_force else 'rules after the merge'}",
        location=locate(difference.path),
        in_force=in_force,
    )


def _effect(difference: _Difference) -> str:
    """Whether a changed gate rule is looser or stricter."""
    path, old, new = difference.path, difference.before, difference.after
    name = str(path[-1])
    if path[:2] == ("gate", "rules") and len(path) == len(("gate", "rules", 0)):
        return " (looser)" if new is None else " (stricter)" if old is None else ""
    if path[0] == "gate" and name in STRICTNESS:
        order = STRICTNESS[name]
        return " (looser)" if order.index(new) < order.index(old) else " (stricter)"
    if name not in {"minimum", "maximum", "max_regression", "min_improvement"} or old is None:
        return ""
    if new is None:
        return " (looser)"
    rises_loosens = name in {"maximum", "max_regression"}
    return " (looser)" if (new > old) == rises_loosens else " (stricter)"


def _texts(before: Any, after: Any) -> tuple[str, str]:
    """Both values; of two long ones the parts from just before their first difference."""
    old, new = _written(before), _written(after)
    same = next(
        (at for at, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new))
    )
    start = max(0, same - LEAD) if max(len(old), len(new)) > MAX_TEXT else 0
    return _cut(old, start), _cut(new, start)


def _cut(text: str, start: int) -> str:
    head = "..." if start else ""
    rest = text[start:]
    return f"{head}{rest}" if len(rest) <= MAX_TEXT - 3 else f"{head}{rest[: MAX_TEXT - 6]}..."


def _written(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, str):
        return value
    return json.dumps(_without_nothing(value), sort_keys=True, ensure_ascii=False)


def _without_nothing(value: Any) -> Any:
    """A mapping without its empty keys: what a reader would have written."""
    if not isinstance(value, dict):
        return value
    return {name: _without_nothing(each) for name, each in value.items() if each is not None}


def dotted(path: tuple[str | int, ...]) -> str:
    """gate.rules[0].minimum."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return text


def file_change(key: str, path: str, before: str, after: str) -> PolicyChange:
    """A base-owned file whose content the pull request changes (sha256 of each; "" is not there)."""
    shown = [_digest_text(digest) for digest in (before, after)]
    judge = "the base commit's file judges" if before else "the base commit has none, so this one judges"
    return PolicyChange(
        key=key,
        base=shown[0],
        head=shown[1],
        summary=f"{path} ({key}) changes: {shown[0]} -> {shown[1]}; {judge}",
        location=path,
        in_force=not before,
    )


def pointer_change(key: str, path: str, base: tuple[str, str], head: tuple[str, str]) -> PolicyChange:
    """What points to a base-owned file outside git is moved, and the base commit's rows cannot be had."""
    old, new = (f"{name or 'nothing'} {value[:12]}".rstrip() for name, value in (base, head))
    return PolicyChange(
        key=key,
        base=old,
        head=new,
        summary=f"{path} ({key}): git holds a pointer, which this change moves: {old} -> {new}; {OWN_JUDGES}",
        location=path,
        in_force=True,
    )


def _digest_text(digest: str) -> str:
    plain = digest.removeprefix(LINK)
    text = f"sha256 {plain[:12]}..." if plain else "not there"
    return f"a symbolic link ({text})" if digest.startswith(LINK) else text
