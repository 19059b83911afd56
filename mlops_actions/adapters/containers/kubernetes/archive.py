"""Folders as archives on their way into a pod and out of it. What comes out is not trusted."""

from __future__ import annotations

import os
import shutil
import tarfile
from pathlib import PurePosixPath
from typing import IO, TYPE_CHECKING

from mlops_actions.errors import ContainerError, TrustError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_BLOCK = 512
_END = b"\0" * (2 * _BLOCK)  # two empty blocks end an archive (POSIX pax)
_LONGEST = 1024  # bytes of a member's name


class TooLargeError(Exception):
    """More than the limit was written."""


def pack(files: Mapping[str, Path], archive: IO[bytes], root: str = "") -> None:
    """Regular files by their path below `root`: read-only, without owner or time, in the order of names."""
    with tarfile.open(fileobj=archive, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for name in sorted({str(parent) for each in files for parent in _parents(root, each)}):
            entry = tarfile.TarInfo(name)
            entry.type, entry.mode = tarfile.DIRTYPE, 0o755
            tar.addfile(entry)
        for relative, path in sorted(files.items()):
            entry = tarfile.TarInfo(f"{root}/{relative}" if root else relative)
            entry.mode = 0o555 if os.access(path, os.X_OK) else 0o444
            with path.open("rb") as content:
                entry.size = os.fstat(content.fileno()).st_size
                tar.addfile(entry, content)


def _parents(root: str, relative: str) -> list[PurePosixPath]:
    parents = PurePosixPath(root, relative).parents
    return [each for each in parents if str(each) != "."]


def check_whole(archive: IO[bytes]) -> None:
    """ContainerError when the archive was cut on its way: its end is missing."""
    size = archive.seek(0, os.SEEK_END)
    archive.seek(max(0, size - len(_END)))
    if size < len(_END) or size % _BLOCK or archive.read() != _END:
        raise ContainerError(
            f"what the training wrote did not come whole out of its pod ({size:,} bytes)",
            hint="The connection to the cluster broke: run again.",
        )
    archive.seek(0)


def unpack(archive: IO[bytes], folders: Mapping[str, Path], limit: int) -> None:
    """Regular files of the named top folders; nothing else of an archive becomes anything here.

    Args:
        archive: at its begin.
        folders: top folder's name -> empty folder of this machine.
        limit: bytes of all files together.

    Raises:
        TooLargeError: more than the limit.
        TrustError: a name that leads out, or a link in the model.
        ContainerError: not an archive.
    """
    written = 0
    try:
        with tarfile.open(fileobj=archive, mode="r|") as tar:
            for member in tar:
                tar.members = []  # type: ignore[attr-defined]  # or the list of all grows in memory
                target = _target(member, folders)
                if target is None:
                    continue
                if member.isdir():
                    target.mkdir(parents=True, exist_ok=True)
                    continue
                written += member.size
                if written > limit:
                    raise TooLargeError
                _write(tar, member, target)
    except (tarfile.TarError, EOFError, UnicodeError, ValueError) as error:
        raise ContainerError(f"what came out of the pod cannot be read: {error}") from error


def _target(member: tarfile.TarInfo, folders: Mapping[str, Path]) -> Path | None:
    """Where a member belongs; None for what is not taken."""
    path = PurePosixPath(member.name)
    parts = path.parts[1:] if path.parts[:1] == (".",) else path.parts
    if path.is_absolute() or ".." in parts or len(member.name.encode("utf-8", "replace")) > _LONGEST:
        raise TrustError(f"an output named {member.name[:80]!r} leads out of its folder")
    if not parts or parts[0] not in folders:
        return None
    if not (member.isreg() or member.isdir()):
        if parts[0] == "model":
            raise TrustError(f"model file {parts[-1]} is no regular file: only regular files are taken")
        return None
    return folders[parts[0]].joinpath(*parts[1:])


def _write(tar: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> None:
    """New, never through something that is there already: the archive may name a file twice."""
    content = tar.extractfile(member)
    if content is None:  # isreg() was asked
        raise AssertionError
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    with target.open("xb") as out:
        shutil.copyfileobj(content, out)
