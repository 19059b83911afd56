"""The small project with a training of its own in a child process, which fails as a test says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.e2e.small_project import CONFIG, make_project

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.e2e.small_project import Project

TRAIN = """\
train:
  process: {command: [python, train.py], requirements: requirements.txt}
  executor: process
  resources: {memory: 64MiB, timeout: 2s, disk: 4MiB}
"""
TRAINED = CONFIG.replace("predictions: {candidate: predictions.parquet}\n", TRAIN)
START = """\
import os, signal, sys, time
print("\\x1b[31mloading\\x1b[0m rows", flush=True)
"""
FAILURES = {
    "exit_code": ("raise SystemExit(3)", "training ended with exit code 3 after"),
    "exception": ("1 // 0", "training ended with exit code 1 after"),
    "signal": ("os.kill(os.getpid(), signal.SIGSEGV)", "training ended with signal 11 after"),
    "oom": ("held = [b'x' * (1 << 20) for _ in range(1000)]; time.sleep(60)", "out of memory, limit 64 MiB"),
    "timeout": ("time.sleep(60)", "timeout, limit 2 s"),
    "disk": ("open(os.environ['SM_MODEL_DIR'] + '/m', 'wb').write(b'x' * (8 << 20))", "more than 4 MiB"),
    "no_model": ("pass", "exit code 0 after"),
}  # fmt: skip


def make_trained_project(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], program: str
) -> Project:
    """A project whose train.py ends with `program`."""
    project = make_project(root, monkeypatch, capsys)
    monkeypatch.setenv("XDG_CACHE_HOME", str(root.parent / "cache"))
    (root / "mlops.yaml").write_text(TRAINED)
    (root / "requirements.txt").write_text("")
    (root / "serve.py").write_text("")
    (root / "train.py").write_text(f"{START}{program}\n")
    return project
