"""A data file as a DuckDB view: extensions off, memory bounded, what is wrong said with its line."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

import duckdb

from mlops_actions.adapters.datasets.delimited import ANEW, Dialect, dialect, is_delimited, misfit
from mlops_actions.adapters.datasets.presence import refuse_absent
from mlops_actions.errors import InputError, Location

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "python_enable_replacements": "false",
    "threads": "2",
    "memory_limit": "300MB",
    "TimeZone": "UTC",  # never the machine's: the same rows give the same text everywhere
}
READERS = {
    ".parquet": "read_parquet({file})",
    ".csv": "read_csv({file}, {dialect})",
    ".tsv": "read_csv({file}, {dialect})",
    ".jsonl": "read_json({file}, format = 'newline_delimited')",
    ".ndjson": "read_json({file}, format = 'newline_delimited')",
}
MARK = b"PAR1"
ENCRYPTED = b"PARE"
LINE = re.compile(r"(?:CSV Error on Line: |in line )(\d+)")
CONVERTED = re.compile(
    r"""Error when converting column "(.*?)"\. Could not convert .*? to '([^']+)'""", re.DOTALL
)


def quoted(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def open_rows(
    path: Path, shown: str, connection: duckdb.DuckDBPyConnection | None = None, view: str = "rows"
) -> duckdb.DuckDBPyConnection:
    """A connection with the file as a view.

    Raises:
        ConfigError: no such file.
        InputError: unknown kind, a pointer to data elsewhere, not readable; with its line.
    """
    refuse_absent(path, shown)
    reader = next((READERS[suffix] for suffix in path.suffixes if suffix in READERS), None)
    if reader is None:
        raise InputError(
            f"{shown}: unknown kind of file; allowed: {', '.join(READERS)}", hint="Convert or rename it."
        )
    if path.suffix == ".parquet":
        _refuse_other_bytes(path, shown)
    form = dialect(path, shown) if is_delimited(path) else Dialect()
    connection = connection or duckdb.connect(":memory:", config=SETTINGS)
    file = "'" + str(path).replace("'", "''") + "'"
    with reading(path, shown):
        connection.execute(
            f"CREATE VIEW {view} AS SELECT * FROM {reader.format(file=file, dialect=form.options)}"
        )
        connection.execute(f"SELECT * FROM {view} LIMIT 1").fetchall()
        described = connection.execute(f"DESCRIBE {view}").fetchall()
    there = tuple(str(row[0]).strip() for row in described)
    if form.columns and form.columns != there:
        raise misfit(path, shown) or InputError(
            f"{shown}: cannot be read: {len(there)} columns; the header has {len(form.columns)}", hint=ANEW
        )
    return connection


@contextmanager
def reading(path: Path, shown: str) -> Iterator[None]:
    """What DuckDB says of a file's content becomes an InputError: the line, what was seen, never a value."""
    try:
        yield
    except duckdb.Error as error:
        raise (misfit(path, shown) if is_delimited(path) else None) or _unreadable(
            error, path, shown
        ) from None


def _unreadable(error: duckdb.Error, path: Path, shown: str) -> InputError:
    text = str(error)
    found = LINE.search(text)
    location = Location(shown, int(found[1])) if found else None
    where = "" if location else f"{shown}: "
    converted = CONVERTED.search(text)
    if converted:
        said = f"column {converted[1]!r}: a value that is no {converted[2]}, which the rows before it are"
        return InputError(f"{where}{said}", location=location, hint="Mend the value, or quote the column.")
    said = re.sub(r': ".*', "", text.splitlines()[0])[:300].replace(str(path), shown)  # never a value
    said = "".join(sign for sign in said if sign.isprintable()).rstrip(": ")
    return InputError(f"{where}cannot be read: {said}", location=location, hint="Write the file anew.")


def _refuse_other_bytes(path: Path, shown: str) -> None:
    """Parquet begins and ends with PAR1: a text file and half a file are told apart."""
    size = path.stat().st_size
    with path.open("rb") as file:
        first = file.read(len(MARK))
        file.seek(max(0, size - len(MARK)))
        last = file.read()
    if first not in {MARK, ENCRYPTED}:
        message = f"{shown}: cannot be read: its {size:,} bytes do not begin with PAR1, as Parquet does"
        raise InputError(message, hint="Write it as Parquet; a text file is to be named .csv or .jsonl.")
    if last not in {MARK, ENCRYPTED}:
        message = f"{shown}: cannot be read: cut off after {size:,} bytes, PAR1 is missing at its end"
        raise InputError(message, hint="Write it anew, or copy it again.")
