"""A command run as its own process: seconds on the clock, seconds of processor, peak memory.

A module of the other scripts; alone it measures any command: measured.py COMMAND [ARGUMENT ...]
"""

from __future__ import annotations

import os
import platform
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from subprocess import DEVNULL, Popen
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


@dataclass(frozen=True)
class Run:
    """One process: wall and processor seconds, peak resident memory in MB, its exit code and output."""

    wall: float
    cpu: float
    peak: float
    code: int
    output: str

    def __str__(self) -> str:
        return f"{self.wall:7.2f} s  {self.cpu:7.2f} s of processor  {self.peak:6,.0f} MB"


def run(command: Sequence[str | Path], folder: Path | None = None, allowed: Sequence[int] = (0,)) -> Run:
    """Measured by the process's own usage (wait4), its children included; the caller has to stay small.

    Raises:
        SystemExit: another exit code than allowed; with its output.
    """
    with TemporaryFile("w+", errors="replace") as output:
        started = time.perf_counter()
        process = Popen(
            [str(each) for each in command], cwd=folder, stdin=DEVNULL, stdout=output, stderr=output
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = code = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read()
    if code not in allowed:
        sys.exit(f"{' '.join(map(str, command))}: exit code {code}\n{text[-4000:]}")
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, code, text)


def best(runs: Sequence[Run]) -> Run:
    """The least of each figure but the peak, which is the most."""
    last = runs[-1]
    wall, cpu = min(each.wall for each in runs), min(each.cpu for each in runs)
    return Run(wall, cpu, max(each.peak for each in runs), last.code, last.output)


def alternating(rounds: int, tasks: dict[str, Callable[[], Run]]) -> dict[str, Run]:
    """Every task once a round, so that a busy machine slows all of them; the best of each."""
    found: dict[str, list[Run]] = {name: [] for name in tasks}
    for _ in range(rounds):
        for name, task in tasks.items():
            found[name].append(task())
    return {name: best(runs) for name, runs in found.items()}


def machine() -> str:
    """Processor, cores, memory, load and the versions that matter."""
    cores = len(os.sched_getaffinity(0))
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    model = next((line.split(": ")[1] for line in lines if line.startswith("model name")), platform.machine())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    load = os.getloadavg()[0]
    return f"{model}, {cores} cores, {memory:.0f} GB; Python {platform.python_version()}; load {load:.1f}"


if __name__ == "__main__":
    if len(sys.argv) == 1 or sys.argv[1] in {"-h", "--help"}:
        sys.exit(__doc__)
    print(run(sys.argv[1:], allowed=range(256)))
