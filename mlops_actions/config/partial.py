"""mlops.yaml without its mistakes: what stands beside them can still be judged. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

from mlops_actions.config.data import DataSource
from mlops_actions.config.evaluate import KpiConfig
from mlops_actions.config.gate import SUBJECTS, GateRule

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlops_actions.config.lines import Path

UNREAD = "unread_by_mlops"  # stands for what is required and cannot be read; nothing is told of it
SOURCE = {"id": UNREAD, "owner": UNREAD, "licence": UNREAD, "path": UNREAD}
ELEMENTS: dict[Path, tuple[type[BaseModel], dict[str, Any], tuple[str, ...]]] = {
    ("business", "kpis"): (KpiConfig, {"id": UNREAD, "title": UNREAD, "row_value": "0"}, ("id",)),
    ("gate", "rules"): (GateRule, {"score": "effective", "minimum": 0}, SUBJECTS),
    ("data", "sources"): (DataSource, SOURCE, ("path",)),
}
REQUIRED: dict[Path, Any] = {
    ("version",): 1,
    ("project",): UNREAD,
    ("data",): {"train": UNREAD, "target": UNREAD},
    ("data", "train"): UNREAD,
    ("data", "target"): UNREAD,
    ("predictions", "candidate"): UNREAD,
    ("monitor", "retrain", "workflow"): UNREAD,
}
STEPS: Path = ("train", "steps")
NAMES: tuple[Path, ...] = (
    *(("data", key) for key in ("key", "features", "exclude", "sensitive")),
    ("evaluate", "slices"),
    ("privacy", "quasi_identifiers"),
)


def cut(value: Any, path: Path) -> None:
    """Take the mistake at `path` out of the plain values, in place: the smallest part that can be spared.

    The places of all that is left stay the same.
    """
    if path in REQUIRED:
        _put(value, path, REQUIRED[path])
    elif path[:2] in ELEMENTS and len(path) > 2:  # noqa: PLR2004 - an element of that list
        elements = _at(value, path[:2])
        elements[path[2]] = _mended(path[:2], elements[path[2]], int(path[2]), path[3:4])
    elif path[:2] == STEPS and len(path) > 2:  # noqa: PLR2004 - one of them is wrong: the others read it
        cut(value, STEPS)
    elif path[:-1] in NAMES and isinstance(_at(value, path[:-1]), list):
        _at(value, path[:-1])[path[-1]] = UNREAD
    elif path:
        there = _at(value, path[:-1])
        if isinstance(there, dict) and path[-1] in there:
            del there[path[-1]]
        else:  # a key that is missing, or an element of a list whose others mean nothing alone
            cut(value, path[:-1])


def derived(path: Path, before: set[Path]) -> bool:
    """Whether a mistake only follows from one that was taken out: below it, or around it."""
    return any(path[: len(each)] == each or each[: len(path)] == path for each in before)


def _mended(place: Path, element: Any, index: int, wrong: Path) -> dict[str, Any]:
    """The element without the wrong key, else its name alone, else one that says nothing."""
    model, defaults, names = ELEMENTS[place]
    defaults = {**defaults, **({"id": f"{UNREAD}_{index}"} if "id" in defaults else {})}
    given = element if isinstance(element, dict) else {}
    kept = {key: each for key, each in given.items() if key not in wrong}
    named = {key: each for key, each in kept.items() if key in names}
    fill = {"minimum": 0} if model is GateRule else defaults
    for made in ({**fill, **kept}, {**fill, **named}, defaults):
        if made != element and _is(model, made):
            return made
    return defaults


def _is(model: type[BaseModel], value: Mapping[str, Any]) -> bool:
    try:
        model.model_validate(value)
    except ValidationError:
        return False
    return True


def _at(value: Any, path: Path) -> Any:
    """What stands there; None where a part on the way was taken out before."""
    for step in path:
        if isinstance(value, dict):
            value = value.get(step)
        else:
            value = value[step] if isinstance(value, list) and isinstance(step, int) else None
    return value


def _put(value: Any, path: Path, new: Any) -> None:
    for step in path[:-1]:
        if not isinstance(value.get(step), dict):
            value[step] = {}
        value = value[step]
    value[path[-1]] = new
