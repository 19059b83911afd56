"""Where the base commit's results come from: a folder that is named, or the artifact of its push run."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlops_actions.adapters.actions_runtime import on_actions, read_event
from mlops_actions.commands.remote_policy import github_client
from mlops_actions.errors import GitHubError, MlopsError, UsageError
from mlops_actions.stages.base_score import BaseScore, is_asked_for, read_base_score
from mlops_actions.stages.baseline_profile import Found

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlops_actions.adapters.actions_runtime import Event
    from mlops_actions.adapters.github.client import GitHubClient
    from mlops_actions.stages.context import RunContext

PATIENCE = 60.0  # seconds: the verdict does not wait long for one rule
FILES = frozenset({"score.json", "profile.json"})
BRANCH = "refs/heads/"


def base_score(context: RunContext, baseline_artifact: str, baseline_results: str | None) -> BaseScore | None:
    """The base commit's score, or why there is none; None where no rule asks for it. Never an error."""
    if not is_asked_for(context):
        return None
    try:
        found = base_results(context, baseline_artifact, baseline_results)
        if found.folder is None:
            return BaseScore(why=found.why)
        return read_base_score(context, found.folder, found.shown)
    except (MlopsError, OSError) as error:
        problems = error.problems if isinstance(error, MlopsError) else (error,)
        return BaseScore(why=str(problems[0]).rstrip("."))


def base_results(context: RunContext, baseline_artifact: str, baseline_results: str | None) -> Found:
    """The folder of the base commit's results: the named one, or its push run's artifact; else why not.

    Raises:
        UsageError: this run's own results were named.
        MlopsError: the artifact is broken.
    """
    if not context.policy.base_sha:
        return Found(why="there is no base commit")
    if baseline_results is not None:
        return _from_folder(context, baseline_results)
    if not on_actions(os.environ):
        return Found()
    return _from_artifact(context, baseline_artifact)


def _from_folder(context: RunContext, name: str) -> Found:
    """Relative to where the command runs, as a person names it."""
    folder = Path(name)
    if folder.resolve() == context.results.folder.resolve():
        raise UsageError(f"{name}: this run's own results", hint="Name a folder of the base commit's.")
    return Found(folder, name)


def _from_artifact(context: RunContext, name: str) -> Found:
    """Only what a push to this repository's own base branch made counts, and only of the base commit."""
    client = github_client(context.source.repository, patience=PATIENCE)
    if client is None:
        return Found(why=f"without github-token the artifact {name} cannot be read")
    sha = context.policy.base_sha
    try:
        branch = _base_branch(client, read_event(os.environ), context)
        found = client.latest_artifact(name, branch, head_sha=sha)
        if found is None:
            why = f"no artifact {name} of commit {sha[:12]} that a push to {branch} made, or it has expired"
            return Found(why=why)
        folder = context.work / "baseline"
        client.download_artifact(found.id, folder, only=FILES)
    except GitHubError as error:
        hint = " The job needs `actions: read`" if "403" in error.message else ""
        return Found(why=f"{error.message}{hint}".rstrip("."))
    return Found(folder, f"{name} of run {found.run_id}")


def _base_branch(client: GitHubClient, event: Event, context: RunContext) -> str:
    """The branch of the base commit: of the pull request or the queue, the pushed, or the default one."""
    pull = _part(event.payload, "pull_request")
    if named := _part(pull, "base").get("ref"):
        return str(named)
    if event.name == "merge_group":
        return str(_part(event.payload, "merge_group").get("base_ref") or "").removeprefix(BRANCH)
    if context.source.pull_request is not None:
        known = client.pull_request(context.source.pull_request)
        return known.base_ref if known is not None else client.default_branch()
    if event.name == "push" and event.ref.startswith(BRANCH):
        return event.ref.removeprefix(BRANCH)
    return client.default_branch()


def _part(value: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = value.get(name)
    return part if isinstance(part, dict) else {}
