"""`mlops report`."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from mlops_actions.commands.options import baseline_options, comment_options, stage_options

if TYPE_CHECKING:
    from mlops_actions.adapters.github.client import GitHubClient
    from mlops_actions.stages.context import RunContext, StageOutcome
    from mlops_actions.stages.report import Posted


@click.command("report")
@stage_options
@baseline_options
@comment_options
def command(
    config_file: str,
    results_folder: str,
    baseline_artifact: str,
    baseline_results: str | None,
    comment_key: str | None,
    comment_author: str | None,
    *,
    comment: bool,
    as_json: bool,
    **_: Any,
) -> int:
    """Render report.md and report.html; on Actions also the job summary and the sticky comment.

    The rules are judged here, so that the report's first line is a verdict of this run: a gate.json that lies
    there is read only when its digest was announced. The exit code is 0 whenever a report was made: `mlops
    gate` is the step that turns a check red.
    """
    from mlops_actions.commands.baseline import base_score
    from mlops_actions.commands.outputs import expected_digests
    from mlops_actions.commands.session import open_session
    from mlops_actions.commands.show import finish
    from mlops_actions.stages import gate
    from mlops_actions.stages.failures import previewed

    context = open_session(config_file, results_folder)
    with previewed(context):
        if "gate" not in expected_digests(os.environ):
            gate.run(context, base_score(context, baseline_artifact, baseline_results))
        port = comment_port(context, comment_key, comment_author) if comment else None
        outcome = make_report(context, port)
    finish("report", outcome, context, as_json=as_json)
    return 0


def make_report(context: RunContext, port: GitHubComments | None) -> StageOutcome:
    """Render and post."""
    from mlops_actions.stages import report

    return report.run(context, port)


@dataclass(frozen=True)
class GitHubComments:
    """CommentPort over the API."""

    client: GitHubClient
    number: int
    key: str
    run_id: int
    attempt: int
    sha: str

    def marker(self) -> str:
        """The sticky marker of this run."""
        from mlops_actions.adapters.github.marker import Marker

        return str(Marker(self.key, self.run_id, self.attempt, self.sha))

    def post(self, body: str) -> Posted:
        """Write or update; what the token may not do, and an API that stays away, are answers."""
        from mlops_actions.errors import GitHubError
        from mlops_actions.stages.report import Posted

        try:
            done = self.client.upsert_sticky_comment(self.number, self.key, body)
        except GitHubError as error:
            return Posted("failed", reason=error.message)
        return Posted(done.action, done.url, done.reason)


def comment_port(
    context: RunContext, comment_key: str | None = None, author: str | None = None
) -> GitHubComments | None:
    """The port of this run, or None off Actions, without a token, or without a pull request."""
    from mlops_actions.adapters.actions_runtime import on_actions
    from mlops_actions.commands.remote_policy import github_client

    source = context.source
    if not on_actions(os.environ) or source.pull_request is None or not source.head_sha:
        return None
    client = github_client(source.repository, author)
    if client is None:
        return None
    policy = context.policy
    key = comment_key or (policy.base or policy.config).project  # a rename never takes another's comment
    return GitHubComments(
        client, source.pull_request, key, source.run_id or 0, source.run_attempt or 0, source.head_sha
    )
