"""Which commit judges: one row per event (contracts: what is read from the base commit)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mlops_actions.errors import CheckoutError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlops_actions.adapters.checkout.git import Git

MERGE = 2
ABOUT_A_MERGE = (
    "pull_request",
    "pull_request_target",
    "pull_request_review",
    "pull_request_review_comment",
)  # GitHub checks out the merge of a pull request, or the workflow does
ZEROS = "0" * 40


@dataclass(frozen=True)
class BaseCommit:
    """The base commit, or "" when there is none, and one sentence about where it came from."""

    sha: str
    origin: str


def find_base(git: Git, head: str, event: str, payload: Mapping[str, Any]) -> BaseCommit:
    """The base commit of an event.

    pull_request and its reviews: first parent of the merge commit (the event's base.sha is stale when the
    branch moved on); merge_group: its base_sha; push: `before`; anything else: the merge-base with the
    default branch, or on that branch the first parent, which with uncommitted changes is HEAD itself.

    Raises:
        CheckoutError: a merge group's payload without a base commit.
    """
    if event in ABOUT_A_MERGE:
        return _pull_request(git, head, payload)
    if event == "merge_group":
        return BaseCommit(_merge_group(payload), "merge_group.base_sha")
    if event == "push":
        before = str(payload.get("before") or "")
        if before and before != ZEROS:
            return BaseCommit(before, "the push's before")
        return BaseCommit("", "the branch is new: the push has no commit before it")
    return _local(git, head)


def _merge_group(payload: Mapping[str, Any]) -> str:
    sha = str(payload.get("merge_group", {}).get("base_sha") or "")
    if not sha:
        raise CheckoutError("merge_group: the event names no base_sha", hint="GITHUB_EVENT_PATH is not here.")
    return sha


def _pull_request(git: Git, head: str, payload: Mapping[str, Any]) -> BaseCommit:
    """GitHub's merge commit has the pull request's head as its second parent.

    A merge commit that the pull request made itself has not: its first parent is the author's own commit. And
    the merge-base with it is as old as its author wants it to be, so the base branch's commit judges then.
    """
    pull = payload.get("pull_request", {})
    proposed = str(pull.get("head", {}).get("sha") or "")
    parents = git.parents(head)
    if len(parents) == MERGE and proposed and parents[1] == proposed:
        return BaseCommit(parents[0], "first parent of the pull request's merge commit")
    stated = str(pull.get("base", {}).get("sha") or "")
    return BaseCommit(stated, "the pull request's base.sha (HEAD is not its merge commit)")


def _local(git: Git, head: str) -> BaseCommit:
    branch = git.ask("symbolic-ref", "--quiet", "--short", "HEAD")
    names = [git.ask("symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD"), "origin/main"]
    for name in (*names, "origin/master", "main", "master"):
        tip = git.commit(name) if name else None
        if not name or tip is None:
            continue
        short = name.removeprefix("origin/")
        if branch == short or (branch is None and tip == head):
            return _first_parent(git, head, short)
        found = git.ask("merge-base", head, tip)
        if found:
            return BaseCommit(found, f"merge-base with {name}")
    return BaseCommit("", "no default branch was found")


def _first_parent(git: Git, head: str, branch: str) -> BaseCommit:
    if git.changed():
        return BaseCommit(head, f"HEAD of {branch} (the working copy has uncommitted changes)")
    parents = git.parents(head)
    parent = parents[0] if parents and git.have(parents[0]) else ""
    where = f"first parent (HEAD is on {branch})"
    return BaseCommit(parent, where if parent else "HEAD has no parent here")
