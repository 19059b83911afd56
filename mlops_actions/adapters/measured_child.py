"""A module of this package in a child process of its own, ended when its time is over.

It is given by name, since what it imports may be nothing that adapters import.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

PACKAGE = "mlops_actions."
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")
LAST = 300  # characters of the last line that are told


@dataclass(frozen=True)
class ChildEnd:
    """How it ended, after how many seconds, and the last line it wrote to stderr."""

    how: Literal["completed", "timeout", "killed", "failed"]
    seconds: float
    line: str = ""


def run_child(
    module: str, arguments: Sequence[str], folder: Path, *, timeout: float, threads: int
) -> ChildEnd:
    """Run `python -I -m module arguments` in a folder; it and what it started are killed after `timeout`.

    Args:
        module: of this package.
        arguments: of its command line.
        folder: where it works, and all that it is to write.
        timeout: seconds on the wall.
        threads: how many the numeric libraries may have.
    """
    if not module.startswith(PACKAGE):
        message = f"{module}: a module of {PACKAGE[:-1]} is needed"
        raise ValueError(message)
    few = {name: str(max(1, threads)) for name in THREADS}
    environment = {**few, "LC_ALL": "C.UTF-8", "HOME": str(folder), "TMPDIR": str(folder)}
    started = time.monotonic()
    with (folder / "stderr").open("w+b") as log:
        child = subprocess.Popen(
            [sys.executable, "-I", "-m", module, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=log,
            cwd=folder,
            env=environment,
            start_new_session=True,
        )
        try:
            code = child.wait(timeout)
        except subprocess.TimeoutExpired:
            return ChildEnd("timeout", time.monotonic() - started)
        finally:
            _end(child)
        seconds = time.monotonic() - started
        log.seek(0)
        lines = log.read().decode(errors="replace").strip().splitlines()
    line = lines[-1][:LAST] if lines else ""
    if code < 0:
        return ChildEnd("killed", seconds, signal.Signals(-code).name)
    return (
        ChildEnd("failed", seconds, line or f"exit code {code}") if code else ChildEnd("completed", seconds)
    )


def _end(child: subprocess.Popen[bytes]) -> None:
    """Its whole process group, so that nothing it started is left."""
    if child.poll() is None:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
