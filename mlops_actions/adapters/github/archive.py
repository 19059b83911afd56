"""Unpack an artifact's zip without trusting it: an artifact may come from a pull request's job."""

from __future__ import annotations

import lzma
import stat
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from mlops_actions.errors import TrustError

if TYPE_CHECKING:
    from collections.abc import Collection

_CHUNK = 1 << 20
_WINDOWS_DRIVE = 2


@dataclass(frozen=True)
class ArchiveLimits:
    """Sizes in bytes, unpacked sizes counted while unpacking (a header may lie)."""

    packed: int = 512 * 1024 * 1024
    unpacked: int = 1024 * 1024 * 1024
    members: int = 10_000


def unpack(
    archive: Path, dest: Path, limits: ArchiveLimits, *, only: Collection[str] | None = None
) -> tuple[Path, ...]:
    """Write the files of a zip (of these paths only) below `dest`, which must not hold any of them yet.

    Returns:
        The files written, in the archive's order.

    Raises:
        TrustError: not a zip, a path that leaves the folder, a link or device, encryption, a file twice or
            there already, or more than the limits.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            members = [member for member in opened.infolist() if not member.is_dir()]
            if len(members) > limits.members:
                raise TrustError(f"the archive has {len(members):,} files, allowed {limits.members:,}.")
            targets = [_target(member, dest) for member in members]
            if len(set(targets)) < len(targets):
                raise TrustError("the archive holds the same file twice.")
            wanted = [
                (member, target)
                for member, target in zip(members, targets, strict=True)
                if only is None or member.filename in only
            ]
            left = limits.unpacked
            for member, target in wanted:
                left -= _write(opened, member, target, left)
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, NotImplementedError, EOFError) as error:
        raise TrustError(
            f"the artifact is not a readable zip: {error}.", hint="Run its workflow again."
        ) from error
    return tuple(target for _, target in wanted)


def _target(member: zipfile.ZipInfo, dest: Path) -> Path:
    """Where a member goes; only plain relative paths of regular files pass."""
    name = member.filename
    path = PurePosixPath(name)
    kind = stat.S_IFMT(member.external_attr >> 16)
    if not name or path.is_absolute() or ".." in path.parts or "\\" in name or "\0" in name:
        raise TrustError(f"the archive's path {name!r} leaves its folder.")
    if name[1:_WINDOWS_DRIVE] == ":":
        raise TrustError(f"the archive's path {name!r} names a drive.")
    if kind not in {0, stat.S_IFREG}:
        raise TrustError(f"the archive's {name!r} is a link or a device, expected a regular file.")
    if member.flag_bits & 1:
        raise TrustError(f"the archive's {name!r} is encrypted.")
    return dest.joinpath(*path.parts)


def _write(opened: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, left: int) -> int:
    """Unpack one file; returns its bytes."""
    written = 0
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with opened.open(member) as source, target.open("xb") as sink:
            while chunk := source.read(_CHUNK):
                written += len(chunk)
                if written > left:
                    raise TrustError("the archive unpacks to more than the allowed size.")
                sink.write(chunk)
    except (FileExistsError, NotADirectoryError) as error:
        raise TrustError(f"the archive's {member.filename!r} collides with a file that exists.") from error
    return written
