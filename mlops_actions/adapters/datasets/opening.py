"""Data files as a DuckDB view: extensions off, memory bounded, what is wrong said with its line."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

import duckdb

from mlops_actions.adapters.datasets.connections import connected, folder_of, quoted
from mlops_actions.adapters.datasets.delimited import dialect, misfit
from mlops_actions.adapters.datasets.engine_words import converted_in, line_in, our_own, words_for
from mlops_actions.adapters.datasets.files import Files
from mlops_actions.adapters.datasets.formats import ALLOWED, DELIMITED, JSON, PARQUET, form_of
from mlops_actions.adapters.datasets.json_lines import json_misfit
from mlops_actions.adapters.datasets.other_bytes import refuse_other_bytes_than_text
from mlops_actions.adapters.datasets.partitions import partitions_of
from mlops_actions.adapters.datasets.parts import is_pattern, parts_of
from mlops_actions.adapters.datasets.presence import refuse_absent, refuse_pointer
from mlops_actions.adapters.datasets.read_parquet import broken_column
from mlops_actions.adapters.datasets.sources import source_of
from mlops_actions.adapters.datasets.text_bytes import encoding_of, refuse_bad_bytes, written_as_utf8
from mlops_actions.adapters.datasets.view_types import as_seen
from mlops_actions.errors import InputError, Location

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from mlops_actions.adapters.datasets.formats import Form
    from mlops_actions.adapters.datasets.parts import Parts

__all__ = ["microseconds", "open_rows", "quoted", "reading"]

ROOM = "Make room for temporary files, or write the data as Parquet."
ROOM_FOR_PARQUET = "Make room for temporary files, or write smaller row groups."
AT_ONCE = 1_000  # columns of a first row


def microseconds(column: str) -> str:
    """Of nanoseconds the whole microseconds before; a cast would round."""
    return f"(epoch_ns({column}) - (epoch_ns({column}) % 1000 + 1000) % 1000) // 1000"


def open_rows(
    path: Path,
    shown: str,
    connection: duckdb.DuckDBPyConnection | None = None,
    view: str = "rows",
    *,
    scratch: Path | None = None,
    texts: Collection[str] = (),
) -> duckdb.DuckDBPyConnection:
    """A connection with a view of the rows of a file, a folder of parts, or the parts a pattern matches.

    Args:
        path: of the file or folder, or a pattern; see parts_of.
        shown: what messages call it.
        connection: one to add the view to; default: a new one.
        view: its name.
        scratch: where a new connection's temporary files go.
        texts: columns that are declared to be text: those of CSV, dates of JSON and names of folders are
            taken as they are written.

    Raises:
        ConfigError: no such file.
        DependencyError: Arrow without pyarrow.
        InputError: unknown kind, a pointer to data elsewhere, not readable, parts that differ; with its line.
        TrustError: a part is a link.
    """
    try:
        parts = _parts(path, shown)
        connection = connection or connected(scratch)
        _add_view(parts, connection, view, frozenset(texts))
    except OSError as error:  # no right to read it, or it went away
        message = f"{shown}: cannot be read: {error.strerror or type(error).__name__}"
        raise InputError(message, hint="Check its permissions.") from None
    return connection


def _add_view(parts: Parts, connection: duckdb.DuckDBPyConnection, view: str, texts: frozenset[str]) -> None:
    form = form_of(parts.paths[0])
    if form is None:
        message = f"{parts.shown}: unknown kind of file; allowed: {ALLOWED}"
        raise InputError(message, hint="Convert or rename it.")
    partitions = partitions_of(parts, texts)
    names = tuple(parts.told(each) for each in parts.paths)
    ready = [_ready(each, name, form, connection) for each, name in zip(parts.paths, names, strict=True)]
    files = Files(form, tuple(ready), names, texts)
    with _reading(files):
        source, empty = source_of(connection, files, partitions, view)
        rows = connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
        seen = as_seen(rows, empty)
        connection.execute(f"CREATE VIEW {view} AS SELECT *{seen} FROM {source}")
        if files.form.kind == PARQUET and not seen:
            _first_row(connection, source, [str(row[0]) for row in rows])
        else:
            connection.execute(f"SELECT * FROM {view} LIMIT 1").fetchall()


def _first_row(connection: duckdb.DuckDBPyConnection, source: str, names: list[str]) -> None:
    """What cannot be read is told now; each column that is read takes memory of its own."""
    for at in range(0, len(names), AT_ONCE):
        listed = ", ".join(map(quoted, names[at : at + AT_ONCE]))
        connection.execute(f"SELECT {listed} FROM {source} LIMIT 1").fetchall()


def _parts(path: Path, shown: str) -> Parts:
    if not path.is_dir() and not is_pattern(path):
        refuse_absent(path, shown)
    parts = parts_of(path, shown)
    for each in parts.paths:
        refuse_pointer(each, parts.told(each))
    return parts


def _ready(path: Path, shown: str, form: Form, connection: duckdb.DuckDBPyConnection) -> Path:
    """The file itself, or what is written anew of a text that is not plain UTF-8."""
    if not form.is_text:
        return path
    refuse_other_bytes_than_text(path, shown)
    encoding = encoding_of(path, shown)
    refuse_bad_bytes(path, shown, encoding)
    if encoding == "UTF-8" or (encoding == "UTF-8-SIG" and form.kind == DELIMITED):
        return path
    target = Path(mkdtemp(dir=folder_of(connection))) / f"rows{form}"
    written_as_utf8(path, target, encoding, shown)
    return target


@contextmanager
def reading(path: Path, shown: str) -> Iterator[None]:
    """What DuckDB says of a file's content becomes an InputError: the line, what was seen, never a value."""
    parts = parts_of(path, shown)
    form = form_of(parts.paths[0])
    if form is None:
        yield
        return
    with _reading(Files(form, parts.paths, tuple(parts.told(each) for each in parts.paths))):
        yield


