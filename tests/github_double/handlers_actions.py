"""Workflow runs, jobs, artifacts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.github_double import bodies
from tests.github_double.exchange import RefusedError, Reply, paginated

if TYPE_CHECKING:
    from tests.github_double.context import Context
    from tests.github_double.state import Artifact, Run


def get_run(ctx: Context) -> Reply:
    return Reply(200, bodies.run(ctx.name, ctx.run(int(ctx.values["run_id"])), ctx.base))


def _attempt(ctx: Context) -> Run:
    run_id, number = int(ctx.values["run_id"]), int(ctx.values["attempt_number"])
    found = next((run for run in ctx.repo.runs if (run.id, run.attempt) == (run_id, number)), None)
    if found is None:
        raise RefusedError(404, "Not Found")
    return found


def get_attempt(ctx: Context) -> Reply:
    return Reply(200, bodies.run(ctx.name, _attempt(ctx), ctx.base))


def _jobs(ctx: Context, run: Run) -> Reply:
    shown = [bodies.job(job, run, index) for index, job in enumerate(run.jobs)]
    return paginated(ctx.call, shown, "jobs")


def list_jobs(ctx: Context) -> Reply:
    return _jobs(ctx, ctx.run(int(ctx.values["run_id"])))


def list_attempt_jobs(ctx: Context) -> Reply:
    return _jobs(ctx, _attempt(ctx))


def list_artifacts(ctx: Context) -> Reply:
    """Newest first, by name."""
    name = ctx.call.query.get("name", "")
    found = sorted((a for a in ctx.repo.artifacts if name in {"", a.name}), key=lambda a: -a.id)
    shown = [bodies.artifact(ctx.name, a, ctx.run(a.run_id), ctx.base) for a in found]
    return paginated(ctx.call, shown, "artifacts")


def _artifact(ctx: Context) -> Artifact:
    wanted = int(ctx.values["artifact_id"])
    found = next((a for a in ctx.repo.artifacts if a.id == wanted), None)
    if found is None:
        raise RefusedError(404, "Not Found")
    return found


def get_artifact(ctx: Context) -> Reply:
    item = _artifact(ctx)
    return Reply(200, bodies.artifact(ctx.name, item, ctx.run(item.run_id), ctx.base))


def download_artifact(ctx: Context) -> Reply:
    """A redirect to the blob store: here another path, which refuses a token as a foreign host must."""
    item = _artifact(ctx)
    if item.expired:
        raise RefusedError(410, "Artifact has expired")
    return Reply(302, None, {"Location": f"{ctx.base}/_double/blobs/{ctx.name}/{item.id}"})
