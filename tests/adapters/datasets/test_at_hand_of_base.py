"""Data behind the base commit's pointers, and a DVC cache in another place."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from mlops_actions.adapters.datasets.at_hand import at_hand
from mlops_actions.errors import InputError
from tests.adapters.datasets.kept_data import TABLE, keep_dvc, pointer, repository, told, write_dvc

if TYPE_CHECKING:
    from pathlib import Path

    from mlops_actions.adapters.datasets.stores import Store

COMMIT = "ab" * 20


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Of the base commit."""
    return replace(repository(tmp_path), commit=COMMIT)


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """The base commit's copy of the project."""
    folder = tmp_path / "base" / "project"
    (folder / "data").mkdir(parents=True)
    return folder


@pytest.mark.parametrize("kind", ["lfs", "dvc"])
def test_what_nobody_changed_is_at_hand_in_the_working_copy(store: Store, base: Path, kind: str) -> None:
    (store.root / "data" / "x.csv").write_bytes(TABLE)
    if kind == "lfs":
        (base / "data" / "x.csv").write_text(pointer(TABLE))
    else:
        write_dvc(base / "data" / "x.csv", keep_dvc(store.scratch, TABLE))
    found = at_hand(base / "data" / "x.csv", "data/x.csv at ab", store, "data/x.csv")
    assert found.is_relative_to(store.scratch)
    assert found.read_bytes() == TABLE


@pytest.mark.parametrize("place", ["other bytes", "a link out", "a folder that is one"])
def test_nothing_else_of_the_working_copy_is_taken(
    store: Store, base: Path, tmp_path: Path, place: str
) -> None:
    (base / "data" / "x.csv").write_text(pointer(TABLE))
    if place == "a folder that is one":
        (store.root / "data").rename(tmp_path / "out")
        (tmp_path / "out" / "x.csv").write_bytes(TABLE)
        (store.root / "data").symlink_to(tmp_path / "out")
    elif place == "other bytes":
        (store.root / "data" / "x.csv").write_bytes(b"a\n3\n4\n")
    else:
        (tmp_path / "out.csv").write_bytes(TABLE)
        (store.root / "data" / "x.csv").symlink_to(tmp_path / "out.csv")
    with pytest.raises(InputError):
        at_hand(base / "data" / "x.csv", "data/x.csv at ab", store, "data/x.csv")


def test_the_next_step_brings_the_base_commits_object(store: Store, base: Path) -> None:
    """What pulls brings head's objects: whoever obeyed got the same message again."""
    (base / "data" / "x.csv").write_text(pointer(TABLE))
    write_dvc(base / "data" / "y.csv", "cd" * 16)
    steps = ("Run `git lfs fetch origin abababababab` before", "Run `dvc fetch --all-commits` before")
    for name, step in zip(("x.csv", "y.csv"), steps, strict=True):
        with pytest.raises(InputError) as caught:
            at_hand(base / "data" / name, f"data/{name} at ab", store, f"data/{name}")
        assert step in str(caught.value)


@pytest.mark.parametrize("settings", ["config", "config.local"])
def test_a_cache_that_dvcs_settings_name(store: Store, tmp_path: Path, settings: str) -> None:
    here = replace(store, commit="HEAD")
    digest = keep_dvc(tmp_path / "shared", TABLE)
    write_dvc(here.root / "data" / "x.csv", digest)
    assert "not in .dvc/cache" in told(here, "data/x.csv")
    (here.top / ".dvc").mkdir()
    text = "[core]\n    remote = r\n['remote \"r\"']\n    url = /nowhere\n[cache]\n    dir = {}\n"
    for cache in ("../../shared/.dvc/cache", tmp_path / "shared" / ".dvc" / "cache"):
        (here.top / ".dvc" / settings).write_text(text.format(cache))
        assert at_hand(here.root / "data" / "x.csv", "data/x.csv", here).read_bytes() == TABLE
    for broken in ("dir = x\n", "[cache\n", "\udcff"):
        (here.top / ".dvc" / settings).write_bytes(broken.encode(errors="surrogateescape"))
        assert "not in .dvc/cache" in told(here, "data/x.csv")
