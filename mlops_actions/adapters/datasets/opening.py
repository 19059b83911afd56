"""A data file as a DuckDB view: extensions off, memory bounded, what is wrong said with its line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

from mlops_actions.errors import InputError, Location

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "python_enable_replacements": "false",
    "threads": "2",
    "memory_limit": "2GB",
}
READERS = {
    ".parquet": "read_parquet({file})",
    ".csv": "read_csv({file}, strict_mode = true)",
    ".tsv": "read_csv({file}, strict_mode = true)",
    ".jsonl": "read_json({file}, format = 'newline_delimited')",
    ".ndjson": "read_json({file}, format = 'newline_delimited')",
}
LFS = b"version https://git-lfs.github.com/spec/"
SMALL = 2000


def quoted(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def refuse_pointer(path: Path, shown: str) -> None:
    """Data that is not in git is recognised and said.

    Raises:
        InputError: the file is a Git LFS pointer, or only a DVC file stands there.
    """
    if path.is_file() and path.stat().st_size < SMALL and path.read_bytes().startswith(LFS):
        raise InputError(f"{shown}: a Git LFS pointer, not the data", hint="Check out with lfs: true.")
    if not path.exists() and path.with_name(path.name + ".dvc").is_file():
        raise InputError(f"{shown}: only its DVC file is here", hint="Run `dvc pull` before this step.")


def open_rows(
    path: Path, shown: str, connection: duckdb.DuckDBPyConnection | None = None, view: str = "rows"
) -> duckdb.DuckDBPyConnection:
    """A connection with the file as a view.

    Raises:
        InputError: no such file, unknown kind, not readable, CSV that is not UTF-8 (with its line).
    """
    if not path.is_file():
        raise InputError(f"{shown}: no such file", hint="Paths are relative to mlops.yaml.")
    reader = next((READERS[suffix] for suffix in path.suffixes if suffix in READERS), None)
    if reader is None:
        raise InputError(f"{shown}: unknown kind of file; allowed: {', '.join(READERS)}")
    if reader.startswith("read_csv"):
        _refuse_other_encodings(path, shown)
    connection = connection or duckdb.connect(":memory:", config=SETTINGS)
    file = "'" + str(path).replace("'", "''") + "'"
    try:
        connection.execute(f"CREATE VIEW {view} AS SELECT * FROM {reader.format(file=file)}")
        connection.execute(f"SELECT * FROM {view} LIMIT 1").fetchall()
    except duckdb.Error as error:
        said = str(error).splitlines()[0][:300].replace(str(path), shown)
        raise InputError(f"{shown}: cannot be read: {said}", hint="Write the file anew.") from None
    return connection


def _refuse_other_encodings(path: Path, shown: str) -> None:
    """CSV is read as UTF-8; the first line that is not is named with the byte that was seen."""
    if path.suffix in {".gz", ".zst"}:
        return
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError as error:
                byte = line[error.start]
                raise InputError(
                    f"byte 0x{byte:02x} is not UTF-8",
                    location=Location(shown, number),
                    hint="Allowed: UTF-8. Convert it, for example: iconv -f WINDOWS-1252 -t UTF-8.",
                ) from None
