"""Artifacts of earlier runs: found by who made them, fetched without the token, unpacked without trust."""

from __future__ import annotations

import hashlib
import urllib.error
import urllib.request
from dataclasses import dataclass
from http.client import HTTPException
from typing import IO, TYPE_CHECKING
from urllib.parse import urlsplit

from mlops_actions.adapters.github.answer import Answer, Body, LostAnswerError, refused
from mlops_actions.adapters.github.archive import ArchiveLimits, unpack
from mlops_actions.adapters.github.runs import RunBody
from mlops_actions.scratch import scratch

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from mlops_actions.adapters.github.connection import Connection

_CHUNK = 1 << 20
_FOUND = 302
_GONE = 410
_DOWNLOAD_TIMEOUT = 60


@dataclass(frozen=True)
class Artifact:
    """One artifact; `size` in bytes, `digest` is `sha256:...` of the zip or empty."""

    id: int
    name: str
    size: int
    digest: str
    run_id: int
    head_sha: str
    run_conclusion: str | None = None
    workflow_path: str = ""


class _Origin(Body):
    id: int
    repository_id: int
    head_repository_id: int
    head_branch: str | None = None
    head_sha: str


class _Artifact(Body):
    id: int
    name: str
    size_in_bytes: int
    expired: bool
    digest: str | None = None
    workflow_run: _Origin | None = None


def latest_artifact(
    connection: Connection, name: str, branch: str, *, head_sha: str = "", event: str = "push"
) -> Artifact | None:
    """The newest artifact of that name that a run of `event` on this repository's own `branch` made.

    A fork's branch of the same name does not count, nor does a pull request's run. With `head_sha` only that
    commit's artifact.
    """
    listed = connection.pages("/actions/artifacts", _Artifact, query={"name": name}, inside="artifacts")
    candidates = sorted((item for item in listed if not item.expired), key=lambda item: -item.id)
    for item in candidates:
        origin = item.workflow_run
        if origin is None or item.name != name or origin.head_branch != branch:
            continue
        if origin.head_repository_id != origin.repository_id or head_sha not in {"", origin.head_sha}:
            continue
        answer = connection.get(f"/actions/runs/{origin.id}")
        if answer.missing:  # the run is deleted: who made the artifact can no longer be told
            continue
        run = answer.read(RunBody)
        if run.event == event:
            return Artifact(
                id=item.id,
                name=item.name,
                size=item.size_in_bytes,
                digest=item.digest or "",
                run_id=origin.id,
                head_sha=origin.head_sha,
                run_conclusion=run.conclusion,
                workflow_path=run.path.split("@", maxsplit=1)[0],
            )
    return None


def download_artifact(
    connection: Connection,
    artifact_id: int,
    dest: Path,
    limits: ArchiveLimits,
    *,
    only: Collection[str] | None = None,
) -> tuple[Path, ...]:
    """Fetch an artifact and unpack it, or only these paths of it, below `dest`.

    Raises:
        GitHubError: no such artifact, expired, too large, or another sha256 than GitHub's digest says.
        TrustError: the archive is not safe to unpack.
    """
    path = f"/actions/artifacts/{artifact_id}"
    known = connection.get(path).read(_Artifact)
    what = f"artifact {known.name} ({artifact_id})"
    if known.size_in_bytes > limits.packed:
        raise refused(what, f"{known.size_in_bytes:,} bytes, allowed {limits.packed:,}")
    with scratch("mlops-artifact-") as folder:
        archive = folder / "artifact.zip"

        def fetch() -> Answer:
            return _fetch(_location(connection, path, what), archive, limits.packed, connection.api_url, what)

        connection.retry.run(f"download of {what}", fetch).require_ok()
        expected = known.digest or ""
        observed = f"sha256:{_sha256(archive)}"
        if expected.startswith("sha256:") and observed != expected:
            raise refused(
                what, f"its bytes have {observed}, GitHub says {expected}", "Run its workflow again."
            )
        dest.mkdir(parents=True, exist_ok=True)
        return unpack(archive, dest, limits, only=only)


def _location(connection: Connection, path: str, what: str) -> str:
    """The short-lived address of the zip (one minute: asked anew for every try)."""
    answer = connection.get(f"{path}/zip")
    if answer.status == _GONE:
        raise refused(what, "it has expired", "Run the push workflow on the default branch again.")
    location = answer.headers.get("location", "")
    if answer.status != _FOUND or not location:
        answer.require_ok()
        raise refused(what, f"expected a redirect to the archive, the answer was {answer.status}")
    return location


def _fetch(url: str, archive: Path, limit: int, api_url: str, what: str) -> Answer:
    """Download without the token: the address carries its own permission and lies on another host."""
    scheme = urlsplit(url).scheme
    if scheme != "https" and not (scheme == "http" and urlsplit(api_url).scheme == "http"):
        raise refused(what, f"its address has the scheme {scheme!r}, allowed https")
    request = urllib.request.Request(url, headers={"User-Agent": "mlops-actions"})  # noqa: S310 -- checked above
    try:
        with (
            urllib.request.urlopen(request, timeout=_DOWNLOAD_TIMEOUT) as response,  # noqa: S310 -- checked above
            archive.open("wb") as sink,
        ):
            _copy(response, sink, limit, what)
            return Answer(what, int(response.status))
    except urllib.error.HTTPError as error:
        with error:
            headers = {key.lower(): value for key, value in error.headers.items()}
            return Answer(what, error.code, headers, error.read(_CHUNK).decode("utf-8", "replace"))
    except (OSError, HTTPException) as error:
        raise LostAnswerError(f"no answer ({type(error).__name__})") from error


def _copy(source: IO[bytes], sink: IO[bytes], limit: int, what: str) -> None:
    size = 0
    while chunk := source.read(_CHUNK):
        size += len(chunk)
        if size > limit:
            raise refused(what, f"more than the {limit:,} bytes allowed")
        sink.write(chunk)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
