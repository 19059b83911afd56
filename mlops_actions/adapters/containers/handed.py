"""Folders that one step of a pipeline writes and later ones read: whole, bounded, without a way out."""

from __future__ import annotations

import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_actions.adapters.containers.model_folder import read_model_folder
from mlops_actions.errors import TrustError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

READ_ONLY = 0o444


@dataclass(frozen=True)
class HandedFolder:
    """`digest` has the form of a model's (`model_folder`); the content is the step's, and nobody's word."""

    name: str
    path: Path
    digest: str
    files: int
    size_bytes: int


def read_handed(data: Path, names: Iterable[str]) -> tuple[HandedFolder, ...]:
    """The folders of these names below a step's /opt/ml/output/data, in their order.

    TrustError: one of them, or something in it, is a link, a pipe, a socket or a device, or cannot be read.
    """
    return tuple(_read(data, name) for name in names)


def _read(data: Path, name: str) -> HandedFolder:
    path = data / name
    status = path.lstat() if path.is_symlink() or path.exists() else None
    if status is None:
        return HandedFolder(name, path, "", 0, 0)
    if not stat.S_ISDIR(status.st_mode):
        seen = "a symbolic link" if path.is_symlink() else "something else"
        hint = "Write the files into the folder that is there."
        raise TrustError(f"output {name}: no folder, but {seen}", hint=hint)
    found = read_model_folder(path, f"output {name}")
    return HandedFolder(name, path, found.digest, found.files, found.size_bytes)


def lacking(folders: Iterable[HandedFolder]) -> str:
    """Which of the folders has no file, in words; empty when all have."""
    empty = [f"the output {each.name}" for each in folders if not each.files]
    return f"wrote no file into {' and '.join(empty)}" if empty else ""


def written_into(folders: Iterable[HandedFolder], copies: Path) -> str:
    """The first folder whose copy is not what was handed over, or empty. TrustError: a link in a copy."""
    for each in folders:
        if read_model_folder(copies / each.name, f"input {each.name}").digest != each.digest:
            return each.name
    return ""


def check_unchanged(folder: HandedFolder) -> None:
    """TrustError when a folder is not what its step left: without a container another one can reach it."""
    if read_model_folder(folder.path, f"output {folder.name}").digest != folder.digest:
        raise TrustError(
            f"output {folder.name} was changed after its step had ended",
            hint="A step writes into its own outputs only.",
        )


def make_readable(folders: Iterable[HandedFolder]) -> None:
    """Any user may read the files, whoever the step ran as. TrustError when they are not ours to open."""
    for folder in folders:
        try:
            for path in (folder.path, *sorted(folder.path.rglob("*"))):
                executable = path.stat().st_mode & stat.S_IXUSR
                path.chmod(0o755 if path.is_dir() else READ_ONLY | (0o111 if executable else 0))
        except OSError as error:
            raise TrustError(
                f"output {folder.name}: {error.filename} cannot be made readable: {error.strerror}",
                hint="Run the step without root_user.",
            ) from error
