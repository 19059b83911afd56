"""Files, branches and commits without a checkout."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote

from mlops_actions.adapters.github.answer import Body, refused

if TYPE_CHECKING:
    from mlops_actions.adapters.github.connection import Connection


class _Repository(Body):
    default_branch: str


class _Commit(Body):
    sha: str


class _Branch(Body):
    commit: _Commit


class _CommitWithParents(Body):
    sha: str
    parents: tuple[_Commit, ...]


class _File(Body):
    type: str
    sha: str
    encoding: str = ""
    content: str = ""


class _Blob(Body):
    encoding: Literal["base64", "utf-8"]
    content: str


def default_branch(connection: Connection) -> str:
    """The repository's default branch."""
    return connection.get("").read(_Repository).default_branch


def branch_tip(connection: Connection, branch: str) -> str | None:
    """The commit a branch points to; None when there is no such branch."""
    answer = connection.get(f"/branches/{quote(branch, safe='')}")
    return None if answer.missing else answer.read(_Branch).commit.sha


def commit_parents(connection: Connection, sha: str) -> tuple[str, ...]:
    """The parents of a commit; the first parent of a pull request's merge commit is its true base."""
    commit = connection.get(f"/commits/{quote(sha, safe='')}").read(_CommitWithParents)
    return tuple(parent.sha for parent in commit.parents)


def file_at(connection: Connection, ref: str, path: str) -> bytes | None:
    """The bytes of a file at a commit, branch or tag; None when it is not there. Up to 100 MB.

    Raises:
        GitHubError: the path is a folder, submodule or symbolic link that leaves the repository.
    """
    answer = connection.get(f"/contents/{quote(path)}", ref=ref)
    if answer.missing:
        return None
    answer.require_ok()
    body = answer.json()
    if isinstance(body, list):
        raise refused(answer.what, f"{path} at {ref} is a folder, expected a file")
    file = answer.read(_File)
    if file.type != "file":
        raise refused(answer.what, f"{path} at {ref} is a {file.type}, expected a file")
    if file.encoding == "base64":
        return _decoded(answer.what, file.content)
    blob = connection.get(f"/git/blobs/{file.sha}")  # above 1 MB the contents API leaves the content out
    told = blob.read(_Blob)
    return told.content.encode() if told.encoding == "utf-8" else _decoded(blob.what, told.content)


def _decoded(what: str, text: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except binascii.Error as error:
        raise refused(what, f"unexpected answer: content is not base64 ({error})") from error
