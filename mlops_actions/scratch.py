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
import shutil
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
    shutil.rmtree(folder, ignore_errors=True)
    if not folder.exists() and (descriptor := _MADE.pop(folder, -1)) >= 0:
        os.close(descriptor)


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
                    shutil.rmtree(entry.path, ignore_errors=True)
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
