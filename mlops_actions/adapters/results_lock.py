"""One run at a time in a results folder: a lock on the folder itself.

The folder is never removed, so no file beside it is needed, and a folder that can only be read can be locked,
too. The kernel gives the lock back when the process ends, however it ends.
"""

from __future__ import annotations

import fcntl
import os
import weakref
from contextlib import suppress
from typing import TYPE_CHECKING

from mlops_actions.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

TRIES = 10  # somebody removes the folder while it is being locked
HINT = "Wait until it has ended, or name another folder with --results."


class ResultsLock:
    """Held as long as this lives in this process; a child never has it."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def close(self) -> None:
        """Give it back."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            with suppress(OSError):
                os.close(descriptor)

    def __del__(self) -> None:
        self.close()


_HELD: weakref.WeakValueDictionary[tuple[int, int], ResultsLock] = weakref.WeakValueDictionary()


def _let_go() -> None:
    for lock in list(_HELD.values()):
        lock.close()
    _HELD.clear()


os.register_at_fork(after_in_child=_let_go)  # another program starts without it anyway


def hold(folder: Path, shown: str) -> ResultsLock | None:
    """The folder's lock, which is this process's own if it has it; the folder is made.

    None where there is nothing to lock: no folder can be made, or the file system has no locks.

    Raises:
        UsageError: another process has it.
    """
    for _ in range(TRIES):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        except OSError:
            return None
        lock = ResultsLock(descriptor)
        found = _identity(os.fstat(descriptor))
        if ours := _HELD.get(found):
            return ours
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UsageError(f"{shown}: another mlops run writes into it", hint=HINT) from None
        except OSError:
            return None
        with suppress(OSError):
            if _identity(folder.stat()) == found:
                _HELD[found] = lock
                return lock
    return None


def _identity(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino
