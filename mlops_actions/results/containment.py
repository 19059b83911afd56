"""How a training was contained, in words: the protections that it was without are told as what it had."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

OPENED = {
    "network": "with a network",
    "writable_root": "with a writable root file system",
    "root_user": "as root",
    "keep_capabilities": "with the engine's capabilities",
}


def contained_words(opt_outs: Sequence[str], *, contained: bool) -> str:
    """`contained, but with a network, as root; pids limit not enforced by this engine`.

    Args:
        opt_outs: as training.json has them: an option's name, of steps with `(in fetch)` behind it, or a
            sentence of its own (a limit that an engine cannot hold), which is kept.
        contained: whether it ran in a container at all.
    """
    if not contained:
        return "not contained"
    opened = ", ".join(opened_words(opt_outs))
    other = [each for each in opt_outs if _name(each) not in OPENED]
    return "; ".join([f"contained, but {opened}" if opened else "contained", *other])


def opened_words(opt_outs: Sequence[str]) -> list[str]:
    """What was opened on purpose, each in words: `with a network (in fetch)`."""
    known = [(_name(each), each) for each in opt_outs if _name(each) in OPENED]
    return [f"{OPENED[name]}{each.removeprefix(name)}" for name, each in known]


def _name(opted: str) -> str:
    """Without the steps that it is of."""
    return opted.partition(" (in ")[0]
