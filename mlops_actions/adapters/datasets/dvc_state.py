"""Whether data in the working copy is what its DVC file, or dvc.lock, states: git shows no change of it."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_actions.adapters.datasets.at_hand import listed
from mlops_actions.adapters.datasets.dvc_digest import dvc_md5
from mlops_actions.adapters.datasets.dvc_files import tracked_by
from mlops_actions.adapters.datasets.formats import form_of
from mlops_actions.adapters.datasets.parts import UNSEEN, discreet, parts_of
from mlops_actions.adapters.datasets.pointers import FOLDER
from mlops_actions.adapters.datasets.stores import dvc_object
from mlops_actions.dvc_lock import LOCK
from mlops_actions.errors import MlopsError

if TYPE_CHECKING:
    from mlops_actions.adapters.datasets.dvc_files import Output
    from mlops_actions.adapters.datasets.parts import Parts
    from mlops_actions.adapters.datasets.stores import Store


@dataclass(frozen=True)
class Difference:
    """Data that is not what DVC states: what is told, what to do, and whether it is certain."""

    told: str
    hint: str
    certain: bool = True


def difference(path: Path, shown: str, store: Store) -> Difference | None:
    """The first file behind a path that is not what DVC says of it; None of what DVC does not track.

    Digests are made of tracked files alone. A folder is compared by its list in the DVC cache; where that is
    not there, as a whole.

    Args:
        path: of a file, a folder or a pattern in the working copy.
        shown: what messages call it.
        store: where the caches are.
    """
    try:
        parts = parts_of(path, shown)
    except MlopsError:
        return None  # told where it is opened
    lists: dict[str, dict[str, str] | None] = {}
    for part in parts.paths:
        output = tracked_by(part, store.top) if part.is_file() else None
        if output is None:
            continue
        if output.md5 not in lists:
            lists[output.md5] = _list_of(output, shown, store)
        found = _differs(part, parts, output, lists[output.md5], store)
        if found is not None:
            return found
    return _lacking(path, parts, lists, store) if path.is_dir() else None


def _differs(
    part: Path, parts: Parts, output: Output, names: dict[str, str] | None, store: Store
) -> Difference | None:
    told, folder = parts.told(part), output.md5.endswith(FOLDER)
    if folder and names is None:
        if _folder_md5(output) == output.md5.removesuffix(FOLDER):
            return None
        text = f"{told}: it is not known whether it is what {_file(output, store)} states"
        return Difference(
            f"{text}; the folder's list is not in the DVC cache", _hint(output, store), certain=False
        )
    stated = output.md5
    if folder:
        name = part.relative_to(output.path).as_posix()
        if names is None or name not in names:
            return Difference(
                f"{told}: not in the folder that {_file(output, store)} states", _hint(output, store)
            )
        stated = names[name]
    seen = _md5(part, plain=False)
    if stated in {seen, _md5(part, plain=True) if output.legacy else seen}:
        return None
    text = f"{told}: its md5 begins with {seen[:12]}, and {_file(output, store)} states {stated[:12]}"
    return Difference(text, _hint(output, store))


def _lacking(
    path: Path, parts: Parts, lists: dict[str, dict[str, str] | None], store: Store
) -> Difference | None:
    """A data file of the stated folder that is not here."""
    output = tracked_by(path, store.top)
    if output is None:
        return None
    for name in lists.get(output.md5) or {}:
        place, steps = output.path / name, Path(name).parts
        data = form_of(place) is not None and not any(step.startswith(UNSEEN) for step in steps)
        if data and place.is_relative_to(path) and place not in parts.paths:
            text = f"{parts.told(place)}: not here, and in the folder that {_file(output, store)} states"
            return Difference(text, _hint(output, store))
    return None


def _list_of(output: Output, shown: str, store: Store) -> dict[str, str] | None:
    """Name to md5 of a tracked folder; None of a file, or where its list is not at hand."""
    found = dvc_object(store, output.md5) if output.md5.endswith(FOLDER) else None
    try:
        return dict(listed(found, shown)) if found is not None else None
    except MlopsError:
        return None


def _file(output: Output, store: Store) -> str:
    return discreet(Path(os.path.relpath(output.file, store.root)).as_posix())


def _hint(output: Output, store: Store) -> str:
    file, data = _file(output, store), discreet(Path(os.path.relpath(output.path, store.root)).as_posix())
    step = "dvc commit" if output.file.name == LOCK else f"dvc add {data}"
    return f"Run `dvc pull` to have the stated data; where the change is meant, `{step}` and commit {file}."


def _folder_md5(output: Output) -> str:
    """As DVC makes it: of the list of all files below, by name."""
    places = sorted(path for path in output.path.rglob("*") if path.is_file())
    names = {path.relative_to(output.path).as_posix(): _md5(path, plain=output.legacy) for path in places}
    entries = [{"md5": names[name], "relpath": name} for name in sorted(names)]
    text = json.dumps(entries, sort_keys=True)
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def _md5(path: Path, *, plain: bool) -> str:
    """plain: as DVC before 3.0 makes it, of texts without carriage returns."""
    about = path.stat()
    return _digest(path, (about.st_ino, about.st_size, about.st_mtime_ns), plain)


@lru_cache(maxsize=100_000)
def _digest(path: Path, _: tuple[int, ...], plain: bool) -> str:
    return dvc_md5(path, plain=plain)
