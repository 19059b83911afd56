"""An archive that an engine sends, unpacked: within a number of bytes, and nothing outside its folder.

What the code left is in it as it was: links and pipes are made last, when nothing is written any more, so
that they are judged by the same words as in a folder that was mounted.
"""

from __future__ import annotations

import io
import os
import tarfile
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from mlops_actions.adapters.containers.log_text import shown_name
from mlops_actions.errors import TrustError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

BLOCK = 4096  # what an entry takes at least
_CHUNK = 2**20


class TooLarge(Exception):  # noqa: N818 - a value of the caller's, not a mistake
    """More than was allowed; what was unpacked until then is there."""


class _Stream(io.RawIOBase):
    """The chunks of an answer as a file."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # a buffer is all that comes
        if not self._rest:
            self._rest = memoryview(next(self._chunks, b""))
        count = min(len(buffer), len(self._rest))
        buffer[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count


def unpack(chunks: Iterable[bytes], folder: Path, allowed: int) -> int:
    """Unpack the one folder that an archive holds into `folder`, which is there and empty; bytes.

    TooLarge: more than `allowed` bytes. TrustError: a name that leads out, a device, a broken archive.
    """
    later: list[tuple[tarfile.TarInfo, Path]] = []
    files: dict[str, Path] = {}
    total = 0
    try:
        with tarfile.open(fileobj=io.BufferedReader(_Stream(iter(chunks)), _CHUNK), mode="r|") as tar:
            for entry in tar:
                path = _inside(folder, entry.name)
                total += max(entry.size, BLOCK)
                if total > allowed:
                    raise TooLarge
                if path is None:
                    continue
                if entry.isdir():
                    path.mkdir(exist_ok=True)
                elif entry.isreg():
                    files[entry.name] = path
                    _write(tar, entry, path)
                elif entry.islnk():  # the same file under another name
                    total += _copy(files.get(entry.linkname), path, entry, allowed - total)
                else:
                    later.append((entry, path))
        for entry, path in later:
            _special(entry, path)
    except (tarfile.TarError, OSError, EOFError) as error:
        raise TrustError(f"the archive of {folder.name} cannot be unpacked: {error}") from error
    return total


def _inside(folder: Path, name: str) -> Path | None:
    """Where an entry belongs; None for the folder itself."""
    first, *parts = PurePosixPath(name).parts or ("",)
    if first in {"/", ".."} or ".." in parts:
        raise TrustError(f"the archive of {folder.name}: {shown_name(os.fsencode(name))} leads out of it")
    return folder.joinpath(*parts) if parts else None


def _write(tar: tarfile.TarFile, entry: tarfile.TarInfo, path: Path) -> None:
    content = tar.extractfile(entry)
    assert content is not None  # noqa: S101 - of a regular file
    mode = 0o755 if entry.mode & 0o100 else 0o644
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode), "wb") as out:
        while chunk := content.read(_CHUNK):
            out.write(chunk)


def _copy(source: Path | None, path: Path, entry: tarfile.TarInfo, left: int) -> int:
    if source is None:
        raise TrustError(f"{shown_name(os.fsencode(entry.name))} is a link to a file that is not there")
    size = source.stat().st_size
    if size > left:
        raise TooLarge
    with source.open("rb") as content, path.open("xb") as out:
        while chunk := content.read(_CHUNK):
            out.write(chunk)
    return size


def _special(entry: tarfile.TarInfo, path: Path) -> None:
    """A link or a pipe as it was, for whoever judges the folder; a device is never made here."""
    if entry.issym():
        path.symlink_to(entry.linkname)
    elif entry.isfifo():
        os.mkfifo(path)
    else:
        raise TrustError(f"{shown_name(os.fsencode(path.name))}: a device; only regular files are allowed")


def packed(entries: Iterable[tuple[str, Path | None, int]], out: io.IOBase) -> None:
    """Write a tar of (name, file or None for a folder, owner) into `out`; files are readable, and no more."""
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for name, file, owner in entries:
            made = tarfile.TarInfo(name)
            made.uid = made.gid = owner
            if file is None:
                made.type, made.mode = tarfile.DIRTYPE, 0o755
                tar.addfile(made)
                continue
            made.mode = 0o444
            with file.open("rb") as content:
                made.size = os.fstat(content.fileno()).st_size
                tar.addfile(made, content)
