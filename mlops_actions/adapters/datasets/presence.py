"""Whether a data file is here: absent files, folders and pointers to data elsewhere are told apart."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from mlops_actions.adapters.datasets.parts import refuse_special
from mlops_actions.adapters.datasets.pointers import LFS, SMALL
from mlops_actions.dvc_lock import ENDING
from mlops_actions.errors import ConfigError, InputError

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

SIMILAR = 0.6


def refuse_absent(path: Path, shown: str, taken: Collection[Path] = ()) -> None:
    """The data is not in git, or there is no such file.

    Args:
        path: of the file.
        shown: what messages call it.
        taken: files that other keys name, which are no guess of what is meant here.

    Raises:
        ConfigError: no such file, with one of a similar name in that folder; or a folder.
        InputError: its data is elsewhere; a FIFO or a device.
    """
    refuse_pointer(path, shown)
    refuse_special(path, shown)
    if path.is_dir():
        raise ConfigError(f"{shown}: a folder; one file is read", hint="Name a file in it.")
    if not path.is_file():
        guess = _nearest(path, taken)
        hint = f"Did you mean {guess!r}? " if guess else ""
        raise ConfigError(f"{shown}: no such file", hint=f"{hint}Paths are relative to mlops.yaml.")


def refuse_pointer(path: Path, shown: str) -> None:
    """Data that is not in git is recognised and said.

    Raises:
        InputError: the file is a Git LFS pointer, or only a DVC file stands there.
    """
    if path.is_file() and path.stat().st_size < SMALL and path.read_bytes().startswith(LFS):
        raise InputError(f"{shown}: a Git LFS pointer, not the data", hint="Check out with lfs: true.")
    if not path.exists() and path.with_name(path.name + ENDING).is_file():
        raise InputError(f"{shown}: only its DVC file is here", hint="Run `dvc pull` before this step.")


def _nearest(path: Path, taken: Collection[Path]) -> str:
    """The most similar name; what follows the first dot is alike in most files and says nothing."""
    there = path.parent.iterdir() if path.parent.is_dir() else ()
    stems = {each.name: _stem(each.name) for each in there if each.is_file() and each not in taken}
    near = difflib.get_close_matches(_stem(path.name), stems.values(), n=1, cutoff=SIMILAR)
    alike = sorted(name for name, stem in stems.items() if near and stem == near[0])
    return (difflib.get_close_matches(path.name, alike, n=1, cutoff=0.0) or [""])[0]


def _stem(name: str) -> str:
    return name.split(".", maxsplit=1)[0].lower()
