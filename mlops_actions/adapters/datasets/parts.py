"""The files behind one path: a file, every file in a folder, or those that a pattern matches."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import stat
from dataclasses import dataclass
from fnmatch import translate
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote

from mlops_actions.adapters.datasets.formats import ALLOWED, form_of
from mlops_actions.errors import ConfigError, InputError, Location, TrustError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MAGIC = re.compile(r"[*?[]")
DEEP = "**"
UNSEEN = ("_", ".")  # names in a folder that are no data, as Spark and Arrow have it
A_LINK = "a link; the parts of a data set are files of their own"
A_CIRCLE = "a symbolic link in a circle, which leads to no file"
LEAVES = "a symbolic link out of the repository"
OUTSIDE = "outside the repository"
TABLES = {"_delta_log": "Delta", ".hoodie": "Hudi"}
POINTER = ".dvc"
PARTITION = re.compile(r"(?<![^/])(?P<column>[^/=]+)=(?P<value>[^/]*)")
DATE = re.compile(r"(?:1[89]|20)\d\d-?[01]\d-?[0-3]\d(?!\d{3})")
FEWEST_DIGITS = 6  # of a value that may be a person's number
ONE_FORM = "Keep the parts of one data set in a folder of their own, or name them: data/train/*.parquet."
SPECIAL = (
    (stat.S_ISFIFO, "a FIFO"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


@dataclass(frozen=True)
class Parts:
    """Files that together are one table, in the order of their names.

    `base` is the folder that their names start from, `alone` says that the path named one file itself.
    """

    base: Path
    paths: tuple[Path, ...]
    shown: str
    alone: bool = False

    def name(self, path: Path) -> str:
        """A part's name from the base, with forward slashes."""
        return path.relative_to(self.base).as_posix()

    def told(self, path: Path) -> str:
        """What messages call a part."""
        return self.shown if self.alone else _below(self.shown, self.name(path))


def is_pattern(path: Path) -> bool:
    """Whether the path is no file or folder, and has wildcards where it leaves what is there."""
    base, rest = _split(path)
    return bool(rest) and any(MAGIC.search(step) for step in rest) and base.is_dir()


def is_there(path: Path) -> bool:
    """Whether there is a file, or a folder or a pattern with at least one part (of whatever kind)."""
    if not path.is_dir() and not is_pattern(path):
        return path.exists()
    try:
        parts_of(path, path.name)
    except ConfigError:
        return False
    except (InputError, TrustError):
        return True
    return True


def parts_of(path: Path, shown: str) -> Parts:
    """The files behind a path; names, never contents, are looked at.

    A name that exists is meant as it stands, whatever signs it has. Names that begin with a dot or an
    underscore are no data, unless a pattern begins with one, too. A pattern's `*` and `?` stay within a name;
    `**` is any folders; a folder that a pattern matches stands for all in it.

    Raises:
        ConfigError: nothing is there, or nothing matches.
        InputError: no file of a known kind, several kinds, a FIFO or a device, a Delta or Hudi table.
        TrustError: one of them is reached through a link.
    """
    base, rest = _split(path)
    if not rest and not base.is_dir():
        refuse_special(path, shown)
        if not path.is_file():
            raise ConfigError(f"{shown}: a link to nothing", hint="Commit the file itself.")
        return Parts(path.parent, (path,), shown, alone=True)
    if rest and not is_pattern(path):
        raise ConfigError(f"{shown}: no such file", hint="Paths are relative to mlops.yaml.")
    called = PurePosixPath(shown).parts
    top = shown if len(called) < len(rest) else "/".join(called[: len(called) - len(rest)]).replace("//", "/")
    found = sorted(set(_matching(base, rest, top)), key=lambda each: each.relative_to(base).as_posix())
    parts = Parts(base, tuple(found), top)
    if not found:
        what = "no file matches" if rest else "no data file is in this folder"
        raise ConfigError(f"{shown}: {what}", hint=f"Allowed: {ALLOWED}.")
    _refuse_several_kinds(parts)
    return parts


def linked(path: Path, root: Path) -> str:
    """Why a path is no file of its own inside `root`, in words; "" where it is one, or nothing is there."""
    try:
        path.stat()
    except OSError as error:
        if error.errno == errno.ELOOP:
            return A_CIRCLE
    if not path.resolve().is_relative_to(root.resolve()):
        below = Path(os.path.normpath(path)).is_relative_to(os.path.normpath(root))
        return LEAVES if below else OUTSIDE
    if path.is_symlink():
        return "a symbolic link" if path.exists() else "a symbolic link to nothing"
    return ""


def refuse_leaving(parts: Parts, root: Path) -> None:
    """Every part is a file of its own inside `root`.

    Raises:
        TrustError: a part, or the folder it is in, is a link, or lies outside.
    """
    for path in parts.paths:
        if why := linked(path, root):
            raise TrustError(f"{parts.told(path)}: {why}", hint="Commit the file itself.")


