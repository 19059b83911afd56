"""mlops.yaml through the API, for a job that checks out nothing: base judges, head is data to compare."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from mlops_actions.dvc_lock import ENDING
from mlops_actions.errors import ConfigError, Location
from mlops_actions.gate.ownership import file_change
from mlops_actions.stages.policy import Texts, decide_policy, judging_files

if TYPE_CHECKING:
    from mlops_actions.adapters.actions_runtime import Event
    from mlops_actions.adapters.github.client import GitHubClient
    from mlops_actions.results.gate import PolicyChange
    from mlops_actions.stages.context import Policy

MERGE = 2


def token_of_run() -> str:
    """The token that the action was given, or ""."""
    return os.environ.get("MLOPS_GITHUB_TOKEN") or os.environ.get("GITHUB_TOKEN") or ""


def github_client(
    repository: str, author: str | None = None, *, patience: float | None = None
) -> GitHubClient | None:
    """The API of this run's server, or None without a token.

    Args:
        repository: owner/name.
        author: the login that the token posts as.
        patience: how long it waits for an API that stays away, in seconds; default: RetryPolicy's.
    """
    from mlops_actions.adapters.github.client import ACTIONS_BOT, GitHubClient
    from mlops_actions.adapters.github.retry import RetryPolicy

    token = token_of_run()
    if not token or not repository:
        return None
    url = os.environ.get("GITHUB_API_URL", "https://api.github.com")
    policy = RetryPolicy() if patience is None else RetryPolicy(total_wait=patience)
    return GitHubClient(token, repository, url, author=author or ACTIONS_BOT, policy=policy)


def remote_policy(event: Event, path: Path) -> Policy:
    """The policy of a run whose workspace does not hold the pull request.

    Raises:
        ConfigError: no token, no such pull request, or head has no such file.
        TrustError: see decide_policy.
        GitHubError: the API refused or could not be reached.
    """
    file = from_top(path, os.environ.get("GITHUB_WORKSPACE", ""))
    client = github_client(event.repository)
    if client is None:
        raise ConfigError(
            f"{file}: not checked out, and no token to read it from the base commit",
            hint="Check the repository out, or pass github-token.",
        )
    texts = remote_texts(client, event, file)
    policy = decide_policy(texts, PurePosixPath(file).name, pull_request=True)
    found = _changed_files(client, event, policy, PurePosixPath(file).parent)
    return replace(policy, changes=(*policy.changes, *found), pull_request=texts.pull_request)


def removed(file: str, base_sha: str) -> ConfigError:
    """A pull request does not rid itself of its judge by deleting mlops.yaml."""
    return ConfigError(
        "this pull request removes it, and the base commit's policy still judges: nothing passes without it",
        location=Location(file),
        hint=f"Bring it back: git checkout {base_sha[:12]} -- {file}. To stop using the toolkit, remove its "
        "workflow on the base branch first.",
    )


def from_top(path: Path, workspace: str) -> str:
    """A path in the workspace as the repository names it; nothing need be there."""
    place = path.parent.resolve() / path.name
    top = Path(workspace).resolve() if workspace else Path.cwd()
    return place.relative_to(top).as_posix() if place.is_relative_to(top) else path.name


def remote_texts(client: GitHubClient, event: Event, file: str) -> Texts:
    """Both texts of `file` (path from the repository's top) by commit.

    pull_request: base is the merge commit's first parent; merge_group: its base_sha; workflow_run: the tip of
    the base branch of the open pull request whose head still is the run's head commit and repository.
    """
    base_sha, origin, number = _base(client, event)
    if not base_sha:
        raise ConfigError(f"{file}: no base commit ({origin})", hint="A pull request never judges itself.")
    head, base = client.file_at(event.head_sha, file), client.file_at(base_sha, file)
    if head is None and base is not None:
        raise removed(file, base_sha)
    if head is None:
        raise ConfigError(f"{file}: not in head commit {event.head_sha[:12]}", hint="Name it with config.")
    decoded = base.decode("utf-8", errors="replace") if base is not None else None
    return Texts(head.decode("utf-8", errors="replace"), decoded, base_sha, origin, number)


def _changed_files(
    client: GitHubClient, event: Event, policy: Policy, folder: PurePosixPath
) -> tuple[PolicyChange, ...]:
    """Base-owned files that the pull request changes: shown by the job that posts, too."""
    if policy.base is None:
        return ()
    found, name = [], policy.config.data.schema_
    schema = client.file_at(policy.base_sha, str(folder / name)) if name is not None else None
    text = schema.decode("utf-8", errors="replace") if schema is not None else None
    for key, path in judging_files(policy.config, text):
        before, after = (
            _digest(client, sha, str(folder / path)) for sha in (policy.base_sha, event.head_sha)
        )
        if before != after:
            found.append(file_change(key, path, before, after))
    return tuple(found)


def _digest(client: GitHubClient, sha: str, path: str) -> str:
    """Of a file at a commit, or of the DVC file beside it; "" where there is neither."""
    for name in (path, f"{path}{ENDING}"):
        data = client.file_at(sha, name)
        if data is not None:
            return hashlib.sha256(data).hexdigest()
    return ""


def _base(client: GitHubClient, event: Event) -> tuple[str, str, int | None]:
    """The base commit, where it came from, and the pull request's number."""
    if event.name == "merge_group":
        return str(event.payload.get("merge_group", {}).get("base_sha") or ""), "merge_group.base_sha", None
    if event.name == "workflow_run":
        run = event.payload.get("workflow_run", {})
        repository = str((run.get("head_repository") or {}).get("full_name", ""))
        found = client.pull_request_for_head(event.head_sha, repository)
        if found is None:
            raise ConfigError(
                f"no open pull request has head {event.head_sha[:12]} of {repository}",
                hint="The head has moved on; its newer run will report.",
            )
        return client.branch_tip(found.base_ref) or "", f"tip of {found.base_ref}", found.number
    parents = client.commit_parents(event.sha)
    if len(parents) == MERGE and parents[1] == event.head_sha:
        return parents[0], "first parent of the pull request's merge commit", event.pull_request
    base = event.payload.get("pull_request", {}).get("base", {}).get("sha", "")
    return (
        str(base),
        "the pull request's base.sha (the event's commit is not its merge commit)",
        event.pull_request,
    )
