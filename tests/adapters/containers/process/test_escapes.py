"""A malicious repository as a child process: not contained, but bounded, ended and cleaned up."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from mlops_actions.adapters.containers.process import group
from mlops_actions.adapters.containers.process.executor import ProcessExecutor
from mlops_actions.errors import TrustError
from tests.adapters.containers.docker.test_escape_left import REFUSED
from tests.adapters.containers.escape_bench import MIB, SMALL, EscapeBench

SHORT = replace(SMALL, timeout_seconds=3, memory_bytes=256 * MIB)
KEPT = r"; what it had written \([\d,]+ MiB\) is not kept"
DISK = r"stopped after \d+\.\d s: wrote more than 16 MiB to disk"
TIMEOUT = r"stopped after \d+\.\d s: timeout, limit 3 s"


@pytest.fixture
def escapes(tmp_path: Path, environments: Path) -> EscapeBench:
    """A bench for attempts, with a folder of its own for the job's scratch."""
    scratch = tmp_path.with_name(f"{tmp_path.name}-scratch")
    scratch.mkdir(exist_ok=True)
    executor = ProcessExecutor(dict(os.environ), cache=environments, scratch=scratch, grace_seconds=0.5)
    return EscapeBench(executor, tmp_path, ("python", "main.py"))


@pytest.fixture(autouse=True)
def nothing_is_left(escapes: EscapeBench) -> None:
    """Set up first: the scratch folder is empty before; each test asks again after its attempt."""
    assert left(escapes) == []


def left(escapes: EscapeBench) -> list[Path]:
    """Scratch folders that are still there."""
    assert isinstance(escapes.executor, ProcessExecutor)
    assert escapes.executor.scratch is not None
    return list(escapes.executor.scratch.iterdir())


@pytest.mark.parametrize(
    "attempt",
    [
        "many_files",
        "one_file",
        "sparse",
        "inodes",
        "hidden_file",
        "hidden_in_socket",
        "hidden_in_thread",
    ],
)
def test_a_full_disk_is_stopped_and_emptied(escapes: EscapeBench, attempt: str) -> None:
    ended = escapes.attempt(attempt, replace(SHORT, timeout_seconds=60))
    assert re.fullmatch(DISK + KEPT, ended.sentence), ended.sentence
    assert escapes.held() == []
    assert left(escapes) == []


@pytest.mark.parametrize("attempt", ["ignores_sigterm", "closed_output", "loud", "one_line"])
def test_what_does_not_want_to_end_is_ended(escapes: EscapeBench, attempt: str) -> None:
    ended = escapes.attempt(attempt, SHORT)
    assert re.fullmatch(TIMEOUT + KEPT, ended.sentence), ended.sentence
    assert ended.seconds < 60
    assert sum(map(len, escapes.lines)) < 11 * MIB
    assert left(escapes) == []


def test_processes_are_bounded_and_all_end(escapes: EscapeBench) -> None:
    ended = escapes.attempt("spawn_shells", SHORT)
    assert re.fullmatch(r"stopped after \d\.\d s \(\d+ processes, limit 32\)" + KEPT, ended.sentence), (
        ended.sentence
    )
    assert left(escapes) == []


def test_a_daemon_without_our_environment_ends_with_the_training(escapes: EscapeBench) -> None:
    ended = escapes.attempt("daemon", SHORT)
    assert ended.run is not None
    assert ended.run.succeeded
    model = ended.run.model_dir / "model.txt"
    first = model.read_bytes()
    assert b"later" in first  # it did write while it could
    time.sleep(0.5)
    assert model.read_bytes() == first
    assert [row for row in group.process_table() if "later" in command_of(row.pid)] == []


def command_of(pid: int) -> str:
    done = subprocess.run(["ps", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return done.stdout if "model.txt" in done.stdout else ""


@pytest.mark.parametrize("attempt", REFUSED)
def test_what_it_leaves_is_refused_and_does_not_stay(escapes: EscapeBench, attempt: str) -> None:
    ended = escapes.attempt(attempt, SHORT)
    assert isinstance(ended.error, TrustError)
    assert ended.sentence == REFUSED[attempt]
    assert escapes.held() == []
    assert left(escapes) == []


ORPHAN = """
import os, subprocess, sys, time
sys.path.insert(0, {root!r})
from mlops_actions.adapters.containers.process import group
environment = dict(os.environ) | {{group.MARK: group.new_mark()}}
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], env=environment,
                         start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print(child.pid, flush=True)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads the environment of processes in /proc")
def test_what_a_killed_run_left_is_ended_by_the_next(escapes: EscapeBench) -> None:
    script = ORPHAN.format(root=str(Path.cwd()))
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    orphan = int(said.stdout)
    living = subprocess.Popen(
        [sys.executable, "-c", "import time; time.sleep(600)"],
        env=dict(os.environ) | {group.MARK: group.new_mark()},
    )
    try:
        assert orphan in {row.pid for row in group.process_table()}
        escapes.attempt("future", SHORT)
        assert orphan not in {row.pid for row in group.process_table()}
        assert living.poll() is None  # a job of a run that lives is nobody's to end
    finally:
        living.kill()
        living.wait()
