"""How much a folder holds, and a guard that says when it holds too much."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from mlops_actions.adapters.containers.deleted_files import held_files
from mlops_actions.adapters.containers.log_text import shown_name
from mlops_actions.errors import TrustError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

LOOK_SECONDS = 0.3
RESERVE_BYTES = 2**30  # a job that has taken room ends when less is left, wherever that room went
LONGEST_PATH = 1024  # bytes below the folder: what is nested deeper, this system could not name or remove
_BLOCK = 4096


def folder_bytes(*folders: Path, enough: float = float("inf")) -> int:
    """Bytes below the folders: per entry the largest of length, blocks and 4 KiB.

    So sparse files and floods of empty files count too; the count ends once it is above `enough`. Files that
    vanish meanwhile are skipped. TrustError: a folder that cannot be read, or a path of more than 1,024
    bytes (either could hide any amount).
    """
    total = 0
    pending = [(os.fspath(folder), len(os.fsencode(folder)) + LONGEST_PATH) for folder in folders]
    while pending and total <= enough:
        folder, longest = pending.pop()
        if len(os.fsencode(folder)) > longest:
            raise TrustError(
                "the training made folders inside one another, with a path of more than "
                f"{LONGEST_PATH:,} bytes: the size of what it wrote cannot be bounded"
            )
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    total += _entry_bytes(entry, pending, longest)
                    if total > enough:
                        break
        except (FileNotFoundError, NotADirectoryError):
            continue
        except PermissionError as error:
            shown = shown_name(os.path.basename(folder))  # noqa: PTH119 - not a path of ours
            raise TrustError(
                f"the training made the folder {shown} unreadable: its size cannot be bounded"
            ) from error
    return total


def _entry_bytes(entry: os.DirEntry[str], pending: list[tuple[str, int]], longest: int) -> int:
    with suppress(FileNotFoundError):
        status = entry.stat(follow_symlinks=False)
        if entry.is_dir(follow_symlinks=False):
            pending.append((entry.path, longest))
        return max(status.st_size, status.st_blocks * 512, _BLOCK)
    return 0


def _nobody() -> Iterable[int]:
    return ()


class DiskGuard:
    """Looks whether a job has taken more room than allowed; asked often, it counts seldom.

    Its folders are counted every 0.3 s, and at once when the free space of their file system has fallen by as
    much as was still allowed, which one cheap call tells. Where it fell by more than the folders show, files
    that the job's processes removed and hold count, too; and all of the fall where they can keep files, for
    two counts, in what cannot be looked into. The job ends before the file system is full in any case.

    Args:
        folders: what the job may write to.
        allowed: bytes below them.
        pids: the job's processes on this machine.
    """

    def __init__(
        self, folders: tuple[Path, ...], allowed: int, pids: Callable[[], Iterable[int]] = _nobody
    ) -> None:
        self._folders = folders
        self._allowed = allowed
        self._pids = pids
        self._held = 0
        self._hidden = False  # at the last count
        self._before = self._free = free_bytes(folders[0])
        self._reserve = min(RESERVE_BYTES, self._before // 2)
        self._looked = float("-inf")

    def is_over(self) -> bool:
        """Whether it had more than allowed at the last count. TrustError as of `folder_bytes`."""
        free, now = free_bytes(self._folders[0]), time.monotonic()
        if self._free - free > self._allowed - self._held or now - self._looked >= LOOK_SECONDS:
            self._held = self._count(free)
            self._free, self._looked = free, now
        return self._held > self._allowed

    def ends_over(self) -> bool:
        """The same by a count of now, for a job that has ended."""
        self._looked = float("-inf")
        return self.is_over()

    def _count(self, free: int) -> int:
        held = folder_bytes(*self._folders, enough=self._allowed)
        fell = self._before - free
        hidden = False
        if held <= self._allowed < fell:
            kept = held_files(self._pids(), self._folders[0])
            hidden = kept.hides
            held += kept.bytes
            if free < self._reserve or (hidden and self._hidden):
                held = max(held, fell)
        self._hidden = hidden
        return held


def free_bytes(folder: Path) -> int:
    """Free space of the file system that a folder is on."""
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize
