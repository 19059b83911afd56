"""All processes of one job: found, measured, ended. Also those that left the group or were orphaned.

On Linux this process adopts what a job orphans (prctl(2), PR_SET_CHILD_SUBREAPER): so a daemon is found that
left its group and its environment behind.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
import uuid
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_actions.adapters.containers.docker.engine import is_dead, owner

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MARK = "MLOPS_JOB_ID"
LAUNCHER = Path(__file__).with_name("launcher.py")
_PR_SET_CHILD_SUBREAPER = 36
_LEADERS: set[int] = set()  # started here; whoever started them waits for them
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class ProcessRow:
    """One line of the process table; resident bytes."""

    pid: int
    parent: int
    group: int
    rss_bytes: int
    session: int = 0  # 0: not known


def start(
    command: Iterable[str], environment: Mapping[str, str], folder: Path, file_bytes: int, memory_bytes: int
) -> subprocess.Popen[bytes]:
    """Start a command in its own session with its limits set; stdout and stderr come out of one pipe."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)
    launcher = [
        sys.executable,
        "-I",
        os.fspath(LAUNCHER),
        str(file_bytes),
        str(memory_bytes),
        str(os.getpid()),
    ]
    child = subprocess.Popen(
        [*launcher, *command],
        cwd=folder,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        bufsize=0,
    )
    _LEADERS.add(child.pid)
    return child


def new_mark() -> str:
    """What every process of a job has in its environment: whose job it is, and which."""
    return f"{owner()}/{uuid.uuid4().hex}"


def end_left() -> int:
    """Kill what jobs left whose owner on this machine was killed; how many processes."""
    ended = 0
    for row in process_table():
        mark = _marked(row.pid)
        if mark and is_dead(mark.partition("/")[0]):
            _signal([row.pid], signal.SIGKILL)
            ended += 1
    return ended


def members(leader: int, table: Iterable[ProcessRow] | None = None) -> list[ProcessRow]:
    """The leader's group, all descendants of it, and orphans, by one reading of the process table."""
    rows = list(process_table() if table is None else table)
    inside = {row.pid for row in rows if leader in {row.pid, row.group} or _is_adopted(row)}
    grew = True
    while grew:
        more = {row.pid for row in rows if row.parent in inside} - inside
        inside |= more
        grew = bool(more)
    return [row for row in rows if row.pid in inside]


def resident_bytes(rows: Iterable[ProcessRow], known: int) -> int:
    """Resident bytes together, pages that processes share counted once (PSS, proc_pid_smaps(5)).

    `known`: the most so far. Whatever is not above it counting shared pages for each needs no closer look.
    """
    listed = list(rows)
    total = sum(row.rss_bytes for row in listed)
    if total <= known or len(listed) < 2:  # noqa: PLR2004 - one process shares with none
        return total
    return sum(_proportional(row) for row in listed)


def end(leader: int | None, mark: str, grace_seconds: float) -> None:
    """SIGTERM to all, SIGKILL to what is left after the grace; returns when none is left, or 5 s later.

    Without a leader (an interrupt came while it was started) the mark alone finds them.
    """
    if grace_seconds > 0:
        _signal(_alive(leader, mark), signal.SIGTERM)
        deadline = time.monotonic() + grace_seconds
        while _alive(leader, mark) and time.monotonic() < deadline:
            time.sleep(0.05)
    deadline = time.monotonic() + 5
    while (left := _alive(leader, mark)) and time.monotonic() < deadline:
        _signal(left, signal.SIGKILL)
        time.sleep(0.02)


def process_table() -> list[ProcessRow]:
    """Every live process that this user may see; zombies are left out."""
    return _table_from_proc() if Path("/proc/self/stat").exists() else table_from_ps()


def _table_from_proc() -> list[ProcessRow]:
    rows = []
    for name in os.listdir("/proc"):  # noqa: PTH208 - called many times a second
        if not name.isdecimal():
            continue
        with suppress(OSError):
            # pid (comm) state ppid pgrp ... rss is field 24: proc(5); comm may hold spaces and brackets
            fields = Path("/proc", name, "stat").read_bytes().rpartition(b")")[2].split()
            parent, group, session = (int(each) for each in fields[1:4])
            row = ProcessRow(int(name), parent, group, int(fields[21]) * _PAGE, session)
            if fields[0] not in {b"Z", b"X"}:
                rows.append(row)
            elif _is_adopted(row):
                os.waitpid(row.pid, os.WNOHANG)
    return rows


def _is_adopted(row: ProcessRow) -> bool:
    """A child of ours in another session that was not started here: its parent, of a job, is gone."""
    known = row.session and row.session != os.getsid(0)
    return bool(known) and row.parent == os.getpid() and row.pid not in _LEADERS


def table_from_ps() -> list[ProcessRow]:
    """The same from `ps`, for systems without /proc (macOS)."""
    command = ["ps", "-axo", "pid=,ppid=,pgid=,rss=,stat="]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    cells = [line.split() for line in text.splitlines()]
    return [
        ProcessRow(int(pid), int(parent), int(group), int(rss) * 1024)
        for pid, parent, group, rss, state in cells
        if not state.startswith("Z")
    ]


def high_water_bytes(pid: int) -> int:
    """The most that a live process had resident since its program started; 0 where nothing says so."""
    with suppress(OSError, ValueError):
        for line in Path(f"/proc/{pid}/status").read_text(errors="replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return 0


def _proportional(row: ProcessRow) -> int:
    """Its part of what is resident; nothing of a process that has ended meanwhile."""
    try:
        for line in Path(f"/proc/{row.pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError):
        if not Path("/proc/self").exists():
            return row.rss_bytes  # no /proc: macOS
    return row.rss_bytes if _runs(row.pid) else 0


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[0] not in {b"Z", b"X"}
    except OSError:
        return False


def _alive(leader: int | None, mark: str) -> set[int]:
    rows = process_table()
    found = {row.pid for row in members(leader, rows)} if leader is not None else set()
    for row in rows:
        if row.pid != os.getpid() and _marked(row.pid) == mark:
            found.add(row.pid)
    return found


def _marked(pid: int) -> str:
    """The mark that a process has, or nothing."""
    begins = f"{MARK}=".encode()
    with suppress(OSError):
        for each in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0"):
            if each.startswith(begins):
                return each.removeprefix(begins).decode("utf-8", "replace")
    return ""


def _signal(pids: Iterable[int], number: signal.Signals) -> None:
    for pid in pids:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)
