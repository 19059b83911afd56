"""Data behind a pointer: found in the caches of this machine or fetched, and put under its own name."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from mlops_actions.adapters.datasets.parts import MAGIC, is_there, parts_of
from mlops_actions.adapters.datasets.pointers import FOLDER, Pointer, pointer_at
from mlops_actions.adapters.datasets.stores import (
    HEAD,
    dvc_object,
    fetch_dvc,
    fetch_lfs,
    is_damaged,
    lfs_object,
    put,
    working_copy,
)
from mlops_actions.dvc_lock import ENDING
from mlops_actions.errors import ConfigError, InputError

if TYPE_CHECKING:
    from mlops_actions.adapters.datasets.stores import Store

STEPS = {
    "Git LFS": "Check out with lfs: true, or run `git lfs pull` before this step.",
    "DVC": "Run `dvc pull` before this step.",
}
STEPS_OF_BASE = {
    "Git LFS": "Run `git lfs fetch origin {commit}` before this step.",
    "DVC": "Run `dvc fetch --all-commits` before this step.",
}  # what pulls fetches the objects of the commit that is checked out, and of no other


@dataclass(frozen=True)
class Wanted:
    """A file: what messages call it, and its path from mlops.yaml's folder."""

    shown: str
    name: str


def at_hand(path: Path, shown: str, store: Store, name: str = "") -> Path:
    """The path itself where its data is there; else one in the scratch folder with what its pointers name.

    Nothing in the working copy is written. Content is taken by digest, and its digest is checked; fetching
    runs programs that the repository configures, so it is done only where `store.refused` is empty.

    Args:
        path: of a file, a folder or a pattern, at head or in the base commit's copy.
        shown: what messages call it.
        store: where to look.
        name: the path from mlops.yaml's folder; default: as it is shown.

    Raises:
        InputError: data that is elsewhere and cannot be had, with why and the next step.
    """
    name = name or shown
    pointer = pointer_at(path, shown, top_of(path, name, store))
    if pointer is not None:
        return _one(path, Wanted(shown, name), pointer, store)
    try:
        parts = parts_of(path, shown)
    except ConfigError:
        return path
    if parts.alone:
        return path
    found = {each: pointer_at(each, parts.told(each)) for each in parts.paths}
    if not any(found.values()):
        return path
    whole = hashlib.sha256(str(path).encode()).hexdigest()[:16]
    folder = store.scratch / "at-hand" / whole / (parts.base.name or "data")
    base = PurePosixPath(name).parts[
        : len(PurePosixPath(name).parts) - len(path.parts[len(parts.base.parts) :])
    ]
    for each, behind in found.items():
        part = parts.name(each)
        wanted = Wanted(parts.told(each), PurePosixPath(*base, part).as_posix())
        source = each if behind is None else _object(wanted, behind, store)
        put(source, folder / part)
    return folder.joinpath(*path.parts[len(parts.base.parts) :])


def top_of(path: Path, name: str, store: Store) -> Path:
    """The repository's top folder, of head or of the base commit's copy."""
    if path.is_relative_to(store.top):
        return store.top
    steps = len(PurePosixPath(name).parts) + len(store.root.relative_to(store.top).parts)
    return path.parents[min(steps, len(path.parts) - 1) - 1]


def _one(path: Path, wanted: Wanted, pointer: Pointer, store: Store) -> Path:
    """A file or a folder under its own name; of a folder that DVC tracks, what is asked for in it."""
    folder = store.scratch / "at-hand" / pointer.digest
    source = _object(wanted, pointer, store)
    if not pointer.digest.endswith(FOLDER):
        put(source, folder / path.name)
        return folder / path.name
    inside = pointer.inside
    target = folder / path.parts[-1 - len(inside.parts)]
    for name, digest in listed(source, wanted.shown):
        if _is_meant(PurePosixPath(name), inside):
            part = Wanted(wanted.shown, f"{wanted.name}/{name}") if not inside.parts else wanted
            put(_object(part, Pointer(pointer.kind, digest, 0, inside, pointer.file), store), target / name)
    found = target / inside
    return found if is_there(found) else path


def _is_meant(name: PurePosixPath, inside: PurePosixPath) -> bool:
    """A file in the folder that is asked for, or one that a pattern may match."""
    fixed = list(takewhile(lambda step: not MAGIC.search(step), inside.parts))
    return name.parts[: len(fixed)] == tuple(fixed)


def _object(wanted: Wanted, pointer: Pointer, store: Store) -> Path:
    """The bytes that a pointer names, in a cache."""
    lfs = pointer.kind == "Git LFS"

    def there() -> Path | None:
        cached = lfs_object(store, pointer) if lfs else dvc_object(store, pointer.digest)
        return cached or working_copy(store, wanted.name, pointer)

    found = there()
    why = store.refused
    if found is None and not why:
        own = store.root / wanted.name
        if lfs:
            why = fetch_lfs(store, own.relative_to(store.top).as_posix())
        elif pointer.file is None:
            why = fetch_dvc(own.parent, f"{own.name}{ENDING}")
        else:
            why = fetch_dvc(store.root, _fixed(wanted.name))
        found = there()
    if found is None:
        what = f"a {pointer.kind} pointer, not the data" if lfs else "only its DVC file is here"
        if pointer.file is not None:
            what = f"not here, and tracked by DVC in {pointer.file.name}"
        cache = ".git/lfs" if lfs else ".dvc/cache"
        damaged = is_damaged(store, pointer)
        place = f"damaged in {cache}: other bytes under its digest" if damaged else f"not in {cache}"
        reason = f"; {why}" if why else ""
        raise InputError(f"{wanted.shown}: {what}; it is {place}{reason}", hint=_step(pointer.kind, store))
    return found


def _step(kind: str, store: Store) -> str:
    """What brings the objects of the commit that is meant."""
    steps = STEPS if store.commit == HEAD else STEPS_OF_BASE
    return steps[kind].format(commit=store.commit[:12])


def _fixed(name: str) -> str:
    """A path up to its first step that is a pattern."""
    return PurePosixPath(
        *takewhile(lambda step: not MAGIC.search(step), PurePosixPath(name).parts)
    ).as_posix()


def listed(file: Path, shown: str) -> list[tuple[str, str]]:
    """(name below the folder, md5) of a DVC folder's files."""
    broken = InputError(f"{shown}: its list in the DVC cache cannot be read", hint=STEPS["DVC"])
    try:
        entries: Any = json.loads(file.read_bytes())
    except ValueError:
        raise broken from None
    found = []
    for entry in entries if isinstance(entries, list) else ():
        name = str(entry.get("relpath", "")) if isinstance(entry, dict) else ""
        steps = PurePosixPath(name)
        if not name or steps.is_absolute() or ".." in steps.parts:
            raise broken
        found.append((name, str(entry.get("md5", ""))))
    return found
