"""User, repository, branches, commits, contents, blobs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.github_double import bodies
from tests.github_double.exchange import RefusedError, Reply

if TYPE_CHECKING:
    from tests.github_double.context import Context


def get_user(ctx: Context) -> Reply:
    """An installation token (GITHUB_TOKEN) may not ask who it is."""
    if ctx.state.login.endswith("[bot]"):
        raise RefusedError(403, "Resource not accessible by integration")
    return Reply(200, bodies.myself(ctx.state.login))


def get_repository(ctx: Context) -> Reply:
    return Reply(200, bodies.repository(ctx.name, ctx.repo, ctx.base))


def get_branch(ctx: Context) -> Reply:
    ref = ctx.values["branch"]
    sha = ctx.repo.branches.get(ref)
    if sha is None or sha not in ctx.repo.commits:
        raise RefusedError(404, "Branch not found")
    return Reply(200, bodies.branch(ctx.name, ref, sha, ctx.repo.commits[sha], ctx.base))


def get_commit(ctx: Context) -> Reply:
    sha = ctx.resolve(ctx.values["ref"])
    if sha is None:
        raise RefusedError(422, f"No commit found for SHA: {ctx.values['ref']}", errors=[])
    return Reply(200, bodies.commit(ctx.name, sha, ctx.repo.commits[sha], ctx.base))


def get_content(ctx: Context) -> Reply:
    """A file, or the listing of a folder."""
    ref, path = ctx.call.query.get("ref", ""), ctx.values["path"]
    sha = ctx.resolve(ref)
    if sha is None:
        raise RefusedError(404, f"No commit found for the ref {ref}")
    files = ctx.repo.commits[sha].files
    if path in files:
        return Reply(200, bodies.content(ctx.name, path, bodies.file_bytes(files[path]), ctx.base))
    below = [name for name in files if name.startswith(f"{path}/")]
    if not below:
        raise RefusedError(404, "Not Found")
    entries = [bodies.content(ctx.name, name, bodies.file_bytes(files[name]), ctx.base) for name in below]
    return Reply(200, [{k: v for k, v in e.items() if k not in {"content", "encoding"}} for e in entries])


def get_blob(ctx: Context) -> Reply:
    for commit in ctx.repo.commits.values():
        for text in commit.files.values():
            data = bodies.file_bytes(text)
            if bodies.blob_sha(data) == ctx.values["file_sha"]:
                return Reply(200, bodies.blob(ctx.name, data, ctx.base))
    raise RefusedError(404, "Not Found")
