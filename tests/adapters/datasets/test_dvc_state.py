"""Data is what its DVC file states, or it is told which file is not; the forms are DVC's own."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import pytest

from mlops_actions.adapters.datasets import dvc_state
from mlops_actions.adapters.datasets.dvc_state import Difference, difference
from mlops_actions.adapters.datasets.stores import Store

if TYPE_CHECKING:
    from pathlib import Path

A, B, RETURNS = b"a\n1\n2\n", b"a\n3\n4\n", b"a\r\n1\r\n2\r\n"


def md5(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path, tmp_path, tmp_path / "scratch")


def put(top: Path, files: dict[str, bytes]) -> None:
    for name, data in files.items():
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_bytes(data)


def state(top: Path, name: str, digest: str, *, hashed: str = "\n  hash: md5") -> None:
    """The DVC file of a path."""
    text = f"outs:\n- md5: {digest}\n  size: 7{hashed}\n  path: {name.rpartition('/')[2]}\n"
    put(top, {f"{name}.dvc": text.encode()})


def listing(files: dict[str, bytes]) -> bytes:
    return json.dumps([{"md5": md5(files[name]), "relpath": name} for name in sorted(files)]).encode()


def keep(top: Path, data: bytes, ending: str) -> None:
    digest = md5(data) + ending
    put(top, {f".dvc/cache/files/md5/{digest[:2]}/{digest[2:]}": data})


def seen(store: Store, shown: str) -> Difference | None:
    return difference(store.top / shown, shown, store)


def test_a_file_that_is_as_stated(store: Store) -> None:
    put(store.top, {"d/t.csv": A})
    state(store.top, "d/t.csv", md5(A))
    assert seen(store, "d/t.csv") is None
    assert seen(store, "d/*.csv") is None
    assert seen(store, "d/missing.csv") is None


@pytest.mark.parametrize("shown", ["d/t.csv", "d/*.csv", "d"])
def test_a_file_that_is_not(store: Store, shown: str) -> None:
    put(store.top, {"d/t.csv": B, "d/u.csv": A})
    state(store.top, "d/t.csv", md5(A))
    found = seen(store, shown)
    assert found == Difference(
        f"d/t.csv: its md5 begins with {md5(B)[:12]}, and d/t.csv.dvc states {md5(A)[:12]}",
        "Run `dvc pull` to have the stated data; where the change is meant, `dvc add d/t.csv` and commit "
        "d/t.csv.dvc.",
    )


def test_a_change_after_it_was_read_is_seen(store: Store) -> None:
    put(store.top, {"t.csv": A})
    state(store.top, "t.csv", md5(A))
    assert seen(store, "t.csv") is None
    put(store.top, {"t.csv": B + B})
    assert seen(store, "t.csv") is not None


@pytest.mark.parametrize(("hashed", "same"), [("", True), ("\n  hash: md5", False)])
def test_before_its_version_3_dvc_left_out_carriage_returns(store: Store, hashed: str, same: bool) -> None:
    put(store.top, {"t.csv": RETURNS})
    state(store.top, "t.csv", md5(A), hashed=hashed)
    assert (seen(store, "t.csv") is None) is same


def test_not_those_of_what_is_no_text(store: Store) -> None:
    binary = b"PAR1\0\r\n" * 9
    put(store.top, {"t.parquet": binary})
    state(store.top, "t.parquet", md5(binary), hashed="")
    assert seen(store, "t.parquet") is None
    state(store.top, "t.parquet", md5(binary.replace(b"\r\n", b"\n")), hashed="")
    assert seen(store, "t.parquet") is not None


def test_an_output_of_a_pipeline(store: Store) -> None:
    put(store.top, {"d/t.csv": B})
    lock = f"stages:\n  make:\n    outs:\n    - path: d/t.csv\n      hash: md5\n      md5: {md5(A)}\n"
    put(store.top, {"dvc.lock": lock.encode()})
    found = seen(store, "d/t.csv")
    assert found is not None
    assert "dvc.lock states" in found.told
    assert "`dvc commit` and commit dvc.lock" in found.hint
    put(store.top, {"d/t.csv": A})
    assert seen(store, "d/t.csv") is None


FILES = {"p1.csv": A, "sub/p2.csv": B, "readme.md": b"x"}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({}, ""),
        ({"sub/p2.csv": A}, "d/sub/p2.csv: its md5 begins"),
        ({"p3.csv": A}, "d/p3.csv: not in the folder that d.dvc states"),
        ({"p1.csv": None}, "d/p1.csv: not here, and in the folder that d.dvc states"),
        ({"_log.csv": A, "readme.md": b"y"}, ""),  # what is not read
    ],
)
@pytest.mark.parametrize("shown", ["d", "d/**/*.csv"])
def test_a_folder_by_its_list(store: Store, change: dict[str, bytes | None], told: str, shown: str) -> None:
    files = {name: data for name, data in FILES.items() if name != "readme.md" or shown != "d"}
    digest = listing(files)
    state(store.top, "d", md5(digest) + ".dir")
    keep(store.top, digest, ".dir")
    after = {**files, **change}
    if shown == "d":
        after.pop("readme.md", None)
    put(store.top, {f"d/{name}": data for name, data in after.items() if data is not None})
    found = seen(store, shown)
    if shown != "d" and change == {"p1.csv": None}:
        assert found is None  # a pattern names what is here
    else:
        assert (found.told if found is not None else "").startswith(told)
        assert (found is None) is (told == "")


def test_a_folder_without_its_list_is_compared_as_a_whole(store: Store) -> None:
    files = {"p1.csv": A, "sub/p2.csv": B}
    state(store.top, "d", md5(listing(files)) + ".dir")
    put(store.top, {f"d/{name}": data for name, data in files.items()})
    assert seen(store, "d") is None
    assert seen(store, "d/p1.csv") is None
    put(store.top, {"d/p1.csv": B})
    found = seen(store, "d")
    assert found is not None
    assert not found.certain
    assert found.told == (
        "d/p1.csv: it is not known whether it is what d.dvc states; the folder's list is not in the DVC cache"
    )


def test_no_digest_is_made_of_what_dvc_does_not_track(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    put(store.top, {"d/t.csv": A, "e.csv": B})
    state(store.top, "d/other.csv", md5(B))
    monkeypatch.setattr(dvc_state, "_digest", lambda *_: pytest.fail("a digest"))
    assert seen(store, "d/t.csv") is None
    assert seen(store, "e.csv") is None
