"""Files that are read for a while: every way to change one is noticed, and touching nothing is not."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from mlops_actions.adapters.datasets.unchanged import unchanged
from mlops_actions.errors import ConfigError, InputError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def _replaced(path: Path) -> None:
    new = path.with_name("new")
    new.write_bytes(path.read_bytes())
    os.utime(new, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns))
    new.replace(path)


def _written(path: Path) -> None:
    path.write_text("a\n2\n")
    os.utime(path, ns=(1, 1))


def _longer(path: Path) -> None:
    before = path.stat()
    with path.open("a") as file:
        file.write("3\n")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


CHANGES: list[Callable[[Path], object]] = [
    _replaced,
    _written,
    _longer,
    lambda path: path.unlink(),
    lambda path: path.rename(path.with_name("gone.csv")),
]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("named", ["file", "folder", "pattern"])
def test_each_change_is_an_error(tmp_path: Path, change: Callable[[Path], object], named: str) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    for name in "xy":
        (folder / f"{name}.csv").write_text("a\n1\n")
    path = {"file": folder / "x.csv", "folder": folder, "pattern": folder / "*.csv"}[named]
    wanted = r"^shown: changed while it was read\. Let what writes it"
    with pytest.raises(InputError, match=wanted), unchanged((path, "shown")):
        change(folder / "x.csv")


def test_a_part_that_comes_is_a_change(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("a\n1\n")
    with pytest.raises(InputError, match="changed while it was read"), unchanged((tmp_path, "shown")):
        (tmp_path / "z.csv").write_text("a\n1\n")


def test_whatever_else_failed_the_change_is_what_is_told(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a\n1\n")

    def broken() -> None:
        with unchanged((path, "x.csv")):
            _replaced(path)
            raise ConfigError("half a file")

    with pytest.raises(InputError, match="changed while it was read") as caught:
        broken()
    assert isinstance(caught.value.__cause__, ConfigError)


def test_without_a_change_errors_stay_what_they_are(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a\n1\n")
    with unchanged((path, "x.csv")) as watch:
        watch.add(tmp_path / "none.csv", "none.csv")
        path.read_text()
        os.link(path, tmp_path / "linked.csv")
    with pytest.raises(ConfigError, match="mine"), unchanged((path, "x.csv")):
        raise ConfigError("mine")
