"""Data that git does not hold is fetched on a laptop and for trusted events; in a pull request never."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.request import urlopen

import pytest

from mlops_actions.adapters.datasets.rows import read_columns
from mlops_actions.adapters.datasets.stores import NO_FETCH
from mlops_actions.errors import ConfigError, InputError
from mlops_actions.stages.named_files import check_files, named_files
from tests.stages.small_repository import (
    CONFIG,
    Repository,
    as_event,
    make_repository,
    project,
    rows,
    session,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mlops_actions.stages.context import RunContext

ROWS = rows(1000, 9)
OID = hashlib.sha256(ROWS.encode()).hexdigest()
POINTER = f"version https://git-lfs.github.com/spec/v1\noid sha256:{OID}\nsize {len(ROWS)}\n"
DVC = "outs:\n- md5: {md5}\n  size: 7\n  hash: md5\n  path: train.csv\n"


@pytest.fixture
def served(tmp_path: Path) -> Iterator[str]:
    """A folder with the rows, behind a server on 127.0.0.1."""
    (tmp_path / "served").mkdir()
    (tmp_path / "served" / "train.csv").write_text(ROWS)
    handler = partial(_Silent, directory=str(tmp_path / "served"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join(10)


class _Silent(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Nothing."""


def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, event: str, files: dict[str, str]) -> Repository:
    """A repository of two commits, on main, in a run of that event."""
    repository = make_repository(tmp_path / "here", project())
    changed: dict[str, Any] = {name: files.get(name) for name in ("train.csv", *files)}
    repository.commit(changed)
    if event == "local":
        monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
        return repository
    base, head = repository.git("rev-parse", "HEAD~1"), repository.git("rev-parse", "HEAD")
    pull = {"number": 1, "head": {"sha": head}, "base": {"sha": base, "ref": "main"}}
    as_event(monkeypatch, tmp_path, event, {"pull_request": pull} if "pull_request" in event else {})
    return repository


def values(context: RunContext) -> list[Any]:
    """The training rows' keys."""
    check_files(context)
    return read_columns(named_files(context)["train"].path, ["id"])["id"]


def refused(context: RunContext) -> str:
    """Why they cannot be had."""
    with pytest.raises(InputError) as caught:
        check_files(context)
    return str(caught.value)


EVENTS = ("local", "push", "schedule", "workflow_dispatch")
REFUSING = ("pull_request", "pull_request_target", "issue_comment", "repository_dispatch")


@pytest.mark.parametrize("event", [*EVENTS, *REFUSING])
def test_over_http(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, served: str, event: str) -> None:
    address = f"https://{served}/train.csv"
    source = f"sources: [{{id: crm, owner: Ann, licence: MIT, path: '{address}', sha256: {OID}}}]"
    config = CONFIG.replace("data: {train: train.csv,", f"data: {{{source}, train: '{address}',")
    context = session(here(tmp_path, monkeypatch, event, {"mlops.yaml": config}))
    asked: list[str] = []

    def plainly(given: str, _: str) -> Any:
        asked.append(given)
        return urlopen(given.replace("https:", "http:"), timeout=10)  # noqa: S310 - our own server

    monkeypatch.setattr("mlops_actions.adapters.datasets.object_store._opened", plainly)
    if event in EVENTS:
        assert values(context) == list(range(1000, 1009))
        assert asked == [address]
    else:
        _told(refused(context), event)
        assert asked == []


@pytest.mark.parametrize("event", [*EVENTS, *REFUSING])
@pytest.mark.parametrize("kind", ["lfs", "dvc"])
def test_by_a_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, event: str) -> None:
    """A stand-in for git-lfs and dvc that copies from a folder, as their local remotes do."""
    remote = tmp_path / "remote"
    remote.write_text(ROWS)
    md5 = hashlib.md5(ROWS.encode(), usedforsecurity=False).hexdigest()
    files = {"train.csv": POINTER} if kind == "lfs" else {"train.csv.dvc": DVC.format(md5=md5)}
    repository = here(tmp_path, monkeypatch, event, files)
    repository.git("remote", "add", "origin", str(remote))
    cache = f".git/lfs/objects/{OID[:2]}/{OID[2:4]}/{OID}"
    kept = repository.folder / (cache if kind == "lfs" else f".dvc/cache/files/md5/{md5[:2]}/{md5[2:]}")
    program = tmp_path / "bin" / ("git-lfs" if kind == "lfs" else "dvc")
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\nmkdir -p {kept.parent}\ncp {remote} {kept}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=":")
    context = session(repository)
    if event in EVENTS:
        assert values(context) == list(range(1000, 1009))
    else:
        _told(refused(context), event)
        assert not kept.exists()


def _told(said: str, event: str) -> None:
    if event.startswith("pull_request"):
        assert NO_FETCH in said
    else:
        assert f"anybody may bring about the event {event}, so nothing is fetched in its run" in said
        assert "pull request" not in said


@pytest.mark.skipif(shutil.which("git-lfs") is None, reason="git-lfs is not installed")
def test_git_lfs_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repository = here(tmp_path, monkeypatch, "local", {"train.csv": POINTER})
    bare = tmp_path / "bare.git"
    repository.git("clone", "--quiet", "--bare", ".", str(bare))
    repository.git("remote", "add", "origin", f"file://{bare}")
    kept = bare / "lfs" / "objects" / OID[:2] / OID[2:4] / OID
    kept.parent.mkdir(parents=True)
    kept.write_text(ROWS)
    assert values(session(repository)) == list(range(1000, 1009))


@pytest.mark.skipif(shutil.which("dvc") is None, reason="DVC is not installed")
@pytest.mark.parametrize("tracked", ["data/train.csv", "data"])
def test_dvc_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tracked: str) -> None:
    config = CONFIG.replace("train: train.csv", "train: data/train.csv")
    repository = here(tmp_path, monkeypatch, "local", {"mlops.yaml": config})
    repository.write({"data/train.csv": ROWS})
    run = partial(subprocess.run, cwd=repository.folder, check=True, capture_output=True, timeout=120)
    for words in ("init", f"remote add -d store {tmp_path}/store", f"add {tracked}", "push"):
        run(["dvc", *words.split(), "--quiet"])
    repository.git("add", f"{tracked}.dvc", ".dvc")
    repository.git("commit", "--quiet", "--message", "data")
    shutil.rmtree(repository.folder / ".dvc" / "cache")
    shutil.rmtree(repository.folder / "data") if tracked == "data" else (repository.folder / tracked).unlink()
    assert values(session(repository)) == list(range(1000, 1009))


@pytest.mark.parametrize(
    "name", ["hdfs://ann:secret@host/train.csv", "ftp://host/train.csv", "oci://b/t.csv"]
)
def test_a_store_that_is_not_read_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    config = CONFIG.replace("data: {train: train.csv,", f"data: {{train: '{name}',")
    repository = here(tmp_path, monkeypatch, "local", {"mlops.yaml": config, "train.csv": ROWS})
    with pytest.raises(ConfigError) as caught:
        check_files(session(repository))
    (problem,) = caught.value.problems
    scheme = name.partition("//")[0]
    assert f"{scheme}//...: no store that is read" in str(problem)
    assert problem.hint.startswith("Allowed: https://, s3://, gs://, az://")
    assert "secret" not in str(problem)
