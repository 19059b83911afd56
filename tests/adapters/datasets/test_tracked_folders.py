"""What lies in folders that DVC tracks: put together from the cache, else told in one sentence."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from mlops_actions.adapters.datasets.at_hand import at_hand
from mlops_actions.adapters.datasets.rows import read_columns
from mlops_actions.adapters.datasets.stores import NO_FETCH, Store
from tests.adapters.datasets.kept_data import TABLE, keep_dvc, programs, repository, told, write_dvc

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A repository in which nothing may be fetched."""
    return repository(tmp_path)


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