def refuse_special(path: Path, shown: str) -> None:
    """A FIFO would never end, and a device is no file.

    Raises:
        InputError: it is one.
    """
    try:
        mode = path.stat().st_mode
    except OSError:
        return
    what = next((name for test, name in SPECIAL if test(mode)), "")
    if what:
        raise InputError(f"{shown}: {what}, not a file", hint="Name a plain file.")


def sha256_of(path: Path) -> str:
    """Hex sha256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def digest_of(parts: Parts, sha256: Callable[[Path], str] = sha256_of) -> tuple[int, str]:
    """All bytes, and one sha256 that depends on relative names and contents alone.

    Of one file that the path names itself it is the file's. Of a folder or a pattern it is the sha256 of the
    lines `<sha256><two spaces><name from the base><NUL>`, sorted by name: what `sha256sum --zero` prints.
    """
    size = sum(path.stat().st_size for path in parts.paths if path.exists())
    if parts.alone:
        return size, sha256(parts.paths[0])
    whole = hashlib.sha256()
    for path in parts.paths:
        whole.update(f"{sha256(path)}  ".encode() + os.fsencode(parts.name(path)) + b"\0")
    return size, whole.hexdigest()


def _split(path: Path) -> tuple[Path, tuple[str, ...]]:
    """The longest beginning that is there, and the steps after it."""
    here = path
    while not os.path.lexists(here) and here != here.parent:
        here = here.parent
    return here, path.parts[len(here.parts) :]


def _matching(base: Path, rest: tuple[str, ...], shown: str) -> Iterator[Path]:
    """Files below `base` that the steps match; no steps: every data file."""
    if not rest:
        yield from _all_in(base, shown)
        return
    step, after = rest[0], rest[1:]
    if step == DEEP:
        yield from _matching(base, after, shown)
    wanted = re.compile(translate("*" if step == DEEP else step))
    for place, name in _entries(base, shown):
        if not wanted.match(place.name) or (place.name.startswith(UNSEEN) and not step.startswith(UNSEEN)):
            continue
        if place.is_symlink() and (not after or place.is_dir()):
            raise TrustError(f"{name}: {A_LINK}", hint=ONE_FORM)
        if place.is_dir():
            yield from _matching(place, rest if step == DEEP else after, name)
        elif not after and step != DEEP:
            refuse_special(place, name)
            yield place


def _all_in(folder: Path, shown: str) -> Iterator[Path]:
    for place, name in _entries(folder, shown):
        if place.name in TABLES:
            message = f"{shown}: a {TABLES[place.name]} table; its folder holds rows that are deleted, too"
            raise InputError(message, hint="Write the table's rows as Parquet.")
        if place.name.startswith(UNSEEN):
            continue
        if place.is_symlink():
            raise TrustError(f"{name}: {A_LINK}", hint=ONE_FORM)
        if place.is_dir():
            yield from _all_in(place, name)
            continue
        refuse_special(place, name)
        if form_of(place) is None:
            raise InputError(f"{name}: no data file, in a folder of data; allowed: {ALLOWED}", hint=ONE_FORM)
        yield place


def _entries(folder: Path, shown: str) -> Iterator[tuple[Path, str]]:
    """What is in a folder, and what messages call it; a part of which only the DVC file is here counts."""
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        message = f"{shown or folder.name}: cannot be read: {error.strerror or type(error).__name__}"
        raise InputError(message, hint="Check its permissions.") from None
    for entry in entries:
        place = folder / entry.name.removesuffix(POINTER)
        if entry == place or not os.path.lexists(place):
            yield place, _below(shown, place.name)


def _below(folder: str, name: str) -> str:
    return f"{folder}/{discreet(name)}" if folder else discreet(name)


def discreet(name: str) -> str:
    """A path as messages quote it: a folder `customer=...` may name a person, and is a cell of the data."""

    def told(found: re.Match[str]) -> str:
        return f"{found['column']}=..." if _like_data(found["value"]) else found[0]

    return PARTITION.sub(told, name)


def _like_data(value: str) -> bool:
    many = sum(map(str.isdigit, value)) >= FEWEST_DIGITS and DATE.match(value) is None
    return many or "@" in unquote(value)


def _refuse_several_kinds(parts: Parts) -> None:
    first = parts.paths[0]
    kind = str(form_of(first) or "")
    for path in parts.paths:
        form = form_of(path)
        if form is None:
            raise InputError(
                f"{parts.told(path)}: unknown kind of file; allowed: {ALLOWED}", hint="Convert or rename it."
            )
        if str(form) != kind:
            message = f"a {form} file, and {parts.told(first)} is {kind}; parts of one kind are read together"
            raise InputError(message, location=Location(parts.told(path)), hint=ONE_FORM)
