"""Removed files that processes still hold open or mapped: they take room, and no folder lists them."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_DELETED = " (deleted)"
_MAPS_FIELDS = 6  # proc(5): address perms offset dev inode pathname
PROC = Path("/proc")


@dataclass(frozen=True)
class Held:
    """What processes hold of a file system that no folder lists, by one look at their open files.

    Attributes:
        bytes: of removed files that are open or mapped; each file once.
        hides: whether a process can hold more than could be seen: its open files are not told, or something
            is open in which files can be that are in no table of descriptors. Such are files on their way
            through a socket (unix(7), SCM_RIGHTS; Linux 5.6 says how many wait in each), and those given to
            an io_uring (io_uring_register(2)).
    """

    bytes: int
    hides: bool


def held_files(pids: Iterable[int], folder: Path) -> Held:
    """What the processes hold of the folder's file system; nothing where there is no /proc.

    Another user's process, and one that had itself made undumpable (prctl(2), PR_SET_DUMPABLE), are looked
    into by root alone: to anybody else they hide their files.
    """
    device = folder.stat().st_dev
    held: dict[int, int] = {}
    hides = False
    for pid in pids:
        try:
            for task in _threads(pid):
                for inode, size, hidden in _opened(task, device):
                    held[inode] = max(held.get(inode, 0), size)
                    hides |= hidden
            for inode, size in _mapped(pid, device):
                held[inode] = max(held.get(inode, 0), size)
        except PermissionError:
            hides = True
    return Held(sum(held.values()), hides)


def pids_of_container(container: str) -> list[int]:
    """Process ids on this machine that are in a container, by their cgroup; none when it runs elsewhere."""
    found = []
    with suppress(OSError):
        for name in os.listdir(PROC):  # noqa: PTH208 - called many times
            if name.isdecimal():
                with suppress(OSError):
                    if container in (PROC / name / "cgroup").read_text(errors="replace"):
                        found.append(int(name))
    return found


def _waiting(told: Path) -> int:
    """Files in a socket's queue, by its fdinfo; 0 of a socket of another family."""
    for line in told.read_text().splitlines():
        if line.startswith("scm_fds:"):
            return int(line.split()[1])
    return 0


def _threads(pid: int) -> Iterator[Path]:
    """All of them: clone(2) lets one have a table of open files of its own."""
    with _told():
        for thread in os.listdir(PROC / str(pid) / "task"):  # noqa: PTH208 - called many times
            yield PROC / str(pid) / "task" / thread


def _opened(task: Path, device: int) -> Iterator[tuple[int, int, bool]]:
    """Inode and bytes of each removed file that is open, and whether it can hide others (0 bytes then).

    PermissionError: root alone may look, and the thread has not ended.
    """
    try:
        with _told():
            for name in os.listdir(task / "fd"):  # noqa: PTH208 - called many times
                with _told():
                    status = (task / "fd" / name).stat()
                    if status.st_dev == device and status.st_nlink == 0:
                        yield status.st_ino, max(status.st_size, status.st_blocks * 512), False
                    elif _hides(task, name):
                        yield 0, 0, True
    except PermissionError:
        if not _has_ended(task):
            raise


@contextmanager
def _told() -> Iterator[None]:
    """What vanished meanwhile is skipped; what may not be looked at is not: PermissionError."""
    try:
        yield
    except PermissionError:
        raise
    except OSError:
        pass


def _hides(task: Path, name: str) -> bool:
    kind = os.readlink(task / "fd" / name)  # noqa: PTH115 - called many times
    return kind == "anon_inode:[io_uring]" or (
        kind.startswith("socket:") and _waiting(task / "fdinfo" / name) > 0
    )


def _has_ended(task: Path) -> bool:
    """Whether it has no open files any more: a zombie's table is root's, and empty (proc(5), stat)."""
    try:
        state = (task / "stat").read_text(errors="replace").rpartition(")")[2].split()[0]
    except OSError:
        return True
    return state in {"Z", "X"}


def _mapped(pid: int, device: int) -> Iterator[tuple[int, int]]:
    sizes: dict[int, int] = {}
    with _told():
        for line in (PROC / str(pid) / "maps").read_text(errors="replace").splitlines():
            if not line.endswith(_DELETED):
                continue
            address, _, _, numbers, inode, _ = line.split(maxsplit=_MAPS_FIELDS - 1)
            major, minor = (int(each, 16) for each in numbers.split(":"))
            if os.makedev(major, minor) == device:
                low, high = (int(each, 16) for each in address.split("-"))
                sizes[int(inode)] = sizes.get(int(inode), 0) + high - low
    yield from sizes.items()
