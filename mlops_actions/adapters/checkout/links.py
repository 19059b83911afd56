"""What leads from a name to a file: the symbolic links on its way, and what points to its real place."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_actions.adapters.checkout.pointers import entry, pointer_of

if TYPE_CHECKING:
    from mlops_actions.adapters.checkout.git import Git

MOST = 40  # links on one way, as Linux allows
LINK = "120000"  # of git's modes
Pointer = tuple[str, str]


def places_of(top: Path, path: str) -> tuple[str, ...]:
    """The name itself, then every link of the working copy on its way and each name it leads to.

    Args:
        top: the repository's top folder.
        path: from there; it need not exist.

    Returns:
        Names inside the repository, each once; a way that leaves it, or never ends, stops there.
    """
    top, found = top.resolve(), [path]
    for _ in range(MOST):
        link = _first_link(top, found[-1])
        if not link:
            break
        target = os.path.normpath(top / Path(link).parent / (top / link).readlink())
        whole = Path(target) / Path(found[-1]).relative_to(link)
        found.append(link)
        if not whole.is_relative_to(top):
            break
        found.append(str(whole.relative_to(top)))
    return tuple(dict.fromkeys(found))


def files_of(top: Path, path: str) -> tuple[str, ...]:
    """The name and those that its links lead to, without the links themselves."""
    return tuple(place for place in places_of(top, path) if not (top / place).is_symlink())


def _first_link(top: Path, path: str) -> str:
    ways = [str(each) for each in reversed((Path(path), *Path(path).parents)) if str(each) != "."]
    return next((each for each in ways if (top / each).is_symlink()), "")


def pointers_on_the_way(git: Git, base: str, head: str, path: str) -> tuple[Pointer, Pointer]:
    """What points to a file at two commits (link, submodule, DVC file): the first that differs, or the last.

    Args:
        git: the repository, with head checked out.
        base: the one commit.
        head: the other.
        path: from the repository's top.
    """
    seen: tuple[Pointer, Pointer] = (("", ""), ("", ""))
    for place in places_of(git.top, path):
        there = (_pointer(git, base, place), _pointer(git, head, place))
        if there[0] != there[1]:
            return there
        seen = there if there[0][0] else seen
    return seen


def _pointer(git: Git, sha: str, path: str) -> Pointer:
    for place in (Path(path), *Path(path).parents):
        mode, value = entry(git, sha, str(place)) if str(place) != "." else ("", "")
        if mode == LINK:
            return f"the link {place}", value
    return pointer_of(git, sha, path)
