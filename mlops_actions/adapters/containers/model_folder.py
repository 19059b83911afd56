"""The digest of a model folder written by code nobody has vouched for."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from mlops_actions.adapters.containers import staging
from mlops_actions.adapters.containers.exclusion import file_sha256
from mlops_actions.adapters.containers.log_text import is_plain, shown_name
from mlops_actions.errors import TrustError


@dataclass(frozen=True)
class ModelFolder:
    """`digest`: `sha256:` over, sorted by path bytes, path, a NUL, hex sha256 of the content, a newline."""

    digest: str
    files: int
    size_bytes: int


def read_model_folder(folder: Path) -> ModelFolder:
    """Digest, number of files and bytes. Only folders and regular files are allowed; TrustError otherwise."""
    listing: list[tuple[bytes, str]] = []
    size = 0
    for parent, folders, names in os.walk(folder, onerror=_refuse):
        for name in sorted([*folders, *names]):
            path = Path(parent, name)
            status = path.lstat()
            if not is_plain(name):
                raise TrustError(
                    f"model file {shown_name(os.fsencode(name))}: its name is no plain text",
                    hint="Name it without control characters, in UTF-8: an artifact takes no other.",
                )
            if stat.S_ISDIR(status.st_mode):
                continue
            if not stat.S_ISREG(status.st_mode):
                shown = shown_name(os.fsencode(path.relative_to(folder)))
                raise TrustError(
                    f"model file {shown}: a {staging.kind_of(status.st_mode)}",
                    hint="Only regular files are allowed: write the content itself into SM_MODEL_DIR.",
                )
            listing.append((os.fsencode(path.relative_to(folder).as_posix()), _digest(path)))
            size += status.st_size
    total = hashlib.sha256()
    for relative, digest in sorted(listing):
        total.update(relative + b"\0" + digest.encode() + b"\n")
    return ModelFolder(f"sha256:{total.hexdigest()}", len(listing), size)


def _digest(path: Path) -> str:
    try:
        return file_sha256(path)
    except OSError as error:
        name = shown_name(os.fsencode(path.name))
        raise TrustError(f"model file {name} cannot be read: {error.strerror}") from error


def _refuse(error: OSError) -> None:
    name = shown_name(os.fsencode(os.path.basename(error.filename)))  # noqa: PTH119 - any bytes
    raise TrustError(f"model folder: {name} cannot be read: {error.strerror}") from error
