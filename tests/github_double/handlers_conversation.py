"""Pull requests, issue comments, commit statuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.github_double import bodies
from tests.github_double.exchange import RefusedError, Reply, paginated
from tests.github_double.state import Comment, Pull, Status

if TYPE_CHECKING:
    from tests.github_double.context import Context

_BODY_LIMIT = 65_536


def list_pulls(ctx: Context) -> Reply:
    """Newest first, by state, `head=owner:branch` and base, as GitHub filters."""
    query, name = ctx.call.query, ctx.name
    state, head, base = query.get("state", "open"), query.get("head", ""), query.get("base", "")

    def wanted(pull: Pull) -> bool:
        owner = (pull.head.repository or name).split("/", maxsplit=1)[0]
        return (
            state in {"all", pull.state}
            and head in {"", f"{owner}:{pull.head.ref}"}
            and base in {"", pull.base_ref}
        )

    pulls = sorted((p for p in ctx.repo.pulls if wanted(p)), key=lambda p: -p.number)
    return paginated(ctx.call, [bodies.pull(name, p, ctx.base, listed=True) for p in pulls])


def get_pull(ctx: Context) -> Reply:
    return Reply(200, bodies.pull(ctx.name, _pull(ctx, "pull_number"), ctx.base))


def _pull(ctx: Context, key: str) -> Pull:
    pull = ctx.repo.pull(int(ctx.values[key]))
    if pull is None:
        raise RefusedError(404, "Not Found")
    return pull


def list_comments(ctx: Context) -> Reply:
    issue = _pull(ctx, "issue_number").number
    found = sorted((c for c in ctx.repo.comments if c.issue == issue), key=lambda c: c.id)
    return paginated(ctx.call, [bodies.comment(ctx.name, c, ctx.base) for c in found])


def _checked_body(ctx: Context) -> str:
    body = str(ctx.call.json()["body"])
    if len(body) > _BODY_LIMIT:
        problem = {"resource": "IssueComment", "code": "unprocessable", "field": "data"}
        told = {**problem, "message": f"Body is too long (maximum is {_BODY_LIMIT} characters)"}
        raise RefusedError(422, "Validation Failed", errors=[told])
    return body


def create_comment(ctx: Context) -> Reply:
    ctx.require_write()
    pull = _pull(ctx, "issue_number")
    if pull.locked:
        raise RefusedError(403, "Unable to create comment because issue is locked.")
    made = ctx.repo.add_comment(pull.number, ctx.state.login, _checked_body(ctx))
    return Reply(201, bodies.comment(ctx.name, made, ctx.base), {"Location": f"{ctx.base}{ctx.call.path}"})


def _comment(ctx: Context) -> Comment:
    wanted = int(ctx.values["comment_id"])
    found = next((c for c in ctx.repo.comments if c.id == wanted), None)
    if found is None:
        raise RefusedError(404, "Not Found")
    return found


def edit_comment(ctx: Context) -> Reply:
    ctx.require_write()
    comment = _comment(ctx)
    comment.body = _checked_body(ctx)
    comment.edits += 1
    return Reply(200, bodies.comment(ctx.name, comment, ctx.base))


def delete_comment(ctx: Context) -> Reply:
    ctx.require_write()
    ctx.repo.comments.remove(_comment(ctx))
    return Reply(204)


def create_status(ctx: Context) -> Reply:
    """Limits: description 140 characters, context 255."""
    ctx.require_write()
    sha, asked = ctx.values["sha"], ctx.call.json()
    if sha not in ctx.repo.commits:
        raise RefusedError(422, f"No commit found for SHA: {sha}", errors=[])
    for field, limit in (("description", 140), ("context", 255)):
        if len(asked.get(field) or "") > limit:
            told = {"resource": "Status", "code": "custom", "field": field}
            message = f"{field} is too long (maximum is {limit} characters)"
            raise RefusedError(422, "Validation Failed", errors=[{**told, "message": message}])
    made = Status(
        id=len(ctx.repo.statuses) + 1,
        sha=sha,
        state=asked["state"],
        context=asked.get("context", "default"),
        description=asked.get("description"),
        target_url=asked.get("target_url"),
    )
    ctx.repo.statuses.append(made)
    return Reply(201, bodies.status(ctx.name, made, ctx.state.login, ctx.base), {"Location": ctx.base})


def list_statuses(ctx: Context) -> Reply:
    """Newest first."""
    sha = ctx.resolve(ctx.values["ref"])
    found = [s for s in reversed(ctx.repo.statuses) if s.sha == sha]
    return paginated(ctx.call, [bodies.status(ctx.name, s, ctx.state.login, ctx.base) for s in found])
