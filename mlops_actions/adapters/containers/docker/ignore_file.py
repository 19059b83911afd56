"""What .dockerignore leaves out of a build (Docker's documentation, ".dockerignore files")."""

from __future__ import annotations

import errno
import os
import posixpath
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_actions.adapters.containers.glob_match import Glob
from mlops_actions.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

NAME = ".dockerignore"
LARGEST = 2**20  # bytes
MOST = 10_000  # patterns
HINT = "Write it as plain UTF-8 text, one pattern a line."


@dataclass(frozen=True)
class Ignored:
    """Patterns in their order, each with whether it takes something back in (`!`); the last match decides."""

    patterns: tuple[tuple[Glob, bool], ...]
    always: frozenset[str]

    def leaves_out(self, relative: str) -> bool:
        """Whether a path, or a folder above it, is left out; the Dockerfile and .dockerignore never are."""
        if relative in self.always:
            return False
        for pattern, back in reversed(self.patterns):
            if pattern.is_below(relative):
                return not back
        return False


def read_ignored(context: Path, dockerfile: str) -> Ignored:
    """Of `<dockerfile>.dockerignore`, else of .dockerignore; nothing is left out where neither is there.

    Raises:
        ConfigError: it is a link, no plain file, too large or not UTF-8, or a pattern cannot be read.
    """
    name = f"{dockerfile}{NAME}" if os.path.lexists(context / f"{dockerfile}{NAME}") else NAME
    patterns = []
    for number, line in enumerate(_text(context / name, name).splitlines(), 1):
        written = line.strip()
        if not written or written.startswith("#"):
            continue
        cleaned = posixpath.normpath(f"/{written.removeprefix('!').strip()}").strip("/")
        if not cleaned:
            continue
        try:
            patterns.append((Glob(cleaned, classes=True), written.startswith("!")))
        except ValueError as error:
            raise ConfigError(f"{name}:{number}: {error}", hint=HINT) from None
        if len(patterns) > MOST:
            raise ConfigError(f"{name}: more than {MOST:,} patterns", hint="Leave out folders, not files.")
    return Ignored(tuple(patterns), frozenset((dockerfile, NAME)))


def _text(path: Path, name: str) -> str:
    """A link is not followed: it could lead anywhere on this machine, to what never ends, too."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return ""
    except OSError as error:
        what = "a symbolic link" if error.errno == errno.ELOOP else f"cannot be read ({error.strerror})"
        raise ConfigError(f"{name}: {what}", hint="Commit the file itself.") from None
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise ConfigError(f"{name}: no plain file", hint=HINT)
        content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise ConfigError(f"{name}: more than {LARGEST:,} bytes", hint="Leave out folders, not files.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        byte = content[error.start]
        raise ConfigError(f"{name}:{line}: byte 0x{byte:02x} is not UTF-8", hint=HINT) from None
