"""Data behind pointers: taken from a cache when it is what the pointer says, else told in one sentence."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from mlops_actions.adapters.datasets.at_hand import at_hand
from mlops_actions.adapters.datasets.rows import read_columns
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


@pytest.fixture
def store(tmp_path: Path) -> Store:
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


def test_plain_data_is_where_it_is(store: Store) -> None:
    for shown in ("data/x.csv", "data", "data/*.csv", "data/none.csv"):
        (store.root / "data" / "x.csv").write_bytes(TABLE)
        assert at_hand(store.root / shown, shown, store) == store.root / shown


def test_an_lfs_object_that_is_here_is_used(store: Store) -> None:
    path = store.root / "data" / "x.csv"
    path.write_text(pointer(TABLE))
    keep_lfs(store.top, TABLE)
    found = at_hand(path, "data/x.csv", store)
    assert found.is_relative_to(store.scratch)
    assert found.name == "x.csv"
    assert read_columns(found, ["a"]) == {"a": [1, 2]}
    assert path.read_text() == pointer(TABLE)


def test_in_a_worktree_too(store: Store, tmp_path: Path) -> None:
    keep_lfs(store.top, TABLE)
    linked = tmp_path / "linked"
    (store.top / ".git" / "worktrees" / "linked").mkdir(parents=True)
    (store.top / ".git" / "worktrees" / "linked" / "commondir").write_text("../..\n")
    linked.mkdir()
    (linked / ".git").write_text(f"gitdir: {store.top}/.git/worktrees/linked\n")
    (linked / "x.csv").write_text(pointer(TABLE))
    there = Store(linked, linked, tmp_path / "scratch", NO_FETCH)
    assert at_hand(linked / "x.csv", "x.csv", there).read_bytes() == TABLE


@pytest.mark.parametrize("place", ["other bytes", "a link", "a pipe", "nothing"])
def test_an_object_that_is_not_its_digest_is_none(store: Store, tmp_path: Path, place: str) -> None:
    (store.root / "data" / "x.csv").write_text(pointer(TABLE))
    path = keep_lfs(store.top, TABLE, b"a\n9\n")
    if place != "other bytes":
        path.unlink()
    if place == "a link":
        (tmp_path / "secret").write_bytes(TABLE)
        path.symlink_to(tmp_path / "secret")
    if place == "a pipe":
        os.mkfifo(path)
    damaged = place == "other bytes"
    where = "damaged in .git/lfs: other bytes under its digest" if damaged else "not in .git/lfs"
    assert told(store, "data/x.csv") == (
        f"data/x.csv: a Git LFS pointer, not the data; it is {where}; {NO_FETCH}. "
        "Check out with lfs: true, or run `git lfs pull` before this step."
    )


def test_a_folder_of_pointers_is_put_together(store: Store) -> None:
    folder = store.root / "data" / "train"
    for year in (2023, 2024):
        data = f"a\n{year}\n".encode()
        (folder / f"year={year}").mkdir(parents=True)
        (folder / f"year={year}" / "p.csv").write_text(pointer(data))
        keep_lfs(store.top, data)
    (folder / "year=2025").mkdir()
    (folder / "year=2025" / "p.csv").write_text("a\n2025\n")
    for shown in ("data/train", "data/train/*/*.csv", "data/train/**/*.csv"):
        found = at_hand(store.root / shown, shown, store)
        assert found.is_relative_to(store.scratch)
        assert read_columns(found, ["a", "year"]) == {"a": [2023, 2024, 2025], "year": [2023, 2024, 2025]}
    keep_lfs(store.top, b"a\n2024\n", b"")
    assert told(store, "data/train").startswith("data/train/year=2024/p.csv: a Git LFS pointer, not the data")


def test_a_dvc_object_that_is_here_is_used(store: Store) -> None:
    for top in (store.top, store.root):
        data = f"a\n{len(str(top))}\n".encode()
        write_dvc(store.root / "data" / "x.csv", keep_dvc(top, data))
        assert at_hand(store.root / "data" / "x.csv", "data/x.csv", store).read_bytes() == data
    write_dvc(store.root / "data" / "x.csv", keep_dvc(store.top, b"other", content=TABLE))
    assert told(store, "data/x.csv") == (
        "data/x.csv: only its DVC file is here; it is damaged in .dvc/cache: other bytes under its digest; "
        f"{NO_FETCH}. Run `dvc pull` before this step."
    )


def test_an_object_of_an_older_dvc_is_known_without_its_carriage_returns(store: Store) -> None:
    data = b"a\r\n1\r\n"
    write_dvc(store.root / "data" / "x.csv", keep_dvc(store.top, b"a\n1\n", content=data))
    assert at_hand(store.root / "data" / "x.csv", "data/x.csv", store).read_bytes() == data


def test_a_dvc_folder_is_put_together(store: Store) -> None:
    entries = [
        {"md5": keep_dvc(store.top, f"a\n{name}\n".encode()), "relpath": f"k={name}/p.csv"} for name in (1, 2)
    ]
    write_dvc(store.root / "data" / "train", keep_dvc(store.top, json.dumps(entries).encode(), ".dir"))
    for shown in ("data/train", "data/train"):
        found = at_hand(store.root / shown, shown, store)
        assert read_columns(found, ["a", "k"]) == {"a": [1, 2], "k": [1, 2]}


@pytest.mark.parametrize("name", ["../../../evil.csv", "/tmp/evil.csv", "a/../../b.csv", ""])  # noqa: S108 - refused
def test_a_dvc_folder_stays_in_its_place(store: Store, name: str) -> None:
    entries = [{"md5": keep_dvc(store.top, TABLE), "relpath": name}]
    write_dvc(store.root / "data" / "train", keep_dvc(store.top, json.dumps(entries).encode(), ".dir"))
    assert told(store, "data/train").startswith("data/train: its list in the DVC cache cannot be read")
    assert not store.scratch.exists()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "data/x.csv.dvc: no DVC file that states the md5 of x.csv"),
        ("outs: [{path: y.csv, md5: a}]", "data/x.csv.dvc: no DVC file that states the md5 of x.csv"),
        (
            "outs: [{path: x.csv, md5: ../../../etc/passwd}]",
            "data/x.csv.dvc: no DVC file that states the md5 of x.csv",
        ),
        ("outs: {", "data/x.csv.dvc: no DVC file that states the md5 of x.csv"),
        ("- 1", "data/x.csv.dvc: no DVC file that states the md5 of x.csv"),
    ],
)
def test_dvc_files_that_say_nothing(store: Store, text: str, message: str) -> None:
    (store.root / "data" / "x.csv.dvc").write_text(text)
    assert told(store, "data/x.csv").startswith(message)


def test_an_lfs_pointer_without_a_digest(store: Store) -> None:
    (store.root / "data" / "x.csv").write_text(
        "version https://git-lfs.github.com/spec/v1\noid sha256:../..\n"
    )
    assert told(store, "data/x.csv").startswith("data/x.csv: a Git LFS pointer without a sha256 and a size")


def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, **scripts: str) -> None:
    """Programs of ours first in the path."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name, text in scripts.items():
        path = folder / name.replace("_", "-")
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