@contextmanager
def _reading(files: Files) -> Iterator[None]:
    try:
        yield
    except duckdb.Error as error:
        if _no_room(error):
            message = f"{files.shown[0]}: too large for the memory and the disk that are free"
            hint = ROOM_FOR_PARQUET if files.form.kind == PARQUET else ROOM
            raise InputError(message, hint=hint) from None
        raise _misfit(files) or our_own(error, files.shown[0]) or _unreadable(error, files) from None


def _no_room(error: duckdb.Error) -> bool:
    """A full memory or disk is no fault of the file's content."""
    said = str(error)
    full = "No space left" in said or "max_temp_directory_size" in said
    return full or isinstance(error, duckdb.OutOfMemoryException)


def _misfit(files: Files) -> InputError | None:
    """The first line that does not fit, of texts."""
    both = list(zip(files.paths, files.shown, strict=True))
    if files.form.kind == JSON:
        return json_misfit(both)
    if files.form.kind == DELIMITED:
        return next((wrong for wrong in (misfit(path, shown) for path, shown in both) if wrong), None)
    return None


def _unreadable(error: duckdb.Error, files: Files) -> InputError:
    """In our own words, with the line, or of Parquet the column; DuckDB's text holds cells."""
    text = str(error)
    both = list(zip(files.paths, files.shown, strict=True))
    path, shown = next(((path, shown) for path, shown in both if str(path) in text), both[0])
    line = line_in(error, [str(each) for each in files.paths])
    location = Location(shown, line) if line is not None else None
    where = "" if location else f"{shown}: "
    if files.form.kind == DELIMITED:
        converted = converted_in(error, _header(path, shown))
        if converted is not None:
            said = f"column {converted[0]!r}: a value that is no {converted[1]}, which the other rows are"
            return InputError(f"{where}{said}", location=location, hint="Mend the value.")
    column = broken_column(both) if files.form.kind == PARQUET else None
    if column is not None:
        where = f"{column[0]}: column {column[1]!r}: "
    said = words_for(error)
    return InputError(f"{where}cannot be read: {said}", location=location, hint="Write the file anew.")


def _header(path: Path, shown: str) -> tuple[str, ...]:
    try:
        return dialect(path, shown).columns
    except InputError:
        return ()
