"""What stands in git for data that is elsewhere: Git LFS pointers, DVC files, addresses of object stores."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from mlops_actions.adapters.datasets.dvc_files import output_with, outputs_of
from mlops_actions.dvc_lock import ENDING
from mlops_actions.errors import ConfigError, InputError

LFS = b"version https://git-lfs.github.com/spec/"
SMALL = 2000  # bytes; a longer file is no pointer
FOLDER = ".dir"
OID = re.compile(rb"^oid sha256:([0-9a-f]{64})$", re.MULTILINE)
SIZE = re.compile(rb"^size (\d{1,18})$", re.MULTILINE)
SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
STORES = "https://, s3://, gs://, az://, abfs://, adl://"
ADDRESS = re.compile(r"(s3|gs|gcs|az|abfs|abfss|adl|https?)://", re.IGNORECASE)


@dataclass(frozen=True)
class Pointer:
    """The digest that a pointer states (sha256 of Git LFS, md5 of DVC), and the size; 0: it says none.

    DVC's digest may be a folder's: `inside` is then where the data lies below it. `file` is what says so,
    where that does not stand beside the data.
    """

    kind: str  # "Git LFS" or "DVC"
    digest: str
    size: int
    inside: PurePosixPath = field(default_factory=PurePosixPath)
    file: Path | None = None


def refuse_unknown_store(shown: str) -> None:
    """An address of a store that is not read.

    Raises:
        ConfigError: it is one.
    """
    found = SCHEME.match(shown)
    if found is not None and not is_address(shown):
        message = f"{found[0]}...: no store that is read"
        raise ConfigError(message, hint=f"Allowed: {STORES}; or fetch it in a step and name the file.")


def is_address(shown: str) -> bool:
    """Whether a path is the address of an object store."""
    return ADDRESS.match(shown) is not None


def pointer_at(path: Path, shown: str, top: Path | None = None) -> Pointer | None:
    """The pointer that stands at a path, or speaks of it where nothing is there; None where the data may be.

    Args:
        path: of a file, a folder or a pattern.
        shown: what messages call it.
        top: up to this folder DVC files and dvc.lock are looked for; default: beside the path alone.

    Raises:
        InputError: a pointer that cannot be read.
    """
    if path.is_file():
        return _lfs(path, shown)
    if path.exists():
        return None
    if path.with_name(path.name + ENDING).is_file():
        return _beside(path, f"{shown}{ENDING}")
    output = output_with(path, top) if top is not None else None
    if output is None:
        return None
    inside = PurePosixPath(path.relative_to(output.path).as_posix())
    if inside.parts and not output.md5.endswith(FOLDER):
        return None
    return Pointer("DVC", output.md5, output.size, inside, output.file)


def content_sha256(path: Path) -> str:
    """Of the content a file stands for: the object of a Git LFS pointer; what a DVC file beside it states."""
    beside = path.with_name(path.name + ENDING)
    if beside.is_file():
        return hashlib.sha256(beside.read_bytes()).hexdigest()
    return own_sha256(path)


def own_sha256(path: Path) -> str:
    """The same, whatever a DVC file beside it states."""
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


def _beside(path: Path, shown: str) -> Pointer:
    outputs = outputs_of(path.with_name(path.name + ENDING))
    found = next((each for each in outputs if each.path.name == path.name), None)
    if found is None:
        message = f"{shown}: no DVC file that states the md5 of {path.name}"
        raise InputError(message, hint="Write it anew: dvc add.")
    return Pointer("DVC", found.md5, found.size)
