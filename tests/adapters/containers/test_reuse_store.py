"""The store is this user's alone, outside every checkout, bounded, and gives back what was put in."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mlops_actions.adapters.containers.reuse_store import ReuseStore, open_store


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "made"
    (folder / "model").mkdir(parents=True)
    (folder / "model" / "m.bin").write_bytes(b"x" * 1000)
    (folder / "model" / "run.sh").write_text("")
    (folder / "model" / "run.sh").chmod(0o750)
    (folder / "model" / "m.bin").chmod(0o600)
    return folder


@pytest.fixture
def store(tmp_path: Path) -> ReuseStore:
    made = open_store({"MLOPS_MODEL_CACHE": str(tmp_path / "kept")}, tmp_path / "checkout")
    assert isinstance(made, ReuseStore)
    return made


def test_what_was_kept_is_given_back_readable(store: ReuseStore, files: Path, tmp_path: Path) -> None:
    assert store.take("models", "key", tmp_path / "out") is None
    assert store.keep("models", "key", files, {"a": [1, 2.5, None]})
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "old").write_text("what stood there before goes")
    assert store.take("models", "key", tmp_path / "out") == {"a": [1, 2.5, None]}
    assert sorted(path.name for path in (tmp_path / "out" / "model").iterdir()) == ["m.bin", "run.sh"]
    modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "out" / "model").iterdir()}
    assert modes == {"m.bin": 0o644, "run.sh": 0o755}
    assert not (tmp_path / "out" / "old").exists()
    assert store.take("other", "key", tmp_path / "out2") is None
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kept", "made", "out"]


def test_what_is_no_plain_file_is_not_kept(store: ReuseStore, files: Path) -> None:
    (files / "model" / "link").symlink_to("/etc/passwd")
    assert not store.keep("models", "key", files, {})
    (files / "model" / "link").unlink()
    os.mkfifo(files / "model" / "pipe")
    assert not store.keep("models", "key", files, {})
    assert list(store.folder.glob("models/*")) == []


def test_the_least_recently_used_go_first(store: ReuseStore, files: Path, tmp_path: Path) -> None:
    small = ReuseStore(store.folder, max_entries=2)
    for number, key in enumerate(("a", "b")):
        assert small.keep("models", key, files, {})
        os.utime(store.folder / "models" / key / "record.json", (1000 + number, 1000 + number))
    assert small.take("models", "a", tmp_path / "out") is not None
    assert small.keep("models", "c", files, {})
    assert sorted(each.name for each in store.folder.glob("models/*")) == ["a", "c"]


def test_its_bytes_are_bounded(store: ReuseStore, files: Path) -> None:
    assert not ReuseStore(store.folder, max_bytes=3000).keep("models", "large", files, {})
    bounded = ReuseStore(store.folder, max_bytes=9000)
    for key in "abcdefgh":
        assert bounded.keep("models", key, files, {})
    left = list(store.folder.glob("models/*"))
    assert 1 <= len(left) < 8
    assert sum(path.stat().st_size for path in store.folder.rglob("*") if path.is_file()) <= 9000


def test_what_a_killed_process_left_goes(store: ReuseStore, files: Path) -> None:
    left = store.folder / "models" / ".making-0123"
    left.mkdir(parents=True)
    (left / "half").write_text("")
    assert store.keep("models", "a", files, {})
    assert left.exists()  # it may be one that is being made
    os.utime(left, (1, 1))
    assert store.keep("models", "b", files, {})
    assert not left.exists()


def test_a_store_in_the_checkout_is_none(tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "a" / "b"):
        made = open_store({"MLOPS_MODEL_CACHE": str(place)}, tmp_path)
        assert isinstance(made, str)
        assert "lies in the checkout, where a pull request writes" in made
    (tmp_path / "checkout" / ".mlops").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "checkout" / ".mlops")
    made = open_store({"MLOPS_MODEL_CACHE": str(tmp_path / "link")}, tmp_path / "checkout")
    assert isinstance(made, str)
    assert list((tmp_path / "checkout" / ".mlops").iterdir()) == []


@pytest.mark.parametrize("mode", [0o770, 0o707, 0o777, 0o1777])
def test_a_folder_that_others_can_write_is_none(tmp_path: Path, mode: int) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept").chmod(mode)
    made = open_store({"MLOPS_MODEL_CACHE": str(tmp_path / "kept")}, tmp_path / "checkout")
    assert isinstance(made, str)
    assert "can be written by others" in made


def test_a_link_in_its_place_is_none(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir(mode=0o700)
    (tmp_path / "kept").symlink_to(tmp_path / "real")
    made = open_store({"MLOPS_MODEL_CACHE": str(tmp_path / "kept")}, tmp_path / "checkout")
    assert made == f"{tmp_path / 'kept'} is no folder"


def test_another_user_s_folder_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "kept").mkdir(mode=0o700)
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    made = open_store({"MLOPS_MODEL_CACHE": str(tmp_path / "kept")}, tmp_path / "checkout")
    assert made == f"{tmp_path / 'kept'} belongs to another user"


@pytest.mark.parametrize(("value", "words"), [("off", "is off"), ("OFF", "is off"), ("a/b", "a path from /")])
def test_the_variable_says_where(value: str, words: str) -> None:
    made = open_store({"MLOPS_MODEL_CACHE": value}, Path("/nowhere"))
    assert isinstance(made, str)
    assert words in made


def test_without_it_the_user_s_cache(tmp_path: Path) -> None:
    made = open_store({"XDG_CACHE_HOME": str(tmp_path / "x"), "HOME": "/nowhere"}, tmp_path / "checkout")
    assert isinstance(made, ReuseStore)
    assert made.folder == tmp_path / "x" / "mlops-actions" / "models"
    made = open_store({"HOME": str(tmp_path)}, tmp_path / "checkout")
    assert isinstance(made, ReuseStore)
    assert made.folder == tmp_path / ".cache" / "mlops-actions" / "models"
