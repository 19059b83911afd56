"""Removed files that processes still hold open or mapped: they take room, and no folder lists them."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_DELETED = " (deleted)"
_MAPS_FIELDS = 6  # proc(5): address perms offset dev inode pathname
PROC = Path("/proc")


def deleted_bytes(pids: Iterable[int], folder: Path) -> int:
    """Bytes of removed files of the folder's file system that the processes hold; each file once.

    0 where there is no /proc. Processes that another user owns are skipped.
    """
    device = folder.stat().st_dev
    held: dict[int, int] = {}
    for pid in pids:
        for inode, size in (*_opened(pid, device), *_mapped(pid, device)):
            held[inode] = max(held.get(inode, 0), size)
    return sum(held.values())


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


def hides_files(pids: Iterable[int]) -> bool:
    """Whether a process holds something in which open files can be that are in no table of descriptors.

    Such are files on their way through a socket (unix(7), SCM_RIGHTS; Linux 5.6 says how many wait in each),
    and those given to an io_uring (io_uring_register(2)).
    """
    for pid in pids:
        for task, name in _descriptors(pid):
            with suppress(OSError):
                kind = os.readlink(task / "fd" / name)  # noqa: PTH115 - called many times
                if kind == "anon_inode:[io_uring]":
                    return True
                if kind.startswith("socket:") and _waiting(task / "fdinfo" / name):
                    return True
    return False


def _waiting(told: Path) -> int:
    """Files in a socket's queue, by its fdinfo; 0 of a socket of another family."""
    for line in told.read_text().splitlines():
        if line.startswith("scm_fds:"):
            return int(line.split()[1])
    return 0


def _descriptors(pid: int) -> Iterator[tuple[Path, str]]:
    """The open files of every thread: clone(2) lets one have a table of its own."""
    with suppress(OSError):
        for thread in os.listdir(PROC / str(pid) / "task"):  # noqa: PTH208 - called many times
            task = PROC / str(pid) / "task" / thread
            with suppress(OSError):
                for name in os.listdir(task / "fd"):  # noqa: PTH208 - called many times
                    yield task, name


def _opened(pid: int, device: int) -> Iterator[tuple[int, int]]:
    for task, name in _descriptors(pid):
        with suppress(OSError):
            status = (task / "fd" / name).stat()
            if status.st_dev == device and status.st_nlink == 0:
                yield status.st_ino, max(status.st_size, status.st_blocks * 512)


def _mapped(pid: int, device: int) -> Iterator[tuple[int, int]]:
    sizes: dict[int, int] = {}
    with suppress(OSError):
        for line in (PROC / str(pid) / "maps").read_text(errors="replace").splitlines():
            if not line.endswith(_DELETED):
                continue
            address, _, _, numbers, inode, _ = line.split(maxsplit=_MAPS_FIELDS - 1)
            major, minor = (int(each, 16) for each in numbers.split(":"))
            if os.makedev(major, minor) == device:
                low, high = (int(each, 16) for each in address.split("-"))
                sizes[int(inode)] = sizes.get(int(inode), 0) + high - low
    yield from sizes.items()
