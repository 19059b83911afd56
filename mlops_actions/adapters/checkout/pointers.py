"""Files that git holds only by a pointer (a submodule's commit, a DVC file): a change moves the pointer."""

from __future__ import annotations

import posixpath
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

import yaml

from mlops_actions.dvc_lock import ENDING, LOCK, PIPELINE, outputs_of_lock
from mlops_actions.errors import CheckoutError

if TYPE_CHECKING:
    from mlops_actions.adapters.checkout.git import Git

SUBMODULE, FILE = "160000", "100"  # of git's modes


def pointer_of(git: Git, sha: str, path: str) -> tuple[str, str]:
    """What points to a file that a commit does not hold.

    Args:
        git: the repository.
        sha: the commit.
        path: from the repository's top.

    Returns:
        The pointer's name and value: a submodule and its commit, a `.dvc` file and its blob, dvc.lock and the
        digest it states; ("", "") when there is none.
    """
    places = [PurePosixPath(path), *PurePosixPath(path).parents][:-1]
    for place in places:
        for name in (str(place), f"{place}{ENDING}"):
            mode, value = entry(git, sha, name)
            if mode == SUBMODULE or (mode.startswith(FILE) and name.endswith(ENDING) and name != path):
                return name, value
    for folder in PurePosixPath(path).parents:
        name = str(folder / LOCK)
        text = git.text(sha, name)
        if text is not None:
            stated = _stated(text, git.text(sha, str(folder / PIPELINE)), folder, path)
            if stated:
                return name, stated
    return "", ""


def entry(git: Git, sha: str, name: str) -> tuple[str, str]:
    """(mode, object) of what a commit holds under exactly that name, or two empty texts."""
    listed = git.need("ls-tree", "-z", "--full-tree", sha, "--", name).split(b"\0")[0]
    about, tab, found = listed.partition(b"\t")
    if not tab or found.decode(errors="replace") != name:
        return "", ""
    mode, _, value = about.decode().split()
    return mode, value


def _stated(text: str, pipeline: str | None, folder: PurePosixPath, path: str) -> str:
    """The md5 that dvc.lock states for the file or a folder it lies in, or "".

    pipeline: of dvc.yaml, whose stages say from which folder their paths start.
    """
    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise CheckoutError(f"{folder / LOCK}: not valid YAML: {error}") from None
    target = PurePosixPath(path)
    for start, out in outputs_of_lock(document, _if_yaml(pipeline)):
        named = PurePosixPath(posixpath.normpath(folder / start / str(out.get("path", ""))))
        if named == target or named in target.parents:
            return str(out.get("md5") or out.get("hash") or "")
    return ""


def _if_yaml(text: str | None) -> Any:
    try:
        return yaml.safe_load(text or "")
    except yaml.YAMLError:
        return None
