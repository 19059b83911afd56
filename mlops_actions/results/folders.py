"""Which folder holds results, under whatever name: by what its files say of themselves."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from mlops_actions.results.envelope import KINDS, Envelope
from mlops_actions.results.failure import Failure

if TYPE_CHECKING:
    from pathlib import Path

MAX_BYTES = 100_000_000  # of a result; a larger one is never read
PREDICTIONS = ("predictions.parquet", "predictions-baseline.parquet")
_ENVELOPE = frozenset(name for name, field in Envelope.model_fields.items() if field.is_required())
_FAILURE = frozenset(name for name, field in Failure.model_fields.items() if field.is_required())
_COLUMNS = (b"row_id", b"label")  # and at least one of the next two
_ANSWERS = (b"prediction", b"score")
_MAGIC = b"PAR1"  # Parquet's, at both ends
_END = 8  # bytes: how long the list of columns before it is, and the magic


def holds_results(folder: Path) -> bool:
    """Whether one of the files shows that a stage wrote it; names such as `models` are anybody's."""
    failures = folder / "failures"
    told = failures.glob("*.json") if failures.is_dir() and not failures.is_symlink() else ()
    return (
        any(_says(folder / f"{kind}.json", "kind", _ENVELOPE | {"schema_version"}) for kind in KINDS)
        or any(_says(path, "stage", _FAILURE) for path in told)
        or any(_are_predictions(folder / name) for name in PREDICTIONS)
    )


def _says(path: Path, key: str, keys: frozenset[str]) -> bool:
    """Whether it is a JSON object with all keys, of which one says the file's own name."""
    try:
        if path.is_symlink() or not path.is_file():
            return False
        status = path.stat()
    except OSError:
        return False
    if status.st_size > MAX_BYTES:
        return False
    value = _keys(path, key, (status.st_ino, status.st_size, status.st_mtime_ns))
    return value is not None and value[0] == path.stem and keys <= value[1]


@lru_cache(maxsize=1024)
def _keys(path: Path, key: str, _version: tuple[int, ...]) -> tuple[Any, frozenset[str]] | None:
    """What a JSON object has at a key, and its keys; each version is read once, for it is asked often."""
    try:
        with path.open("rb") as file:
            if file.read(1) != b"{":
                return None
            value = json.loads(b"{" + file.read(MAX_BYTES))
    except (OSError, ValueError, RecursionError):
        return None
    return (value.get(key), frozenset(value)) if isinstance(value, dict) else None


def _are_predictions(path: Path) -> bool:
    """Whether it is a Parquet file that has the columns of a result (Parquet format, File Layout)."""
    try:
        if path.is_symlink() or not path.is_file():
            return False
        with path.open("rb") as file:
            begin = file.read(len(_MAGIC))
            before_end = max(0, file.seek(0, 2) - _END)
            file.seek(before_end)
            end = file.read(_END)
            if begin != _MAGIC or end[-len(_MAGIC) :] != _MAGIC:
                return False
            length = min(int.from_bytes(end[: -len(_MAGIC)], "little"), before_end, MAX_BYTES)
            file.seek(before_end - length)
            columns = file.read(length)
    except OSError:
        return False
    return all(name in columns for name in _COLUMNS) and any(name in columns for name in _ANSWERS)
