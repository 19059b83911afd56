"""A module in a process of its own: its end is told, and nothing of it outlives its time."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from mlops_actions.adapters import measured_child
from mlops_actions.adapters.measured_child import run_child

MODULE = "mlops_actions.learning.ladder_child"


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _stand_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, code: str) -> None:
    """A program in place of `python -m module`."""
    script = tmp_path / "python"
    script.write_text(f"#!{sys.executable}\n{code}\n")
    script.chmod(0o700)
    monkeypatch.setattr(measured_child.sys, "executable", str(script))


def test_what_fails_says_why(tmp_path: Path) -> None:
    end = run_child(MODULE, ["/nowhere", "dummy", "1", "1", "0"], tmp_path, timeout=60, threads=1)
    assert end.how == "failed"
    assert "/nowhere/problem.json" in end.line


def test_only_modules_of_this_package(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="mlops_actions is needed"):
        run_child("http.server", [], tmp_path, timeout=1, threads=1)


def test_time_over_ends_it_and_what_it_started(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    code = (
        "import os, time, subprocess\n"
        "child = subprocess.Popen(['sleep', '600'])\n"
        "open('pids', 'w').write(f'{os.getpid()} {child.pid}')\n"
        "time.sleep(600)"
    )
    _stand_in(monkeypatch, tmp_path, code)
    end = run_child(MODULE, [], tmp_path, timeout=3, threads=1)
    assert end.how == "timeout"
    assert end.seconds < 30
    pids = [int(each) for each in (tmp_path / "pids").read_text().split()]
    deadline = time.monotonic() + 10
    while any(_alive(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _alive(pids[0])
    assert not _alive(pids[1]) or _zombie(pids[1])


def _zombie(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] == "Z"


def test_threads_and_surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("A_TOKEN", "secret")
    _stand_in(monkeypatch, tmp_path, "import os\nopen('seen', 'w').write(repr(dict(os.environ)))")
    assert run_child(MODULE, [], tmp_path, timeout=60, threads=2).how == "completed"
    seen = (tmp_path / "seen").read_text()
    assert "'OMP_NUM_THREADS': '2'" in seen
    assert "secret" not in seen


def test_a_signal_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _stand_in(monkeypatch, tmp_path, "import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)")
    end = run_child(MODULE, [], tmp_path, timeout=60, threads=1)
    assert (end.how, end.line) == ("killed", "SIGSEGV")
