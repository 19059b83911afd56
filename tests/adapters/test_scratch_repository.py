"""The demo's repository: two commits, and nothing of the user's is ever removed."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from mlops_actions.adapters.scratch_repository import make_scratch_repository
from mlops_actions.errors import TrustError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

WHEN = "2026-01-01T00:00:00+00:00"


def _parts(tmp_path: Path) -> tuple[Path, Path]:
    example, change = tmp_path / "example", tmp_path / "faster"
    (example / "code").mkdir(parents=True)
    (example / "code" / "a.py").write_text("one\n")
    (example / "mlops.yaml").write_text("version: 1\n")
    (change / "code").mkdir(parents=True)
    (change / "code" / "a.py").write_text("two\n")
    return example, change


def _git(folder: Path, *arguments: str) -> str:
    return subprocess.run(
        ["git", *arguments], cwd=folder, check=True, capture_output=True, text=True
    ).stdout.strip()


def test_two_commits_and_a_clean_tree(tmp_path: Path) -> None:
    example, change = _parts(tmp_path)
    folder = make_scratch_repository(example, change, tmp_path / "demo", when=WHEN)
    assert _git(folder, "log", "--format=%s") == "Candidate: faster\nBaseline: the model in production"
    assert _git(folder, "show", "main:code/a.py") == "one"
    assert (folder / "code" / "a.py").read_text() == "two\n"
    assert _git(folder, "status", "--short") == ""
    assert _git(folder, "rev-parse", "--abbrev-ref", "HEAD") == "candidate"


def test_again_gives_the_same_commits(tmp_path: Path) -> None:
    example, change = _parts(tmp_path)
    folder = make_scratch_repository(example, change, tmp_path / "demo", when=WHEN)
    first = _git(folder, "rev-parse", "HEAD")
    (folder / "left-over").write_text("x")
    make_scratch_repository(example, change, tmp_path / "demo", when=WHEN)
    assert _git(folder, "rev-parse", "HEAD") == first
    assert not (folder / "left-over").exists()


def test_a_folder_of_the_user_is_refused_and_kept(tmp_path: Path) -> None:
    example, change = _parts(tmp_path)
    mine = tmp_path / "demo"
    mine.mkdir()
    (mine / "thesis.txt").write_text("years of work")
    with pytest.raises(TrustError, match="no demo made it"):
        make_scratch_repository(example, change, mine, when=WHEN)
    assert (mine / "thesis.txt").read_text() == "years of work"


@pytest.mark.parametrize("name", ["taken/churn", "taken/deeper/churn"])
def test_a_place_that_cannot_be_written_is_told(tmp_path: Path, name: str) -> None:
    example, change = _parts(tmp_path)
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(UsageError, match="can be written is required") as caught:
        make_scratch_repository(example, change, tmp_path / name, when=WHEN)
    assert "--folder" in caught.value.hint
    assert (tmp_path / "taken").read_text() == "a file"
