"""Folders for temporary files: on the list before they are made, so that no signal leaves one behind.

Each is locked while its process lives, however that ends: what a killed one left in the system's folder goes
with the next process that makes one there.
"""

from __future__ import annotations

import atexit
import fcntl
import os
import re
import secrets
import stat
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

OURS = re.compile(r"mlops-[a-z-]+-[0-9a-f]{16}")  # names of such folders; each can be read by its user alone
LEFT = 60  # seconds after which a folder without a lock is one that was left, not one being made
_MADE: dict[Path, int] = {}  # and the descriptor of its lock
_PROCESS = os.getpid()


def new_folder(prefix: str, parent: Path | None = None) -> Path:
    """A folder that only this user can read; it goes with `remove`, at the latest when the process ends.

    Args:
        prefix: of its name.
        parent: there already; default: the system's folder for temporary files.
    """
    usual = Path(tempfile.gettempdir()).resolve()
    parent = usual if parent is None else parent.resolve()
    if parent == usual and not _MADE:
        _remove_left(parent)
    while True:
        folder = parent / f"{prefix}{secrets.token_hex(8)}"
        if not folder.exists():
            _MADE[folder] = -1
            folder.mkdir(mode=0o700)
            with suppress(OSError):
                _MADE[folder] = _locked(folder)
            return folder


def remove(folder: Path) -> None:
    """Remove it with all that is in it; what is interrupted here is done when the process ends."""
    remove_tree(folder)
    if not folder.exists() and (descriptor := _MADE.pop(folder, -1)) >= 0:
        os.close(descriptor)


def remove_tree(folder: Path) -> None:
    """Remove a folder whose code has ended, however deep it is nested and whatever it did to permissions.

    Folders are moved up before they are emptied, so that no path grows too long for the system. Nothing is
    followed out of it. What cannot be removed stays.
    """
    with suppress(OSError):
        top = _opened(folder.name, os.open(folder.parent, os.O_RDONLY | os.O_DIRECTORY))
        try:
            pending = _emptied(top, top)
            while pending:
                name = pending.pop()
                with suppress(OSError):
                    inner = _opened(name, os.dup(top))
                    try:
                        pending += _emptied(inner, top)
                    finally:
                        os.close(inner)
                    os.rmdir(name, dir_fd=top)
        finally:
            os.close(top)
        folder.rmdir()


def _opened(name: str, parent: int) -> int:
    """A folder to be emptied; takes the parent's descriptor over. OSError: it is none."""
    try:
        with suppress(PermissionError):
            return os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=parent)
        if not stat.S_ISDIR(os.stat(name, dir_fd=parent, follow_symlinks=False).st_mode):
            raise NotADirectoryError(name)
        os.chmod(name, stat.S_IRWXU, dir_fd=parent)
        return os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=parent)
    finally:
        os.close(parent)


def _emptied(folder: int, top: int) -> list[str]:
    """Unlink the files of a folder and move its folders into `top`; their names there."""
    with suppress(OSError):
        os.fchmod(folder, stat.S_IRWXU)
    found = []
    with os.scandir(folder) as listing:
        entries = list(listing)
    for entry in entries:
        with suppress(OSError):
            if not entry.is_dir(follow_symlinks=False):
                os.unlink(entry.name, dir_fd=folder)
            elif folder == top:
                found.append(entry.name)
            else:
                moved = f".{secrets.token_hex(8)}"
                os.chmod(entry.name, stat.S_IRWXU, dir_fd=folder)
                os.rename(entry.name, moved, src_dir_fd=folder, dst_dir_fd=top)
                found.append(moved)
    return found


def _locked(folder: Path) -> int:
    """The descriptor that holds its lock.

    Raises:
        OSError: another process has it, or the file system has no locks.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def _remove_left(parent: Path) -> None:
    """Of processes that were killed: ours by name, user and mode, not young, and not locked."""
    with suppress(OSError):
        for entry in os.scandir(parent):
            with suppress(OSError):  # another process removes it, or lives
                if not OURS.fullmatch(entry.name) or not entry.is_dir(follow_symlinks=False):
                    continue
                found = entry.stat(follow_symlinks=False)
                mine = found.st_uid == os.getuid() and stat.S_IMODE(found.st_mode) == stat.S_IRWXU
                if mine and time.time() - found.st_mtime > LEFT:
                    descriptor = _locked(Path(entry.path))
                    remove_tree(Path(entry.path))
                    os.close(descriptor)


@contextmanager
def scratch(prefix: str, parent: Path | None = None) -> Iterator[Path]:
    """A folder as long as the block lasts."""
    folder = new_folder(prefix, parent)
    try:
        yield folder
    finally:
        remove(folder)


@atexit.register
def _remove_all() -> None:
    if os.getpid() == _PROCESS:  # never in a fork
        for folder in list(_MADE):
            remove(folder)
