"""The GitHub side of mlops-actions in one object; no PyGithub type leaves this package."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from mlops_actions.adapters.github import artifacts, contents, pulls, runs, statuses
from mlops_actions.adapters.github.archive import ArchiveLimits
from mlops_actions.adapters.github.comments import CommentOutcome, StickyComment
from mlops_actions.adapters.github.connection import Connection
from mlops_actions.adapters.github.retry import RetryPolicy

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

ACTIONS_BOT = "github-actions[bot]"


class GitHubClient:
    """Everything the stages ask of GitHub about one repository.

    Args:
        token: GITHUB_TOKEN or another token.
        repository: owner/name.
        api_url: GITHUB_API_URL, `https://api.github.com` or a server's `/api/v3`.
        author: login under which this token writes. GITHUB_TOKEN may not ask who it is, so it is told.
        policy: how patiently to retry.
        limits: of artifacts.
        sleep: waits so many seconds.
        now: seconds since the epoch.

    Every method raises GitHubError when GitHub refuses for good or cannot be reached within the policy.
    """

    def __init__(
        self,
        token: str,
        repository: str,
        api_url: str,
        *,
        author: str = ACTIONS_BOT,
        policy: RetryPolicy | None = None,
        limits: ArchiveLimits | None = None,
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], float] = time.time,
    ) -> None:
        policy = policy or RetryPolicy()
        self._connection = Connection(token, repository, api_url, policy=policy, sleep=sleep, now=now)
        self._author = author
        self._limits = limits or ArchiveLimits()

    def upsert_sticky_comment(self, pull_request: int, key: str, body: str) -> CommentOutcome:
        """Post a report whose first line is its marker, or put it in place of the last one (comments.py)."""
        return StickyComment(self._connection, pull_request, key, self._author).upsert(body)

    def set_commit_status(
        self, sha: str, state: statuses.StatusState, context: str, description: str, target_url: str = ""
    ) -> statuses.StatusOutcome:
        """Set a commit's status; a token that may not is an outcome."""
        return statuses.set_status(self._connection, sha, state, context, description, target_url)

    def pull_request(self, number: int) -> pulls.PullRequest | None:
        """The pull request of a number."""
        return pulls.pull_request(self._connection, number)

    def pull_request_for_head(
        self, head_sha: str, head_repository: str, *, head_branch: str = "", base_ref: str = ""
    ) -> pulls.PullRequest | None:
        """The open pull request whose head still is this commit of this repository (`workflow_run`)."""
        return pulls.pull_request_for_head(self._connection, head_sha, head_repository, head_branch, base_ref)

    def default_branch(self) -> str:
        """The repository's default branch."""
        return contents.default_branch(self._connection)

    def branch_tip(self, branch: str) -> str | None:
        """The commit a branch points to."""
        return contents.branch_tip(self._connection, branch)

    def commit_parents(self, sha: str) -> tuple[str, ...]:
        """The parents of a commit, first parent first."""
        return contents.commit_parents(self._connection, sha)

    def file_at(self, ref: str, path: str) -> bytes | None:
        """A file's bytes at a commit, for a shallow checkout; None when it is not there."""
        return contents.file_at(self._connection, ref, path)

    def workflow_run(self, run_id: int, attempt: int | None = None) -> runs.WorkflowRun | None:
        """A run with its jobs' and steps' conclusions."""
        return runs.workflow_run(self._connection, run_id, attempt)

    def latest_artifact(
        self, name: str, branch: str, *, head_sha: str = "", event: str = "push"
    ) -> artifacts.Artifact | None:
        """The newest artifact that a push to this repository's branch made (the baseline)."""
        return artifacts.latest_artifact(self._connection, name, branch, head_sha=head_sha, event=event)

    def download_artifact(
        self, artifact_id: int, dest: Path, *, only: Collection[str] | None = None
    ) -> tuple[Path, ...]:
        """Fetch, verify and unpack an artifact (or some paths of it); the files written."""
        return artifacts.download_artifact(self._connection, artifact_id, dest, self._limits, only=only)
