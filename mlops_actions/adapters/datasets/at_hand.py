"""Data behind a pointer: found in the caches of this machine or fetched, and put under its own name."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from mlops_actions.adapters.datasets.parts import parts_of
from mlops_actions.adapters.datasets.pointers import FOLDER, Pointer, pointer_at
from mlops_actions.adapters.datasets.stores import dvc_object, fetch_dvc, fetch_lfs, lfs_object, put
from mlops_actions.errors import ConfigError, InputError

if TYPE_CHECKING:
    from mlops_actions.adapters.datasets.stores import Store

STEPS = {
    "Git LFS": "Check out with lfs: true, or run `git lfs pull` before this step.",
    "DVC": "Run `dvc pull` before this step.",
}


def at_hand(path: Path, shown: str, store: Store) -> Path:
    """The path itself where its data is there; else one in the scratch folder with what its pointers name.

    Nothing in the working copy is written. Content is taken by digest, and its digest is checked; fetching
    runs programs that the repository configures, so it is done only where `store.refused` is empty.

    Args:
        path: of a file, a folder or a pattern, at head or in the base commit's copy.
        shown: the path from mlops.yaml's folder, which messages call it.
        store: where to look.

    Raises:
        InputError: data that is elsewhere and cannot be had, with why and the next step.
    """
    pointer = pointer_at(path, shown)
    if pointer is not None:
        return _one(path, shown, pointer, store)
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
    for each, behind in found.items():
        name = parts.name(each)
        source = each if behind is None else _object(parts.told(each), behind, store)
        put(source, folder / name)
    return folder.joinpath(*path.parts[len(parts.base.parts) :])


def _one(path: Path, shown: str, pointer: Pointer, store: Store) -> Path:
    """A file or a folder under its own name."""
    target = store.scratch / "at-hand" / pointer.digest / path.name
    source = _object(shown, pointer, store)
    if not pointer.digest.endswith(FOLDER):
        put(source, target)
        return target
    for name, digest in _listed(source, shown):
        each = _object(shown, Pointer(pointer.kind, digest, 0), store)
        put(each, target / name)
    return target


def _object(shown: str, pointer: Pointer, store: Store) -> Path:
    """The bytes that a pointer names, in a cache."""
    lfs = pointer.kind == "Git LFS"

    def there() -> Path | None:
        return lfs_object(store, pointer) if lfs else dvc_object(store, pointer.digest)

    found = there()
    why = store.refused
    if found is None and not why:
        own = store.root / shown
        why = fetch_lfs(store, own.relative_to(store.top).as_posix()) if lfs else fetch_dvc(own)
        found = there()
    if found is None:
        what = f"a {pointer.kind} pointer, not the data" if lfs else "only its DVC file is here"
        place = "not in .git/lfs" if lfs else "not in .dvc/cache"
        reason = f"; {why}" if why else ""
        raise InputError(f"{shown}: {what}; it is {place}{reason}", hint=STEPS[pointer.kind])
    return found


def _listed(file: Path, shown: str) -> list[tuple[str, str]]:
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
