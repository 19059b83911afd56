"""Commit statuses: the second channel beside the job's own colour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from mlops_actions.adapters.github.answer import Body
from mlops_actions.errors import GitHubError

if TYPE_CHECKING:
    from mlops_actions.adapters.github.connection import Connection

DESCRIPTION_LIMIT = 140
CONTEXT_LIMIT = 255
StatusState = Literal["error", "failure", "pending", "success"]


@dataclass(frozen=True)
class StatusOutcome:
    """Whether the status was set; `reason` says why not."""

    action: Literal["created", "forbidden"]
    url: str = ""
    reason: str = ""


class _Status(Body):
    url: str


def set_status(
    connection: Connection, sha: str, state: StatusState, context: str, description: str, target_url: str
) -> StatusOutcome:
    """Set a commit's status; a longer description is cut to 140 characters.

    Raises:
        GitHubError: a context that is empty or over 255 characters, an unknown commit, or no answer.
    """
    if not 0 < len(context) <= CONTEXT_LIMIT:
        allowed = f"1 to {CONTEXT_LIMIT}"
        raise GitHubError(
            f"a status context has {allowed} characters, this one has {len(context)}: {context[:80]!r}."
        )
    if len(description) > DESCRIPTION_LIMIT:
        description = f"{description[: DESCRIPTION_LIMIT - 1]}\u2026"
    body = {"state": state, "context": context, "description": description}
    if target_url:
        body["target_url"] = target_url
    answer = connection.post(
        f"/statuses/{sha}", body
    )  # the same status twice is harmless: GitHub shows the last
    if answer.denied:
        told = f"GitHub answered {answer.status} {answer.message}".strip()
        cause = "a fork's token is read-only, other jobs need `permissions: statuses: write`"
        return StatusOutcome("forbidden", reason=f"No status on {sha[:12]}: {told}; {cause}.")
    return StatusOutcome("created", answer.read(_Status).url)
