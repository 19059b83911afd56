"""Answer bodies: GitHub's own examples, with what the state knows put in their place."""

from __future__ import annotations

import base64
import copy
import hashlib
from typing import Any
from urllib.parse import quote

from tests.github_double.contract import DESCRIPTION
from tests.github_double.state import (
    NOW,
    Artifact,
    Comment,
    Commit,
    Job,
    Pull,
    Repository,
    Run,
    Status,
    numeric_id,
)

_EXAMPLES = DESCRIPTION["components"]["examples"]
_SITE = "https://github.com"


def _example(name: str) -> Any:
    return copy.deepcopy(_EXAMPLES[name]["value"])


def user(login: str) -> dict[str, Any]:
    kind = "Bot" if login.endswith("[bot]") else "User"
    who = dict(_example("issue-comment")["user"])
    return {
        **who,
        "login": login,
        "id": numeric_id(login),
        "type": kind,
        "html_url": f"{_SITE}/{quote(login)}",
    }


def myself(login: str) -> dict[str, Any]:
    profile = _example("private-user-response-with-public-profile-information")
    return {**profile, "login": login, "id": numeric_id(login), "user_view_type": "public"}


def _named(body: dict[str, Any], name: str, base: str) -> dict[str, Any]:
    """A repository body (of any of GitHub's sizes) under another name."""
    owner, short = name.split("/")
    return {
        **body,
        "id": numeric_id(name),
        "name": short,
        "full_name": name,
        "owner": user(owner),
        "url": f"{base}/repos/{name}",
        "html_url": f"{_SITE}/{name}",
    }


def repository(name: str, repo: Repository, base: str) -> dict[str, Any]:
    body = _named(_example("full-repository-default-response"), name, base)
    flawed = {"source", "parent", "template_repository"}  # GitHub's own example lacks required keys there
    body = {key: value for key, value in body.items() if key not in flawed}
    known = {"default_branch": repo.default_branch, "private": repo.private, "language": "Python"}
    return {**body, **known}


def comment(name: str, item: Comment, base: str) -> dict[str, Any]:
    return {
        **_example("issue-comment"),
        "id": item.id,
        "body": item.body,
        "user": user(item.user),
        "url": f"{base}/repos/{name}/issues/comments/{item.id}",
        "html_url": f"{_SITE}/{name}/pull/{item.issue}#issuecomment-{item.id}",
        "issue_url": f"{base}/repos/{name}/issues/{item.issue}",
        "author_association": "NONE",
        "created_at": NOW,
        "updated_at": NOW,
    }


def status(name: str, item: Status, login: str, base: str) -> dict[str, Any]:
    known = {
        "id": item.id,
        "state": item.state,
        "context": item.context,
        "description": item.description,
        "target_url": item.target_url,
        "url": f"{base}/repos/{name}/statuses/{item.sha}",
    }
    return {**_example("status"), **known, "creator": user(login)}


def commit(name: str, sha: str, item: Commit, base: str) -> dict[str, Any]:
    url = f"{base}/repos/{name}/commits"
    parents = [{"sha": parent, "url": f"{url}/{parent}"} for parent in item.parents]
    body = _example("commit")
    body["commit"]["message"] = item.message
    return {**body, "sha": sha, "url": f"{url}/{sha}", "parents": parents, "files": []}


def branch(name: str, ref: str, sha: str, item: Commit, base: str) -> dict[str, Any]:
    return {**_example("branch-get"), "name": ref, "commit": commit(name, sha, item, base)}


def _side(side: dict[str, Any], name: str, ref: str, sha: str, base: str) -> dict[str, Any]:
    owner = name.split("/", maxsplit=1)[0]
    repo = _named(side["repo"], name, base)
    return {**side, "label": f"{owner}:{ref}", "ref": ref, "sha": sha, "user": user(owner), "repo": repo}


def pull(name: str, item: Pull, base: str, *, listed: bool = False) -> dict[str, Any]:
    body = _example("pull-request-simple-items")[0] if listed else _example("pull-request")
    head = item.head
    return {
        **body,
        "id": numeric_id(f"{name}#{item.number}"),
        "number": item.number,
        "state": item.state,
        "locked": item.locked,
        "requested_teams": [],
        "user": user(item.user),
        "url": f"{base}/repos/{name}/pulls/{item.number}",
        "html_url": f"{_SITE}/{name}/pull/{item.number}",
        "head": _side(body["head"], head.repository or name, head.ref, head.sha, base),
        "base": _side(body["base"], name, item.base_ref, item.base_sha, base),
    }


def run(name: str, item: Run, base: str) -> dict[str, Any]:
    body = _example("workflow-run")
    return {
        **body,
        "id": item.id,
        "run_attempt": item.attempt,
        "event": item.event,
        "status": item.status,
        "conclusion": item.conclusion,
        "head_sha": item.head_sha,
        "head_branch": item.head_branch,
        "path": item.path,
        "pull_requests": [],
        "url": f"{base}/repos/{name}/actions/runs/{item.id}",
        "html_url": f"{_SITE}/{name}/actions/runs/{item.id}",
        "repository": _named(body["repository"], name, base),
        "head_repository": _named(body["head_repository"], item.head_repository or name, base),
    }


def job(item: Job, of: Run, index: int) -> dict[str, Any]:
    body = _example("job-paginated")["jobs"][0]
    first = body["steps"][0]
    steps = [
        {**first, "name": step.name, "number": n, "conclusion": step.conclusion}
        for n, step in enumerate(item.steps, start=1)
    ]
    known = {"id": of.id * 100 + index, "name": item.name, "conclusion": item.conclusion, "steps": steps}
    of_run = {"run_id": of.id, "run_attempt": of.attempt, "head_sha": of.head_sha}
    return {**body, **known, **of_run, "created_at": NOW}


def artifact(name: str, item: Artifact, of: Run, base: str) -> dict[str, Any]:
    url = f"{base}/repos/{name}/actions/artifacts/{item.id}"
    body = _example("artifact")
    return {
        **body,
        "id": item.id,
        "name": item.name,
        "size_in_bytes": len(item.archive()),
        "url": url,
        "archive_download_url": f"{url}/zip",
        "expired": item.expired,
        "digest": item.true_digest(),
        "workflow_run": {
            "id": of.id,
            "repository_id": numeric_id(name),
            "head_repository_id": numeric_id(of.head_repository or name),
            "head_branch": of.head_branch,
            "head_sha": of.head_sha,
        },
    }


def file_bytes(text: str) -> bytes:
    """A seeded file's bytes: text, or `base64:...`."""
    return base64.b64decode(text[7:]) if text.startswith("base64:") else text.encode()


def blob_sha(data: bytes) -> str:
    """Git's own id of a blob."""
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def content(name: str, path: str, data: bytes, base: str) -> dict[str, Any]:
    """A file of the contents API; above 1 MB GitHub leaves the content out."""
    small = len(data) <= 1_000_000
    return {
        **_example("content-file-response-if-content-is-a-file"),
        "name": path.rsplit("/", maxsplit=1)[-1],
        "path": path,
        "size": len(data),
        "sha": blob_sha(data),
        "encoding": "base64" if small else "none",
        "content": base64.encodebytes(data).decode() if small else "",
        "url": f"{base}/repos/{name}/contents/{quote(path)}",
    }


def blob(name: str, data: bytes, base: str) -> dict[str, Any]:
    sha = blob_sha(data)
    encoded = base64.encodebytes(data).decode()
    known = {"sha": sha, "size": len(data), "content": encoded, "encoding": "base64"}
    return {**_example("blob"), **known, "url": f"{base}/repos/{name}/git/blobs/{sha}"}
