"""What earlier runs made, by the digest of all that went into it; in the user's cache, never a checkout."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlops_actions.adapters.containers.model_folder import read_model_folder
from mlops_actions.errors import EvidenceError, MlopsError, TrustError
from mlops_actions.scratch import new_folder, remove

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

VARIABLE = "MLOPS_MODEL_CACHE"  # a folder, or `off`
OFF = "off"
RECORD = "record.json"
FILES = "files"
MAX_ENTRIES = 100
MAX_BYTES = 4 * 2**30
MAX_RECORD_BYTES = 20_000_000


@dataclass(frozen=True)
class ReuseStore:
    """Folders of files with a record each, as `<folder>/<kind>/<key>`; the least recently used go first.

    `max_bytes`: of all together; one that is larger than a quarter of it is not kept.
    """

    folder: Path
    max_entries: int = MAX_ENTRIES
    max_bytes: int = MAX_BYTES

    def take(self, kind: str, key: str, target: Path) -> dict[str, Any] | None:
        """Put the files in place of `target` and return their record; None where there is no such entry.

        What is checked is the copy that is used.

        Raises:
            EvidenceError: the entry is damaged; it is removed.
        """
        entry = self.folder / kind / key
        if not entry.is_dir() or entry.is_symlink():
            return None
        target.parent.mkdir(parents=True, exist_ok=True)
        making = new_folder(f".{target.name}-", target.parent)
        try:
            record = _read_record(entry / RECORD, key)
            _copy(entry / FILES, making / FILES)
            seen = read_model_folder(making / FILES).digest
            if seen != record["digest"]:
                raise EvidenceError(
                    f"its files have {seen[:19]}..., its record says {record['digest'][:19]}..."
                )
            if target.exists():
                shutil.rmtree(target)
            (making / FILES).rename(target)
        except (OSError, ValueError, KeyError, TypeError, MlopsError) as error:
            shutil.rmtree(entry, ignore_errors=True)
            said = error.problems[0].message if isinstance(error, MlopsError) else str(error)
            raise EvidenceError(f"what an earlier run kept is damaged and not used: {said}") from error
        finally:
            remove(making)
        with suppress(OSError):
            os.utime(entry / RECORD)
        content: dict[str, Any] = record["content"]
        return content

    def keep(self, kind: str, key: str, files: Path, content: Mapping[str, Any]) -> bool:
        """Copy the files of a folder and their record; whether they were (too large, or no room: not)."""
        place = self.folder / kind
        making = None
        try:
            place.mkdir(mode=0o700, exist_ok=True)
            making = new_folder(".making-", place)
            entry = making / key
            entry.mkdir(mode=0o700)
            _copy(files, entry / FILES)
            read = read_model_folder(entry / FILES)
            if read.size_bytes > self.max_bytes // 4:
                return False
            record = {"key": key, "digest": read.digest, "bytes": read.size_bytes, "content": dict(content)}
            text = json.dumps({**record, "sha256": _sealed(record)}, sort_keys=True, allow_nan=False)
            (entry / RECORD).write_text(text, encoding="utf-8")
            shutil.rmtree(place / key, ignore_errors=True)
            entry.rename(place / key)
        except (OSError, ValueError, TrustError):
            return False
        finally:
            if making is not None:
                remove(making)
        self._prune()
        return True

    def _prune(self) -> None:
        kept, size = 0, 0
        for used, entry in sorted(self._entries(), reverse=True):
            kept, size = kept + 1, size + _bytes(entry)
            if kept > self.max_entries or size > self.max_bytes or used < 0:
                shutil.rmtree(entry, ignore_errors=True)

    def _entries(self) -> Iterator[tuple[float, Path]]:
        """When each was last used (below 0: it is broken, or was left half made an hour ago)."""
        for entry in self.folder.glob("*/*"):
            with suppress(OSError):
                half = entry.name.startswith(".")
                if half and time.time() - entry.lstat().st_mtime < 3600:  # noqa: PLR2004 - an hour
                    continue
                record = entry / RECORD
                yield (-1.0 if half or not record.is_file() else record.stat().st_mtime), entry


def open_store(environ: Mapping[str, str], checkout: Path) -> ReuseStore | str:
    """The store of this user, or why there is none, for a reader.

    Args:
        environ: `MLOPS_MODEL_CACHE`, else `XDG_CACHE_HOME` or `HOME` say where.
        checkout: nothing below it is ever a store: a pull request writes there.
    """
    named = environ.get(VARIABLE, "").strip()
    if named.lower() == OFF:
        return f"{VARIABLE} is off"
    base = Path(environ.get("XDG_CACHE_HOME") or Path(environ.get("HOME") or "~").expanduser() / ".cache")
    folder = Path(named) if named else base / "mlops-actions" / "models"
    if not folder.is_absolute():
        return f"{VARIABLE} {named}: a path from / is needed"
    if folder.resolve().is_relative_to(checkout.resolve()):
        return f"{folder} lies in the checkout, where a pull request writes"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for place in (folder, folder.parent):
            if why := _not_ours_alone(place, private=place == folder):
                return why
    except OSError as error:
        return f"{folder} cannot be used ({error.strerror})"
    return ReuseStore(folder)


def _not_ours_alone(folder: Path, *, private: bool) -> str:
    """Why others could write there; "" where they cannot."""
    status = folder.lstat()
    if not stat.S_ISDIR(status.st_mode):
        return f"{folder} is no folder"
    sticky = bool(status.st_mode & stat.S_ISVTX)
    if status.st_uid not in ({os.geteuid()} if private else {os.geteuid(), 0}):
        return f"{folder} belongs to another user"
    if status.st_mode & 0o022 and (private or not sticky):
        return f"{folder} can be written by others (mode {status.st_mode & 0o777:o})"
    return ""


def _read_record(path: Path, key: str) -> dict[str, Any]:
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as file:
        record: dict[str, Any] = json.loads(file.read(MAX_RECORD_BYTES))
    sealed = record.pop("sha256")
    if record["key"] != key or sealed != _sealed(record):
        raise EvidenceError("its record was altered")
    return record


def _sealed(record: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(record, sort_keys=True, allow_nan=False).encode()).hexdigest()


def _bytes(entry: Path) -> int:
    with suppress(OSError):
        return sum(each.lstat().st_size for each in entry.rglob("*") if each.is_file())
    return 0


def _copy(source: Path, target: Path) -> None:
    """Folders and regular files alone; readable, so that the user inside a container can."""
    target.mkdir(parents=True)
    for parent, folders, names in os.walk(source):
        below = target / Path(parent).relative_to(source)
        for name in folders:
            if (Path(parent) / name).is_symlink():
                raise TrustError(f"{name}: a symbolic link")
            (below / name).mkdir()
        for name in names:
            descriptor = os.open(Path(parent, name), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            with os.fdopen(descriptor, "rb") as content:
                mode = os.fstat(content.fileno()).st_mode
                if not stat.S_ISREG(mode):
                    raise TrustError(f"{name}: not a regular file")
                with (below / name).open("xb") as copy:
                    shutil.copyfileobj(content, copy, 2**20)
            (below / name).chmod(0o755 if mode & stat.S_IXUSR else 0o644)
