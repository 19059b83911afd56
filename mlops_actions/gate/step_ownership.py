"""What of `train.steps` a pull request may not choose: opt-outs, and limits above the ceiling. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Found = tuple[tuple[str | int, ...], Any, Any]  # key path in head's file, in force, head's own

TRAIN = "train"


def own_steps(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> tuple[list[dict[str, Any]], list[Found]]:
    """Head's steps under the base's hardening and ceiling, and what head would have instead.

    A step is the base's by its id. It keeps the opt-outs that the base gives it only while no channel reaches
    it that did not reach it there (through the steps before it, too): else a step that may use the network
    could be given the rows that it was kept from. Any other step has an opt-out when `train.hardening` and
    all steps of the base have it.

    Args:
        ours: the base's `train`, as plain values.
        theirs: head's, with the base's `resources` and `hardening` already in it.
    """
    known = {step["id"]: step for step in ours.get("steps") or ()}
    before, after = reached(ours), reached(theirs)
    steps: list[dict[str, Any]] = []
    found: list[Found] = []
    for index, step in enumerate(theirs.get("steps") or ()):
        path = (TRAIN, "steps", index)
        base = known.get(step["id"])
        trusted = base is not None and after[step["id"]] <= before[step["id"]]
        hardening = base["hardening"] if base is not None and trusted else _common(ours)
        wanted = step["hardening"] or theirs["hardening"]
        in_force = hardening or theirs["hardening"]
        if wanted != in_force:
            found += _differing((*path, "hardening"), in_force, wanted)
        ceiling = theirs["resources"]
        high = {name: value for name, value in step["resources"].items() if (value or 0) > ceiling[name]}
        found += [((*path, "resources", name), ceiling[name], value) for name, value in high.items()]
        limits = {**step["resources"], **{name: ceiling[name] for name in high}}
        steps.append({**step, "hardening": hardening, "resources": limits})
    return steps, found


def _differing(path: tuple[str | int, ...], before: Any, after: Any) -> Iterator[Found]:
    yield from (((*path, name), before[name], after[name]) for name in before if before[name] != after[name])


def _common(ours: Mapping[str, Any]) -> dict[str, bool] | None:
    """What every step of the base gives up; None where that is `train.hardening` itself."""
    shared = ours["hardening"]
    each = [step["hardening"] or shared for step in ours.get("steps") or ()]
    common = {name: value and all(one[name] for one in each) for name, value in shared.items()}
    return None if common == shared else common


def reached(train: Mapping[str, Any]) -> dict[str, frozenset[tuple[str, str]]]:
    """By step: the channels (name and path) that it or any step before it reads."""
    steps: Sequence[Mapping[str, Any]] = train.get("steps") or ()
    channels = {**(train.get("channels") or {}), TRAIN: ""}
    makers = {name: step["id"] for step in steps for name in step["outputs"]}
    found = {
        step["id"]: {(name, channels[name]) for name in step["inputs"] if name in channels} for step in steps
    }
    for _ in steps:  # so many rounds reach the far end of the longest chain
        for step in steps:
            for name in step["inputs"]:
                if name in makers:
                    found[step["id"]] |= found[makers[name]]
    return {identifier: frozenset(each) for identifier, each in found.items()}
