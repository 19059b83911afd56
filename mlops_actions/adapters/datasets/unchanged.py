"""Data files that are read for a while: one that changes meanwhile is an error, never a mixture of two."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from mlops_actions.adapters.datasets.parts import parts_of
from mlops_actions.errors import InputError, MlopsError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HINT = "Let what writes it finish, then start again."
State = tuple[tuple[str, int, int, int, int], ...]


def state_of(path: Path, shown: str) -> State:
    """Of each part: its name, device, inode, size in bytes and time of the last change in nanoseconds.

    Raises:
        ConfigError, InputError, TrustError: see parts_of; a part went away.
    """
    parts = parts_of(path, shown)
    found = []
    for each in parts.paths:
        try:
            stat = each.stat()
        except OSError:
            raise InputError(f"{parts.told(each)}: went away while it was read", hint=HINT) from None
        found.append((parts.name(each), stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns))
    return tuple(found)


class Watch:
    """Data sets and how each was when it was added."""

    def __init__(self) -> None:
        self._seen: dict[tuple[Path, str], State] = {}

    def add(self, path: Path, shown: str) -> None:
        """Watch a file, a folder or a pattern from now on; what is not there is told where it is opened."""
        try:
            self._seen.setdefault((path, shown), state_of(path, shown))
        except MlopsError:
            return

    def changed(self) -> InputError | None:
        """The first data set that is not as it was."""
        for (path, shown), before in self._seen.items():
            try:
                same = state_of(path, shown) == before
            except MlopsError:
                same = False
            if not same:
                return InputError(f"{shown}: changed while it was read", hint=HINT)
        return None


@contextmanager
def unchanged(*files: tuple[Path, str]) -> Iterator[Watch]:
    """What is read inside the block stays as it is, or nothing comes of it.

    Args:
        files: (path, what messages call it); the watch takes more.

    Raises:
        InputError: one changed, whatever else it led to.
    """
    watch = Watch()
    for path, shown in files:
        watch.add(path, shown)
    try:
        yield watch
    except Exception as error:
        changed = watch.changed()
        if changed is not None:
            raise changed from error
        raise
    changed = watch.changed()
    if changed is not None:
        raise changed
