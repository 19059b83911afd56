"""One process at a time has a results folder; its own contexts share the lock, no child keeps it."""

from __future__ import annotations

import errno
import fcntl
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from mlops_actions.adapters.results_lock import hold

if TYPE_CHECKING:
    from pathlib import Path

OTHER = """
import sys
from pathlib import Path
from mlops_actions.adapters.results_lock import hold
try:
    lock = hold(Path(sys.argv[1]), "out")
except Exception as error:
    print(error)
else:
    print("held" if lock is not None else "no lock")
"""
SAYS = (
    "out: another mlops run writes into it. Wait until it has ended, or name another folder with --results."
)


def other(folder: Path) -> str:
    """What another process gets."""
    command = [sys.executable, "-c", OTHER, str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def test_another_process_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "results"
    lock = hold(folder, "out")
    assert lock is not None
    assert other(folder) == SAYS
    assert other(tmp_path / "b" / "results") == "held"
    assert list(folder.iterdir()) == []
    del lock
    assert other(folder) == "held"


def test_a_process_does_not_wait_for_itself(tmp_path: Path) -> None:
    first, second = hold(tmp_path, "out"), hold(tmp_path, "out")
    assert first is second
    del first
    assert other(tmp_path) == SAYS
    del second
    assert other(tmp_path) == "held"


def test_a_child_that_lives_on_does_not_keep_it(tmp_path: Path) -> None:
    lock = hold(tmp_path, "out")
    assert lock is not None
    started = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    ready, done = os.pipe()
    gone, end = os.pipe()
    if not (forked := os.fork()):
        os.write(done, b"x")
        os.close(end)
        os.read(gone, 1)
        os._exit(0)
    os.read(ready, 1)
    try:
        del lock
        assert other(tmp_path) == "held"
    finally:
        os.close(end)
        os.waitpid(forked, 0)
        started.communicate(b"\n")
        for descriptor in (ready, done, gone):
            os.close(descriptor)


@pytest.mark.parametrize("code", [errno.ENOLCK, errno.EBADF])
def test_a_file_system_without_locks_is_no_obstacle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    def refused(*_: object) -> None:
        raise OSError(code, "no")

    monkeypatch.setattr("fcntl.flock", refused)
    assert hold(tmp_path, "out") is None


def test_what_is_no_folder_is_told_later(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert hold(tmp_path / "file", "out") is None
    assert hold(tmp_path / "file" / "results", "out") is None


def test_a_folder_that_is_replaced_meanwhile_is_locked_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, real, calls = tmp_path / "results", fcntl.flock, []

    def replaced(descriptor: int, how: int) -> None:
        real(descriptor, how)
        calls.append(how)
        if len(calls) == 1:
            folder.rename(tmp_path / "before")

    monkeypatch.setattr("fcntl.flock", replaced)
    lock = hold(folder, "out")
    assert len(calls) == 2
    assert lock is not None
    assert other(folder) == SAYS
    assert other(tmp_path / "before") == "held"
