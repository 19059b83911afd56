"""Standard output that is full, closed or read no more: results are written, and the end is a clear one."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.small_project import Project, make_project

MLOPS = Path(sys.executable).with_name("mlops")
FULL = (
    "standard output: cannot be written (No space left on device). "
    "Make room for it, or read the results folder.\n"
)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Project:
    """The small project."""
    return make_project(tmp_path / "project", monkeypatch, capsys)


@pytest.mark.parametrize(
    ("redirected", "code", "says"),
    [
        ("> /dev/full", 2, FULL),
        ("--json > /dev/full", 2, FULL),
        ("> /dev/full 2>&1", 2, ""),
        ("2> /dev/full", 0, ""),
        (">&-", 0, ""),
        (">&- 2>&-", 0, ""),
        ("<&- >&- 2>&-", 0, ""),
        ("2>&-", 0, ""),
        ("| true; exit ${PIPESTATUS[0]}", 0, ""),
    ],
)
def test_a_stream_that_takes_nothing(project: Project, redirected: str, code: int, says: str) -> None:
    command = f"{MLOPS} validate {redirected}"
    done = subprocess.run(
        ["bash", "-c", command], cwd=project.root, capture_output=True, text=True, check=False
    )
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
    assert done.stderr.endswith(says)
    written = json.loads((project.root / ".mlops/results/dataset.json").read_text())
    assert written["outcome"] == "warn"
    assert not (project.root / ".mlops/results/failures").exists()


def test_an_error_keeps_its_code(project: Project) -> None:
    (project.root / "data/train.csv").unlink()
    command = f"{MLOPS} validate --json > /dev/full"
    done = subprocess.run(
        ["bash", "-c", command], cwd=project.root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 3
    assert "Traceback" not in done.stderr
