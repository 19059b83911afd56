"""A repository with data behind pointers, and what its caches keep."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

import pytest

from mlops_actions.adapters.datasets.at_hand import at_hand
from mlops_actions.adapters.datasets.stores import NO_FETCH, Store
from mlops_actions.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

TABLE = b"a\n1\n2\n"


def pointer(data: bytes) -> str:
    """The Git LFS pointer of some bytes."""
    oid = hashlib.sha256(data).hexdigest()
    return f"version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize {len(data)}\n"


def keep_lfs(top: Path, data: bytes, content: bytes | None = None) -> Path:
    """The object in .git/lfs (or other bytes in its place)."""
    oid = hashlib.sha256(data).hexdigest()
    path = top / ".git" / "lfs" / "objects" / oid[:2] / oid[2:4] / oid
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data if content is None else content)
    return path


def keep_dvc(top: Path, data: bytes, ending: str = "", content: bytes | None = None) -> str:
    """The object in the DVC cache; its md5."""
    digest = hashlib.md5(data, usedforsecurity=False).hexdigest() + ending
    path = top / ".dvc" / "cache" / "files" / "md5" / digest[:2] / digest[2:]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data if content is None else content)
    return digest


def write_dvc(path: Path, digest: str) -> None:
    """The DVC file of a path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = f"outs:\n- md5: {digest}\n  size: 7\n  hash: md5\n  path: {path.name}\n"
    path.with_name(f"{path.name}.dvc").write_text(text)


def repository(tmp_path: Path) -> Store:
    """A repository in which nothing may be fetched."""
    top = tmp_path / "repository"
    (top / "project" / "data").mkdir(parents=True)
    return Store(top, top / "project", tmp_path / "scratch", NO_FETCH)


def told(store: Store, shown: str) -> str:
    """What is said of a path that cannot be had."""
    with pytest.raises(InputError) as caught:
        at_hand(store.root / shown, shown, store)
    assert caught.value.hint
    return str(caught.value)


def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, **scripts: str) -> None:
    """Programs of ours first in the path."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name, text in scripts.items():
        path = folder / name.replace("_", "-")
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
