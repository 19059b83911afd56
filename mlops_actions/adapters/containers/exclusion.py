"""Which paths of a repository the user's code may see: everything but what the job leaves out."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from mlops_actions.adapters.containers.glob_match import glob
from mlops_actions.errors import TrustError
from mlops_actions.results.folders import holds_results

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


@dataclass(frozen=True)
class Exclusion:
    """Paths and globs (`*` within a folder, `**` across) below a root, and file contents to withhold."""

    patterns: tuple[str, ...]
    contents: frozenset[tuple[int, str]] = frozenset()

    def matches(self, relative: str) -> bool:
        """Whether a path, or a folder above it, is left out."""
        return any(glob(pattern).is_below(relative) for pattern in self.patterns)

    def holds(self, file: Path) -> bool:
        """Whether a regular file is byte for byte one of the withheld files under another name."""
        size = file.stat().st_size
        if size == 0 or all(size != known for known, _ in self.contents):
            return False
        return (size, file_sha256(file)) in self.contents

    @classmethod
    def of(cls, patterns: Iterable[str], withheld: Iterable[Path]) -> Exclusion:
        """From the words of a job; a withheld folder stands for all files below it."""
        files = [file for path in withheld for file in _files_below(path)]
        contents = frozenset((file.stat().st_size, file_sha256(file)) for file in files)
        normal = tuple(str(PurePosixPath(each)) for each in patterns if str(PurePosixPath(each)) != ".")
        return cls(normal, contents)


def visible(root: Path, exclusion: Exclusion) -> Iterator[tuple[str, os.stat_result]]:
    """Relative path and lstat of everything the code may see, sorted, folders before their content.

    Left out: what the exclusion names or holds, folders of results, sockets, devices, and links that point
    outside the root or at something left out.
    """
    yield from _walk(root, root.resolve(), "", exclusion)


def folders_of_results(root: Path, exclusion: Exclusion) -> Iterator[str]:
    """Relative paths of what `visible` leaves out because a stage wrote it, and not by its name."""
    pending = [""]
    while pending:
        folder = pending.pop()
        for entry in sorted(os.scandir(root / folder), key=lambda each: each.name):
            relative = f"{folder}/{entry.name}" if folder else entry.name
            if entry.is_dir(follow_symlinks=False) and not exclusion.matches(relative):
                if holds_results(root / relative):
                    yield relative
                else:
                    pending.append(relative)


def _walk(
    root: Path, real_root: Path, folder: str, exclusion: Exclusion
) -> Iterator[tuple[str, os.stat_result]]:
    for entry in sorted(os.scandir(root / folder), key=lambda each: each.name):
        relative = f"{folder}/{entry.name}" if folder else entry.name
        if exclusion.matches(relative):
            continue
        status = entry.stat(follow_symlinks=False)
        if stat.S_ISDIR(status.st_mode):
            if holds_results(root / relative):
                continue
            yield relative, status
            yield from _walk(root, real_root, relative, exclusion)
        elif stat.S_ISLNK(status.st_mode):
            if _stays_inside(root / relative, real_root, exclusion):
                yield relative, status
        elif stat.S_ISREG(status.st_mode) and not exclusion.holds(root / relative):
            yield relative, status


def _stays_inside(link: Path, real_root: Path, exclusion: Exclusion) -> bool:
    if link.readlink().is_absolute():
        return False
    target = Path(os.path.realpath(link))
    if not target.is_relative_to(real_root) or exclusion.matches(str(target.relative_to(real_root))):
        return False
    steps = (target, *target.parents)
    return not any(
        holds_results(each) for each in steps if each != real_root and each.is_relative_to(real_root)
    )


def inside(root: Path, relative: str, what: str) -> Path:
    """The real path of a repository-relative path; TrustError when it leaves the repository."""
    real_root = root.resolve()
    path = (real_root / relative).resolve()
    if not path.is_relative_to(real_root):
        raise TrustError(f"{what} {relative!r} leaves the repository", hint="Name a path inside it.")
    return path


def file_sha256(file: Path) -> str:
    """Hex sha256 of a file's content, read without following a link."""
    descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _files_below(path: Path) -> Iterator[Path]:
    """All files, and those that links lead to: DVC may have linked a folder's files into its cache."""
    pending, seen = [path.resolve()], set[Path]()
    while pending:
        real = pending.pop()
        if real in seen:
            continue
        seen.add(real)
        if real.is_file():
            yield real
        elif real.is_dir():
            pending += [each.resolve() for each in real.iterdir()]
