"""Removed files that a process holds are counted; one that lets nobody look is not taken to hold none."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mlops_actions.adapters.containers import disk_usage
from mlops_actions.adapters.containers.deleted_files import Held, held_files
from mlops_actions.adapters.containers.disk_usage import DiskGuard

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")

MIB = 2**20
SOMEBODY = 1000  # of no right on this machine
DROP = f"os.setgroups([]); os.setgid({SOMEBODY}); os.setuid({SOMEBODY})"
HOLD = "print(flush=True); input()"


@contextmanager
def holder(folder: Path, *, dumpable: bool = True, drop: bool = True) -> Iterator[int]:
    """A process, not of root's, that holds a removed file of 3 MiB; its id."""
    begin = f"import ctypes, os; {DROP if drop and os.geteuid() == 0 else ''}\n"
    begin += f"ctypes.CDLL(None).prctl(4, {int(dumpable)}, 0, 0, 0)\n"  # PR_SET_DUMPABLE
    with (folder / "removed").open("wb") as file:
        file.write(b"x" * 3 * MIB)
        file.flush()
        (folder / "removed").unlink()
        process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", begin + HOLD], pass_fds=[file.fileno()],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd="/",
        )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == b"\n"
        yield process.pid
    finally:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()


@contextmanager
def not_root() -> Iterator[int | None]:
    """As a user without rights, and who that is; None: this one."""
    if os.geteuid() != 0:
        yield None
        return
    os.setegid(SOMEBODY)
    os.seteuid(SOMEBODY)
    try:
        yield SOMEBODY
    finally:
        os.seteuid(0)
        os.setegid(0)


@pytest.fixture
def folder() -> Iterator[Path]:
    """One that anybody may look at, which pytest's own are not."""
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="mlops-test-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


def test_a_removed_file_is_counted_where_one_may_look(folder: Path) -> None:
    with holder(folder) as pid, not_root():
        assert held_files([pid], folder) == Held(3 * MIB, hides=False)


def test_a_process_that_made_itself_undumpable_hides_its_files(folder: Path) -> None:
    with holder(folder, dumpable=False) as pid, not_root():
        assert held_files([pid], folder).hides


@pytest.mark.skipif(os.geteuid() != 0, reason="starts a process of root's")
def test_a_process_of_another_user_hides_its_files_from_all_but_root(folder: Path) -> None:
    with holder(folder, drop=False) as pid:
        assert held_files([pid], folder) == Held(3 * MIB, hides=False)
        with not_root():
            assert held_files([pid], folder).hides


def test_a_process_that_has_ended_hides_nothing(folder: Path) -> None:
    with subprocess.Popen([sys.executable, "-I", "-S", "-c", ""]) as zombie:
        os.waitid(os.P_PID, zombie.pid, os.WEXITED | os.WNOWAIT)
        with not_root():
            assert held_files([zombie.pid], folder) == Held(0, hides=False)
    assert held_files([zombie.pid], folder) == Held(0, hides=False)


def test_all_of_the_fall_counts_where_a_process_hides_its_files(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = [100 * MIB]
    monkeypatch.setattr(disk_usage, "free_bytes", lambda _: free[0])
    with holder(folder, dumpable=False) as pid, not_root():
        guard = DiskGuard((folder,), 10 * MIB, lambda: [pid])
        assert not guard.is_over()
        free[0] -= 20 * MIB
        assert not guard.ends_over()  # could be anybody's, once
        assert guard.ends_over()
