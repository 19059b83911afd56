"""Which folder holds results, under whatever name: by what its files say in their first bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.results.envelope import KINDS

if TYPE_CHECKING:
    from pathlib import Path

SHOWS = 500  # bytes of a result, in which its envelope begins


def holds_results(folder: Path) -> bool:
    """Whether one of the files shows that a stage wrote it; names such as `models` are anybody's."""
    marks = {folder / f"{kind}.json": b'"created_at"' for kind in KINDS}
    failures = folder / "failures"
    if failures.is_dir() and not failures.is_symlink():
        marks |= dict.fromkeys(failures.glob("*.json"), b'"exit_code"')
    return any(_begins(path, mark) for path, mark in marks.items())


def _begins(path: Path, mark: bytes) -> bool:
    if path.is_symlink() or not path.is_file():
        return False
    try:
        with path.open("rb") as file:
            return mark in file.read(SHOWS)
    except OSError:
        return False
