"""Which handler answers which operation of GitHub's description."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

from tests.github_double import handlers_actions, handlers_code, handlers_conversation
from tests.github_double.context import Context
from tests.github_double.exchange import Reply

Handler = Callable[[Context], Reply]
_REPO = "/repos/{owner}/{repo}"
_MULTI_SEGMENT = frozenset({"path", "branch", "ref"})


@dataclass(frozen=True)
class Route:
    method: str
    template: str
    handler: Handler

    def match(self, method: str, path: str) -> dict[str, str] | None:
        """Path values of a request that this route answers; None when it does not."""
        if method != self.method:
            return None
        found = re.fullmatch(_expression(self.template), path)
        return None if found is None else {key: unquote(text) for key, text in found.groupdict().items()}


def _expression(template: str) -> str:
    def group(found: re.Match[str]) -> str:
        name = found.group(1)
        return f"(?P<{name}>{'.+' if name in _MULTI_SEGMENT else '[^/]+'})"

    return re.sub(r"\{(\w+)\}", group, template)


_RUN = f"{_REPO}/actions/runs/{{run_id}}"
_ATTEMPT = f"{_RUN}/attempts/{{attempt_number}}"
_ARTIFACTS = f"{_REPO}/actions/artifacts"
_COMMENTS = f"{_REPO}/issues/{{issue_number}}/comments"
_COMMENT = f"{_REPO}/issues/comments/{{comment_id}}"

ROUTES: tuple[Route, ...] = (
    Route("GET", "/user", handlers_code.get_user),
    Route("GET", _REPO, handlers_code.get_repository),
    Route("GET", f"{_REPO}/branches/{{branch}}", handlers_code.get_branch),
    Route("GET", f"{_REPO}/commits/{{ref}}/statuses", handlers_conversation.list_statuses),
    Route("GET", f"{_REPO}/commits/{{ref}}", handlers_code.get_commit),
    Route("GET", f"{_REPO}/contents/{{path}}", handlers_code.get_content),
    Route("GET", f"{_REPO}/git/blobs/{{file_sha}}", handlers_code.get_blob),
    Route("GET", f"{_REPO}/pulls", handlers_conversation.list_pulls),
    Route("GET", f"{_REPO}/pulls/{{pull_number}}", handlers_conversation.get_pull),
    Route("GET", _COMMENTS, handlers_conversation.list_comments),
    Route("POST", _COMMENTS, handlers_conversation.create_comment),
    Route("PATCH", _COMMENT, handlers_conversation.edit_comment),
    Route("DELETE", _COMMENT, handlers_conversation.delete_comment),
    Route("POST", f"{_REPO}/statuses/{{sha}}", handlers_conversation.create_status),
    Route("GET", _RUN, handlers_actions.get_run),
    Route("GET", f"{_RUN}/jobs", handlers_actions.list_jobs),
    Route("GET", _ATTEMPT, handlers_actions.get_attempt),
    Route("GET", f"{_ATTEMPT}/jobs", handlers_actions.list_attempt_jobs),
    Route("GET", _ARTIFACTS, handlers_actions.list_artifacts),
    Route("GET", f"{_ARTIFACTS}/{{artifact_id}}", handlers_actions.get_artifact),
    Route("GET", f"{_ARTIFACTS}/{{artifact_id}}/{{archive_format}}", handlers_actions.download_artifact),
)


def find(method: str, path: str) -> tuple[Route, dict[str, str]] | None:
    """The route of a request and its path values."""
    for route in ROUTES:
        values = route.match(method, path)
        if values is not None:
            return route, values
    return None
