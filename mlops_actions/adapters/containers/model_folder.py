"""The digest of a model folder written by code nobody has vouched for."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_actions.adapters.containers import staging
from mlops_actions.adapters.containers.exclusion import file_sha256
from mlops_actions.adapters.containers.log_text import is_plain, shown_name
from mlops_actions.errors import TrustError

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class ModelFolder:
    """`digest`: `sha256:` over, sorted by path bytes, path, a NUL, hex sha256 of the content, a newline.

    An empty folder counts as an entry whose path ends with a slash and whose content is empty.
    """

    digest: str
    files: int
    size_bytes: int


def read_model_folder(folder: Path, what: str = "model") -> ModelFolder:
    """Digest, number of files and bytes. Only folders and regular files are allowed; TrustError otherwise.

    `what` names the folder in an error.
    """
    listing: list[tuple[bytes, str]] = []
    size = 0

    def refuse(error: OSError) -> None:
        raise TrustError(f"{what} folder: {error.filename} cannot be read: {error.strerror}") from error

    for parent, folders, names in os.walk(folder, onerror=refuse):
        if not folders and not names and Path(parent) != folder:
            path = Path(parent).relative_to(folder)
            listing.append((os.fsencode(f"{path.as_posix()}/"), hashlib.sha256().hexdigest()))
        for name in sorted([*folders, *names]):
            path = Path(parent, name)
            status = path.lstat()
            if not is_plain(name):
                raise TrustError(
                    f"{what} file {shown_name(os.fsencode(name))}: its name is no plain text",
                    hint="Name it without control characters, in UTF-8: an artifact takes no other.",
                )
            if stat.S_ISDIR(status.st_mode):
                continue
            if not stat.S_ISREG(status.st_mode):
                shown = shown_name(os.fsencode(path.relative_to(folder)))
                raise TrustError(
                    f"{what} file {shown}: a {staging.kind_of(status.st_mode)}",
                    hint=f"Only regular files are allowed: write the content itself into {_where(what)}.",
                )
            listing.append((os.fsencode(path.relative_to(folder).as_posix()), _digest(path, what)))
            size += status.st_size
    return ModelFolder(_total(listing), sum(not path.endswith(b"/") for path, _ in listing), size)


def digest_of_files(files: Mapping[str, Path]) -> str:
    """The digest that a folder of these files (by their path in it) would have."""
    return _total([(os.fsencode(name), file_sha256(path)) for name, path in files.items()])


def _total(listing: list[tuple[bytes, str]]) -> str:
    total = hashlib.sha256()
    for relative, digest in sorted(listing):
        total.update(relative + b"\0" + digest.encode() + b"\n")
    return f"sha256:{total.hexdigest()}"


def _digest(path: Path, what: str) -> str:
    try:
        return file_sha256(path)
    except OSError as error:
        name = shown_name(os.fsencode(path.name))
        raise TrustError(f"{what} file {name} cannot be read: {error.strerror}") from error


def _where(what: str) -> str:
    return "SM_MODEL_DIR" if what == "model" else "the folder"
