"""What stands in git for data that is elsewhere: Git LFS pointers, DVC files, addresses of object stores."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from mlops_actions.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

LFS = b"version https://git-lfs.github.com/spec/"
SMALL = 2000  # bytes; a longer file is no pointer
LARGEST = 100_000
ENDING = ".dvc"
FOLDER = ".dir"
OID = re.compile(rb"^oid sha256:([0-9a-f]{64})$", re.MULTILINE)
SIZE = re.compile(rb"^size (\d{1,18})$", re.MULTILINE)
MD5 = re.compile(r"[0-9a-f]{32}(\.dir)?")
ADDRESS = re.compile(r"(s3|gs|gcs|az|abfs|abfss|adl|https?)://", re.IGNORECASE)


@dataclass(frozen=True)
class Pointer:
    """The digest that a pointer states (sha256 of Git LFS, md5 of DVC), and the size; 0: it says none."""

    kind: str  # "Git LFS" or "DVC"
    digest: str
    size: int


def is_address(shown: str) -> bool:
    """Whether a path is the address of an object store."""
    return ADDRESS.match(shown) is not None


def pointer_at(path: Path, shown: str) -> Pointer | None:
    """The pointer that stands at a path, or beside it where nothing stands at it; None where the data may be.

    Raises:
        InputError: a pointer that cannot be read.
    """
    if path.is_file():
        return _lfs(path, shown)
    beside = path.with_name(path.name + ENDING)
    if path.exists() or not beside.is_file():
        return None
    return _dvc(beside, path.name, f"{shown}{ENDING}")


def content_sha256(path: Path) -> str:
    """Of the content a file stands for: the object of a Git LFS pointer; what a DVC file beside it states."""
    beside = path.with_name(path.name + ENDING)
    if beside.is_file():
        return hashlib.sha256(beside.read_bytes()).hexdigest()
    with path.open("rb") as file:
        begun = file.read(SMALL)
        oid = OID.search(begun) if begun.startswith(LFS) and len(begun) < SMALL else None
        file.seek(0)
        return oid[1].decode() if oid else hashlib.file_digest(file, "sha256").hexdigest()


def _lfs(path: Path, shown: str) -> Pointer | None:
    if path.stat().st_size >= SMALL:
        return None
    data = path.read_bytes()
    if not data.startswith(LFS):
        return None
    oid, size = OID.search(data), SIZE.search(data)
    if oid is None or size is None:
        message = f"{shown}: a Git LFS pointer without a sha256 and a size"
        raise InputError(message, hint="Commit the file anew with git-lfs.")
    return Pointer("Git LFS", oid[1].decode(), int(size[1]))


def _dvc(file: Path, name: str, shown: str) -> Pointer:
    hint = "Write it anew: dvc add."
    data = file.read_bytes()[: LARGEST + 1]
    try:
        document: Any = yaml.safe_load(data) if len(data) <= LARGEST else None
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError):
        document = None
    outs = document.get("outs") if isinstance(document, dict) else None
    for out in outs if isinstance(outs, list) else ():
        if isinstance(out, dict) and str(out.get("path", "")) == name:
            digest, size = str(out.get("md5") or ""), out.get("size")
            if not MD5.fullmatch(digest):
                raise InputError(f"{shown}: states no md5 of {name}", hint=hint)
            return Pointer("DVC", digest, size if isinstance(size, int) else 0)
    raise InputError(f"{shown}: no DVC file that names {name}", hint=hint)
