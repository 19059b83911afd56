"""Folders for temporary files: on the list before they are made, so that no signal leaves one behind."""

from __future__ import annotations

import atexit
import os
import secrets
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_MADE: set[Path] = set()
_PROCESS = os.getpid()


def new_folder(prefix: str, parent: Path | None = None) -> Path:
    """A folder that only this user can read; it goes with `remove`, at the latest when the process ends.

    Args:
        prefix: of its name.
        parent: there already; default: the system's folder for temporary files.
    """
    parent = (Path(tempfile.gettempdir()) if parent is None else parent).resolve()
    while True:
        folder = parent / f"{prefix}{secrets.token_hex(6)}"
        if not folder.exists():
            _MADE.add(folder)
            folder.mkdir(mode=0o700)
            return folder


def remove(folder: Path) -> None:
    """Remove it with all that is in it; what is interrupted here is done when the process ends."""
    shutil.rmtree(folder, ignore_errors=True)
    if not folder.exists():
        _MADE.discard(folder)


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
