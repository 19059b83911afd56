"""Pull requests: looked up by what cannot be forged, the head commit and the repository it is in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_actions.adapters.github.answer import Body, refused

if TYPE_CHECKING:
    from mlops_actions.adapters.github.connection import Connection


@dataclass(frozen=True)
class PullRequest:
    """An open or closed pull request; `head_repository` is empty when the fork is deleted."""

    number: int
    state: str
    url: str
    author: str
    head_sha: str
    head_ref: str
    head_repository: str
    base_ref: str
    base_sha: str


class _Repository(Body):
    full_name: str


class _Side(Body):
    ref: str
    sha: str
    repo: _Repository | None = None


class _User(Body):
    login: str


class _Pull(Body):
    number: int
    state: str
    html_url: str
    user: _User | None = None
    head: _Side
    base: _Side

    def told(self) -> PullRequest:
        """The public shape."""
        return PullRequest(
            number=self.number,
            state=self.state,
            url=self.html_url,
            author=self.user.login if self.user else "",
            head_sha=self.head.sha,
            head_ref=self.head.ref,
            head_repository=self.head.repo.full_name if self.head.repo else "",
            base_ref=self.base.ref,
            base_sha=self.base.sha,
        )


def pull_request(connection: Connection, number: int) -> PullRequest | None:
    """The pull request of a number; None when there is none."""
    answer = connection.get(f"/pulls/{number}")
    return None if answer.missing else answer.read(_Pull).told()


def pull_request_for_head(
    connection: Connection, head_sha: str, head_repository: str, head_branch: str = "", base_ref: str = ""
) -> PullRequest | None:
    """The open pull request whose head is still this commit of this repository (`workflow_run` of a fork).

    Args:
        connection: to the base repository.
        head_sha: `workflow_run.head_sha`.
        head_repository: `workflow_run.head_repository.full_name`.
        head_branch: `workflow_run.head_branch`; narrows the listing, is not believed.
        base_ref: only pull requests into this branch.

    Returns:
        None when no open pull request has that head (any more).

    Raises:
        GitHubError: several have it; which one is meant cannot be told.
    """
    query: dict[str, str | int] = {"state": "open"}
    if head_branch:
        query["head"] = f"{head_repository.split('/', maxsplit=1)[0]}:{head_branch}"
    if base_ref:
        query["base"] = base_ref
    wanted = head_repository.lower()
    found = [
        pull
        for pull in (item.told() for item in connection.pages("/pulls", _Pull, query=query))
        if pull.head_sha == head_sha and pull.head_repository.lower() == wanted
    ]
    if len(found) > 1:
        numbers = ", ".join(f"#{pull.number} into {pull.base_ref}" for pull in found)
        reason = (
            f"{len(found)} open pull requests have the head {head_sha[:12]} of {head_repository}: {numbers}"
        )
        raise refused("GET /pulls", reason, "Name the base branch.")
    return found[0] if found else None
