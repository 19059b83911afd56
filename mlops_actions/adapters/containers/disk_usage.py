"""How much a folder holds, for the disk watchdog."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from mlops_actions.errors import TrustError

if TYPE_CHECKING:
    from pathlib import Path

_BLOCK = 4096


def folder_bytes(*folders: Path) -> int:
    """Bytes below the folders: per entry the largest of length, blocks and 4 KiB.

    So sparse files and floods of empty files count too. Files that vanish meanwhile are skipped;
    a folder that cannot be read is a TrustError (it could hide any amount).
    """
    total = 0
    pending = [os.fspath(folder) for folder in folders]
    while pending:
        folder = pending.pop()
        try:
            with os.scandir(folder) as entries:
                total += sum(_entry_bytes(entry, pending) for entry in entries)
        except (FileNotFoundError, NotADirectoryError):
            continue
        except PermissionError as error:
            raise TrustError(f"the training made {folder} unreadable: its size cannot be bounded") from error
    return total


def _entry_bytes(entry: os.DirEntry[str], pending: list[str]) -> int:
    with suppress(FileNotFoundError):
        status = entry.stat(follow_symlinks=False)
        if entry.is_dir(follow_symlinks=False):
            pending.append(entry.path)
        return max(status.st_size, status.st_blocks * 512, _BLOCK)
    return 0
