"""What a container uses: the memory of its processes at their peak, and processor time.

On the engine's machine the kernel is asked: VmHWM and VmRSS of each process (proc(5)), as for a training
without a container, and its control group for processor time. Elsewhere there are the engine's samples alone.
"""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from mlops_actions.adapters.containers.process.group import ProcessRow, high_water_bytes, resident_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_LOOK_SECONDS = 0.02
_SUM_SECONDS = 0.1  # the pages of every process are walked for it
CGROUPS = Path("/sys/fs/cgroup")
_MOUNTS = ("", "memory", "cpuacct", "cpu,cpuacct", "unified")
_PLACES = ("docker/{id}", "system.slice/docker-{id}.scope")  # drivers cgroupfs and systemd
_PEAKS = ("memory.peak", "memory.max_usage_in_bytes")  # versions 2 and 1
_RUNTIMES = ("runc", "crun")  # a process before it is the container's own program


class Usage:
    """Looks many times a second from before the start of a container to its end.

    `peak_bytes` is the larger of the most that one process ever had resident and the most that all had
    together at one look; shared pages count once. A run too short for a look has the control
    group's own peak, in which the page cache counts, too. 0: nothing could be seen.
    """

    def __init__(self, identifier: str, memory_bytes: int, *, local: bool) -> None:
        self._identifier, self._limit, self._local = identifier, memory_bytes, local
        self._groups: set[Path] = set()
        self._resident = self._group_peak = self._sampled = 0
        self._cpu_seconds = self._next_sum = 0.0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._follow, daemon=True)

    def __enter__(self) -> Self:
        if self._local:
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        if self._local:
            self._thread.join(timeout=5)

    @property
    def peak_bytes(self) -> int:
        """So far."""
        return self._resident or max(self._sampled, self._group_peak)

    @property
    def cpu_seconds(self) -> float:
        """So far, of all processes."""
        return self._cpu_seconds

    @property
    def sees(self) -> bool:
        """Whether the processes can be seen from here: the engine need not be asked."""
        return bool(self._resident)

    def started(self, pid: int) -> None:
        """The container's first process, as the engine tells: its groups, where they have another place."""
        with suppress(OSError):
            lines = Path(f"/proc/{pid}/cgroup").read_text().splitlines() if self._local and pid else []
            named = {line.split(":", 2)[2].lstrip("/") for line in lines if self._identifier in line}
            self._groups |= set(_there(named))
        self._look()

    def sampled(self, stats: dict[str, Any]) -> None:
        """One sample of the engine's: memory without page cache."""
        memory = stats.get("memory_stats", {}).get("stats", {})
        self._sampled = max(self._sampled, memory.get("rss", memory.get("anon", 0)))
        nanoseconds = stats.get("cpu_stats", {}).get("cpu_usage", {}).get("total_usage", 0)
        self._cpu_seconds = max(self._cpu_seconds, nanoseconds / 1e9)

    def _follow(self) -> None:
        while not self._ended.wait(_LOOK_SECONDS):
            self._look()

    def _look(self) -> None:
        if not self._local:
            return
        if not self._groups:
            self._groups = set(_there(place.format(id=self._identifier) for place in _PLACES))
        rows = []
        for pid in {pid for group in self._groups for pid in _numbers(group / "cgroup.procs")}:
            resident = _resident(pid)
            if resident:
                rows.append(ProcessRow(pid, 0, 0, resident))
                self._resident = max(self._resident, high_water_bytes(pid))
        for group in self._groups:
            peaks = [number for name in _PEAKS for number in _numbers(group / name)]
            self._group_peak = max(self._group_peak, *peaks, 0)
            self._cpu_seconds = max(self._cpu_seconds, _cpu_seconds(group))
        self._together(rows)

    def _together(self, rows: list[ProcessRow]) -> None:
        """What all have resident: shared pages once, read seldom, no more than the group was charged."""
        if len(rows) > 1 and time.monotonic() < self._next_sum:
            return
        together = resident_bytes(rows, self._resident)
        if len(rows) > 1 and together > self._resident:
            self._next_sum = time.monotonic() + _SUM_SECONDS
            together = min(together, self._limit, self._group_peak or together)
        self._resident = max(self._resident, together)


def _there(places: Iterable[str]) -> Iterator[Path]:
    """The folders of a control group, under whichever mounts have it."""
    for place in places:
        for mount in _MOUNTS:
            folder = CGROUPS / mount / place
            if (folder / "cgroup.procs").exists():
                yield folder


def _resident(pid: int) -> int:
    """Bytes; 0 of a process that has ended, or is the runtime's still."""
    with suppress(OSError, ValueError):
        fields = dict(
            line.partition(":")[::2]
            for line in Path(f"/proc/{pid}/status").read_text(errors="replace").splitlines()
        )
        if not fields["Name"].strip().startswith(_RUNTIMES):
            return int(fields.get("VmRSS", "0 kB").split()[0]) * 1024
    return 0


def _cpu_seconds(group: Path) -> float:
    for number in _numbers(group / "cpuacct.usage"):
        return number / 1e9
    with suppress(OSError, ValueError):
        for line in (group / "cpu.stat").read_text().splitlines():
            if line.startswith("usage_usec "):
                return int(line.split()[1]) / 1e6
    return 0.0


def _numbers(file: Path) -> list[int]:
    with suppress(OSError, ValueError):
        return [int(each) for each in file.read_text().split()]
    return []
