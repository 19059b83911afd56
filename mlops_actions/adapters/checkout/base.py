"""Which commit judges: one row per event (contracts: what is read from the base commit)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlops_actions.adapters.checkout.git import Git

MERGE = 2
ZEROS = "0" * 40


@dataclass(frozen=True)
class BaseCommit:
    """The base commit, or "" when there is none, and one sentence about where it came from."""

    sha: str
    origin: str


def find_base(git: Git, head: str, event: str, payload: Mapping[str, Any]) -> BaseCommit:
    """The base commit of an event.

    pull_request: first parent of the merge commit (the event's base.sha is stale when the branch moved on);
    merge_group: its base_sha; push: `before`; anything else: the merge-base with the default branch, or the
    first parent when HEAD is on it.
    """
    if event in {"pull_request", "pull_request_target"}:
        return _pull_request(git, head, payload)
    if event == "merge_group":
        return BaseCommit(str(payload["merge_group"]["base_sha"]), "merge_group.base_sha")
    if event == "push":
        before = str(payload.get("before") or "")
        if before and before != ZEROS:
            return BaseCommit(before, "the push's before")
        return BaseCommit("", "the branch is new: the push has no commit before it")
    return _local(git, head)


def _pull_request(git: Git, head: str, payload: Mapping[str, Any]) -> BaseCommit:
    parents = git.parents(head)
    if len(parents) == MERGE:
        return BaseCommit(parents[0], "first parent of the pull request's merge commit")
    stated = str(payload.get("pull_request", {}).get("base", {}).get("sha") or "")
    found = git.ask("merge-base", head, stated) if stated and git.have(stated) else None
    if found:
        return BaseCommit(found, "merge-base with the pull request's base (HEAD is no merge commit)")
    return BaseCommit(stated, "the pull request's base.sha (HEAD is no merge commit)")


def _local(git: Git, head: str) -> BaseCommit:
    branch = git.ask("symbolic-ref", "--quiet", "--short", "HEAD")
    names = [git.ask("symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD"), "origin/main"]
    for name in (*names, "origin/master", "main", "master"):
        tip = git.commit(name) if name else None
        if not name or tip is None:
            continue
        if branch == name.removeprefix("origin/") or tip == head:
            parents = git.parents(head)
            parent = parents[0] if parents and git.have(parents[0]) else ""
            where = f"first parent (HEAD is on {name.removeprefix('origin/')})"
            return BaseCommit(parent, where if parent else "HEAD has no parent here")
        found = git.ask("merge-base", head, tip)
        if found:
            return BaseCommit(found, f"merge-base with {name}")
    return BaseCommit("", "no default branch was found")
