"""mlops.yaml through the API, for a job that checks out nothing: base judges, head is data to compare."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from mlops_actions.errors import ConfigError
from mlops_actions.stages.policy import Texts

if TYPE_CHECKING:
    from mlops_actions.adapters.actions_runtime import Event
    from mlops_actions.adapters.github.client import GitHubClient

MERGE = 2


def token_of_run() -> str:
    """The token that the action was given, or ""."""
    return os.environ.get("MLOPS_GITHUB_TOKEN") or os.environ.get("GITHUB_TOKEN") or ""


def github_client(repository: str) -> GitHubClient | None:
    """The API of this run's server, or None without a token."""
    from mlops_actions.adapters.github.client import GitHubClient

    token = token_of_run()
    if not token or not repository:
        return None
    return GitHubClient(token, repository, os.environ.get("GITHUB_API_URL", "https://api.github.com"))


def remote_texts(event: Event, file: str) -> Texts:
    """Both texts of `file` (path from the repository's top) by commit.

    pull_request: base is the merge commit's first parent; workflow_run: the tip of the base branch of the
    open pull request whose head still is the run's head commit and repository.

    Raises:
        ConfigError: no token, no such pull request, or head has no such file.
    """
    client = github_client(event.repository)
    if client is None:
        raise ConfigError(
            f"{file}: no such file, and no token to read it from the base commit",
            hint="Check the repository out, or pass github-token.",
        )
    base_sha, origin = _base(client, event)
    head = client.file_at(event.head_sha, file)
    base = client.file_at(base_sha, file) if base_sha else None
    if head is None:
        raise ConfigError(f"{file}: not in head commit {event.head_sha[:12]}", hint="Name it with config.")
    decoded = base.decode("utf-8", errors="replace") if base is not None else None
    return Texts(head.decode("utf-8", errors="replace"), decoded, base_sha, origin)


def _base(client: GitHubClient, event: Event) -> tuple[str, str]:
    if event.name == "workflow_run":
        run = event.payload.get("workflow_run", {})
        repository = str((run.get("head_repository") or {}).get("full_name", ""))
        found = client.pull_request_for_head(event.head_sha, repository)
        if found is None:
            raise ConfigError(
                f"no open pull request has head {event.head_sha[:12]} of {repository}",
                hint="The head has moved on; its newer run will report.",
            )
        return client.branch_tip(found.base_ref) or "", f"tip of {found.base_ref}"
    parents = client.commit_parents(event.sha)
    if len(parents) == MERGE:
        return parents[0], "first parent of the pull request's merge commit"
    base = event.payload.get("pull_request", {}).get("base", {}).get("sha", "")
    return str(base), "the pull request's base.sha"