def test_nothing_is_run_where_fetching_is_refused(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = tmp_path / "ran"
    programs(tmp_path, monkeypatch, git=f"touch {ran}", git_lfs=f"touch {ran}", dvc=f"touch {ran}")
    (store.root / "data" / "x.csv").write_text(pointer(TABLE))
    write_dvc(store.root / "data" / "y.csv", "ab" * 16)
    for shown in ("data/x.csv", "data/y.csv"):
        assert NO_FETCH in told(store, shown)
    assert not ran.exists()


def test_lfs_fetches_where_it_may(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    subprocess.run(["git", "init", "--quiet", store.top], check=True)
    (store.root / "data" / "x.csv").write_text(pointer(TABLE))
    free = replace(store, refused="")
    monkeypatch.setattr(shutil, "which", lambda _: None)
    assert "it is not in .git/lfs; git-lfs is not installed. Check out" in told(free, "data/x.csv")
    monkeypatch.undo()
    kept = keep_lfs(store.top, TABLE)
    kept.rename(tmp_path / "object")
    script = f'echo "$@" > {tmp_path}/asked; cp {tmp_path}/object {kept}'
    programs(tmp_path, monkeypatch, git_lfs=script)
    assert "; the repository has no remote." in told(free, "data/x.csv")
    subprocess.run(["git", "-C", store.top, "remote", "add", "origin", "nowhere"], check=True)
    assert at_hand(store.root / "data/x.csv", "data/x.csv", free).read_bytes() == TABLE
    asked = (tmp_path / "asked").read_text().strip()
    assert asked == "fetch --include=project/data/x.csv --exclude= origin HEAD"


def test_what_a_failed_fetch_said(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_dvc(store.root / "data" / "x.csv", "ab" * 16)
    free = replace(store, refused="")
    programs(tmp_path, monkeypatch, dvc="echo one >&2; echo 'ERROR: no remote' >&2; exit 3")
    assert "; dvc fetch: exit code 3: ERROR: no remote. Run `dvc pull`" in told(free, "data/x.csv")


def test_dvc_fetches_where_it_may(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    digest = keep_dvc(store.top, TABLE)
    kept = store.top / ".dvc" / "cache" / "files" / "md5" / digest[:2] / digest[2:]
    kept.rename(tmp_path / "object")
    write_dvc(store.root / "data" / "x.csv", digest)
    programs(tmp_path, monkeypatch, dvc=f'echo "$PWD $@" > {tmp_path}/asked; cp {tmp_path}/object {kept}')
    assert at_hand(store.root / "data/x.csv", "data/x.csv", replace(store, refused="")).read_bytes() == TABLE
    assert (tmp_path / "asked").read_text().strip() == f"{store.root}/data fetch --quiet -- x.csv.dvc"


def test_what_is_fetched_is_held_to_its_digest(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = "ab" * 16
    write_dvc(store.root / "data" / "x.csv", digest)
    place = store.top / ".dvc" / "cache" / "files" / "md5" / digest[:2]
    programs(tmp_path, monkeypatch, dvc=f"mkdir -p {place}; echo evil > {place}/{digest[2:]}")
    assert "only its DVC file is here; it is damaged in .dvc/cache: other bytes under its digest." in told(
        replace(store, refused=""), "data/x.csv"
    )


def track(store: Store, entries: dict[str, bytes], *, listed: bool = True) -> str:
    """A folder of files in the DVC cache; its md5."""
    found = [{"md5": keep_dvc(store.top, data), "relpath": name} for name, data in entries.items()]
    whole = json.dumps(found).encode()
    digest = keep_dvc(store.top, whole, ".dir")
    if not listed:
        (store.top / ".dvc" / "cache" / "files" / "md5" / digest[:2] / digest[2:]).unlink()
    return digest


FOUR = {"t.csv": b"a\n1\n", "more/u.csv": b"a\n2\n", "more/v.csv": b"a\n3\n", "note.md": b"#"}


def write_lock(store: Store, wdir: str, **md5s: str) -> None:
    """dvc.yaml and dvc.lock of one stage; a double underscore in a name is a slash."""
    outs = "".join(f"    - {{path: {name.replace('__', '/')}, md5: {md5}}}\n" for name, md5 in md5s.items())
    (store.root / "dvc.lock").write_text(f"schema: '2.0'\nstages:\n  make@1:\n    outs:\n{outs}")
    (store.root / "dvc.yaml").write_text(f"stages:\n  make: {{cmd: x, wdir: {wdir}, foreach: [1]}}\n")


@pytest.mark.parametrize("by", ["file", "lock", "lock in a folder", "a file above the project"])
@pytest.mark.parametrize(
    ("shown", "values"),
    [
        ("raw/t.csv", [1]),
        ("raw/more", [2, 3]),
        ("raw/more/*.csv", [2, 3]),
        ("raw/**/*.csv", [2, 3, 1]),
        ("raw/m*/u.csv", [2]),
    ],
)
def test_what_lies_in_a_folder_that_dvc_tracks(store: Store, by: str, shown: str, values: list[int]) -> None:
    digest = track(store, FOUR)
    if by == "file":
        write_dvc(store.root / "raw", digest)
    elif by == "lock":
        write_lock(store, ".", raw=digest)
    elif by == "lock in a folder":
        write_lock(store, "deep/er", **{"..__..__raw": digest})
    else:
        path = store.top / "project.dvc"
        shutil.rmtree(store.root)
        digest = track(store, {f"raw/{name}": data for name, data in FOUR.items()})
        path.write_text(f"outs: [{{path: project, md5: {digest}}}]\n")
    found = at_hand(store.root / shown, shown, store)
    assert found.is_relative_to(store.scratch)
    assert read_columns(found, ["a"]) == {"a": values}


def test_a_file_that_dvc_lock_names(store: Store) -> None:
    write_lock(store, ".", data__x_csv="0" * 32, data__x=keep_dvc(store.top, TABLE))
    (store.root / "dvc.lock").write_text(
        (store.root / "dvc.lock").read_text().replace("data/x,", "data/x.csv,")
    )
    assert at_hand(store.root / "data/x.csv", "data/x.csv", store).read_bytes() == TABLE


def test_a_name_that_is_in_no_tracked_folder_is_no_such_file(store: Store) -> None:
    write_dvc(store.root / "raw", track(store, FOUR))
    for shown in ("raw/u.csv", "raw/none/*.csv", "other/t.csv"):
        assert at_hand(store.root / shown, shown, store) == store.root / shown
    (store.root / "raw").mkdir()  # it was pulled, and lacks the file
    assert at_hand(store.root / "raw/t.csv", "raw/t.csv", store) == store.root / "raw/t.csv"


@pytest.mark.parametrize("shown", ["raw/t.csv", "raw/more/*.csv", "raw/more"])
@pytest.mark.parametrize("by", ["raw.dvc", "dvc.lock"])
def test_a_tracked_folder_that_is_nowhere_is_one_sentence(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by: str, shown: str
) -> None:
    digest = track(store, FOUR, listed=False)
    if by == "raw.dvc":
        write_dvc(store.root / "raw", digest)
    else:
        write_lock(store, ".", raw=digest)
    assert told(store, shown) == (
        f"{shown}: not here, and tracked by DVC in {by}; it is not in .dvc/cache; {NO_FETCH}. "
        "Run `dvc pull` before this step."
    )
    programs(tmp_path, monkeypatch, dvc=f'echo "$PWD $@" > {tmp_path}/asked; echo no remote >&2; exit 1')
    assert "; dvc fetch: exit code 1: no remote. Run" in told(replace(store, refused=""), shown)
    asked = (tmp_path / "asked").read_text().strip()
    assert asked == f"{store.root} fetch --quiet -- {shown.removesuffix('/*.csv')}"


def test_a_lock_that_says_nothing_is_passed_over(store: Store) -> None:
    for text in (
        "",
        "- 1",
        "stages: 3",
        "stages: {a: {outs: [{path: 3}]}}",
        "stages: {a: {outs: x}}",
        "{",
        "a: &a [*a]",
    ):
        (store.root / "dvc.lock").write_text(text)
        assert at_hand(store.root / "raw/t.csv", "raw/t.csv", store) == store.root / "raw/t.csv"
