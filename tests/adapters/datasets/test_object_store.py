"""Addresses of object stores, against fsspec's own store in memory: the declared bytes or an error."""

from __future__ import annotations

import builtins
import hashlib
import shutil
from collections import namedtuple
from typing import TYPE_CHECKING, Any

import fsspec
import pytest

from mlops_actions.adapters.datasets.object_store import fetched
from mlops_actions.adapters.datasets.pointers import is_address
from mlops_actions.adapters.datasets.rows import read_columns
from mlops_actions.errors import ConfigError, DependencyError, InputError

if TYPE_CHECKING:
    from pathlib import Path

TABLE = b"a\n1\n2\n"
DIGEST = hashlib.sha256(TABLE).hexdigest()
ADDRESS = "memory://bucket/data/x.csv"


@pytest.fixture(autouse=True)
def bucket() -> None:
    """The store holds one file."""
    with fsspec.open(ADDRESS, "wb") as file:
        file.write(TABLE)


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        ("s3://bucket/x.csv", True),
        ("gs://bucket/x.csv", True),
        ("az://x/y", True),
        ("https://host/x.csv", True),
        ("http://host/x.csv", True),
        ("data/x.csv", False),
        ("data/s3://x", False),
        ("C:/x.csv", False),
    ],
)
def test_addresses(shown: str, *, expected: bool) -> None:
    assert is_address(shown) is expected


def test_the_declared_bytes_are_fetched_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = fetched(ADDRESS, DIGEST, tmp_path)
    assert found.name == "x.csv"
    assert read_columns(found, ["a"]) == {"a": [1, 2]}

    def again(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(fsspec, "open", again)
    assert fetched(ADDRESS, DIGEST, tmp_path) == found


def test_other_bytes_are_thrown_away(tmp_path: Path) -> None:
    with pytest.raises(
        InputError, match=rf"sha256 {DIGEST[:12]}... was fetched; 000000000000... is declared"
    ):
        fetched(ADDRESS, "0" * 64, tmp_path)
    assert [each for each in tmp_path.rglob("*") if each.is_file()] == []


@pytest.mark.parametrize(
    ("address", "digest", "error", "message"),
    [
        (ADDRESS, None, ConfigError, "memory://bucket/data/x.csv: no sha256 is declared"),
        ("http://host/x.csv", DIGEST, ConfigError, "http://host/x.csv: http can be altered on its way"),
        ("memory://b/none.csv", DIGEST, InputError, "memory://b/none.csv: cannot be fetched (FileNotFound"),
        ("nosuch://b/x.csv", DIGEST, InputError, "nosuch://b/x.csv: cannot be fetched (ValueError)"),
        ("s3://user:SECRET@bucket/x.csv?token=SECRET", None, ConfigError, "s3://bucket/x.csv: no sha256"),
    ],
)  # fmt: skip
def test_what_cannot_be_had(
    tmp_path: Path, address: str, digest: str | None, error: type[Exception], message: str
) -> None:
    with pytest.raises(error) as caught:
        fetched(address, digest, tmp_path)
    assert str(caught.value).startswith(message)
    assert "SECRET" not in str(caught.value)


def test_a_full_disk_is_told_and_left_clean(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")  # noqa: PYI024 - as shutil has it
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10, 9, 1))
    with pytest.raises(InputError, match=r"^memory://bucket/data/x.csv: the disk is full"):
        fetched(ADDRESS, DIGEST, tmp_path)
    assert [each for each in tmp_path.rglob("*") if each.is_file()] == []
    assert shutil.disk_usage(tmp_path).free == 1


def test_without_fsspec_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def absent(name: str, *rest: Any, **more: Any) -> Any:
        if name == "fsspec":
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", absent)
    with pytest.raises(DependencyError, match=r"needs fsspec.*pip install 'mlops-actions\[remote\] @ git"):
        fetched(ADDRESS, DIGEST, tmp_path)
