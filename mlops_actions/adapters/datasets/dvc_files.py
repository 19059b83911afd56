"""What DVC says of its outputs: `<name>.dvc` beside a file or a folder, and dvc.lock of a pipeline."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from mlops_actions.dvc_lock import ENDING, LOCK, PIPELINE, folder_of, outputs_in, outputs_of_lock

if TYPE_CHECKING:
    from collections.abc import Iterator

MD5 = re.compile(r"[0-9a-f]{32}(\.dir)?")
LARGEST = 100_000  # bytes of a .dvc file
LARGEST_LOCK = 10_000_000


@dataclass(frozen=True)
class Output:
    """A file or a folder that DVC tracks: the md5 and the size (0: not said) that `file` states of it.

    legacy: written by DVC before 3.0, which left carriage returns of texts out of the md5.
    """

    path: Path
    md5: str
    size: int
    file: Path
    legacy: bool = False


def outputs_of(file: Path) -> Iterator[Output]:
    """Those that a DVC file or a dvc.lock names with an md5; none of a file that cannot be read."""
    for folder, out in _stated(file):
        digest = str(out.get("md5") or "")
        if MD5.fullmatch(digest) and isinstance(out.get("path"), str):
            size = out.get("size")
            path = Path(os.path.normpath(file.parent / folder / out["path"]))
            stated = size if isinstance(size, int) else 0
            yield Output(path, digest, stated, file, legacy=out.get("hash") != "md5")


def output_with(path: Path, top: Path) -> Output | None:
    """The output that is a path or a folder above it, as the nearest DVC file or dvc.lock up to `top` says.

    A folder that is here keeps what it has: nothing is taken for a path that is missing in it.
    """
    path = Path(os.path.normpath(path))
    places = [place for place in (path, *path.parents) if place != top and place.is_relative_to(top)]
    for place in places:
        if place.exists():
            break
        for output in outputs_of(place.with_name(place.name + ENDING)):
            if output.path == place:
                return output
    for folder in (each for each in path.parents if each.is_relative_to(top)):
        for output in outputs_of(folder / LOCK):
            if output.path in places and not output.path.exists():
                return output
    return None


def tracked_by(path: Path, top: Path) -> Output | None:
    """The output that a path is or lies in, whether it is here or not; the nearest one's."""
    path = Path(os.path.normpath(path))
    places = [place for place in (path, *path.parents) if place != top and place.is_relative_to(top)]
    for place in places:
        for output in outputs_of(place.with_name(place.name + ENDING)):
            if output.path == place:
                return output
    for folder in (each for each in path.parents if each.is_relative_to(top)):
        for output in outputs_of(folder / LOCK):
            if output.path in places:
                return output
    return None


def _stated(file: Path) -> Iterator[tuple[str, dict[Any, Any]]]:
    """(the folder that its path starts from, output), of a DVC file or of every stage of a lock."""
    if file.name == LOCK:
        beside = file.with_name(PIPELINE)
        return outputs_of_lock(_document(file, LARGEST_LOCK), _document(beside, LARGEST_LOCK))
    document = _document(file, LARGEST)
    return ((folder_of(document), each) for each in outputs_in(document))


def _document(file: Path, most: int) -> Any:
    """Its YAML, or None of what is missing, too long or none."""
    if not file.is_file() or file.stat().st_size > most:
        return None
    try:
        return yaml.safe_load(file.read_bytes())
    except (yaml.YAMLError, ValueError, RecursionError):
        return None
