"""Copies of data files with a few rows left out: same names, same format, the other rows as they were."""

from __future__ import annotations

import gzip
import shutil
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, cast

import numpy as np

from mlops_actions.adapters.datasets.delimited import delimiter_of, dialect, is_delimited, misfit
from mlops_actions.adapters.datasets.opening import open_rows, quoted, reading
from mlops_actions.adapters.datasets.text_lines import records
from mlops_actions.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

LINES = frozenset({".jsonl", ".ndjson"})
KINDS = ".parquet, .csv, .tsv, .jsonl, the text ones also as .gz"


@dataclass(frozen=True)
class LeftOut:
    """The copies, in the order of the originals, and how many rows they lack."""

    paths: tuple[Path, ...]
    rows: int


def leave_out(paths: Iterable[Path], folder: Path, share: float, seed: int) -> LeftOut:
    """Copy files and folders into `folder`; each table in them loses a share of its rows, one at least.

    Files of another kind, and tables of one row, are copied as they are.

    Raises:
        InputError: no row could be left out of any of them, or one cannot be read.
    """
    generator = np.random.default_rng(seed)
    made: list[Path] = []
    left, seen = 0, 0
    for path in paths:
        target = folder / path.name
        for file in sorted(path.rglob("*")) if path.is_dir() else (path,):
            if file.is_file():
                seen += 1
                left += _copy(file, target / file.relative_to(path), share, generator)
        made.append(target)
    if not left:
        raise InputError(
            f"data.train: no row can be left out of its {seen} files",
            hint=f"Rows can be left out of tables of two rows or more: {KINDS}.",
        )
    return LeftOut(tuple(made), left)


def _copy(file: Path, target: Path, share: float, generator: np.random.Generator) -> int:
    """Copy one file without some of its rows; how many."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if file.suffix == ".parquet":
        return _parquet(file, target, share, generator)
    if file.suffix != ".zst" and (is_delimited(file) or LINES & set(file.suffixes)):
        return _lines(file, target, share, generator)
    shutil.copyfile(file, target)
    return 0


def _chosen(rows: int, share: float, generator: np.random.Generator) -> list[int]:
    if rows < 2:  # noqa: PLR2004 - a table keeps one row
        return []
    return sorted(generator.choice(rows, size=max(1, round(rows * share)), replace=False).tolist())


def _parquet(file: Path, target: Path, share: float, generator: np.random.Generator) -> int:
    """Row groups are written anew; types and the metadata that pandas and Arrow keep there stay."""
    connection = open_rows(file, file.name)
    with reading(file, file.name):
        (rows,) = connection.execute("SELECT count(*) FROM rows").fetchall()[0]
        chosen = _chosen(rows, share, generator)
        kept = connection.execute(
            f"SELECT key, value FROM parquet_kv_metadata({_text(str(file))})"
        ).fetchall()
        metadata = ", ".join(f"{quoted(key.decode())}: {_text(value.decode())}" for key, value in kept)
        connection.execute("CREATE TABLE left_out AS SELECT unnest(?) AS row", [chosen])
        connection.execute(
            "COPY (SELECT * EXCLUDE (file_row_number) "
            f"FROM read_parquet({_text(str(file))}, file_row_number = true) "
            "WHERE file_row_number NOT IN (SELECT row FROM left_out) ORDER BY file_row_number) "
            f"TO {_text(str(target))} (FORMAT parquet{f', KV_METADATA {{{metadata}}}' if metadata else ''})"
        )
    return len(chosen)


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _lines(file: Path, target: Path, share: float, generator: np.random.Generator) -> int:
    """The lines of the kept records, byte for byte."""
    spans = _spans(file)
    chosen = _chosen(len(spans), share, generator)
    dropped = {line for row in chosen for line in spans[row]}
    with _open(file, "rb") as source, _open(target, "wb") as copy:
        copy.writelines(line for number, line in enumerate(source, start=1) if number not in dropped)
    return len(chosen)


def _spans(file: Path) -> list[range]:
    """The lines of each record (a quoted field may hold line ends), without the header and empty lines."""
    if not is_delimited(file):
        with _open(file, "rb") as lines:
            return [range(number, number + 1) for number, line in enumerate(lines, start=1) if line.strip()]
    dialect(file, file.name)
    wrong = misfit(file, file.name)
    if wrong is not None:
        raise wrong
    begun = [(line, bool(fields)) for line, fields in records(file, delimiter_of(file))]
    with _open(file, "rb") as lines:
        end = sum(1 for _ in lines) + 1
    ends = [line for line, _ in begun[1:]] + [end]
    return [range(line, stop) for (line, filled), stop in zip(begun, ends, strict=True) if filled][1:]


def _open(path: Path, mode: str) -> IO[bytes]:
    return cast("IO[bytes]", gzip.open(path, mode) if path.suffix == ".gz" else path.open(mode))
