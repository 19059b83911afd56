"""A view of text files becomes a table: parsed once, not once for each question."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

import duckdb

from mlops_actions.adapters.datasets.connections import folder_of, literal, quoted
from mlops_actions.adapters.datasets.formats import form_of
from mlops_actions.adapters.datasets.opening import reading
from mlops_actions.adapters.datasets.parts import parts_of
from mlops_actions.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LARGE = 64_000_000  # bytes of text above which the table is on disk
EXPANDS = 5  # bytes that one compressed byte of text usually becomes
SPARE = 500_000_000  # bytes of the disk that are left free
ROOM = "Make room for temporary files, or write the data as Parquet."


def materialised(
    connection: duckdb.DuckDBPyConnection, path: Path, shown: str, view: str = "rows", *, large: int = LARGE
) -> bool:
    """Copy the view that open_rows made of text files into a table of the same name; Parquet stays a view.

    Small files go into memory, large ones into a file in the connection's folder, which goes with it.

    Args:
        connection: of open_rows.
        path: what the view reads.
        shown: what messages call it.
        view: its name.
        large: bytes from which the table is on disk.

    Returns:
        Whether it is a table now.

    Raises:
        InputError: content that cannot be read, with its line; no room on the disk.
    """
    parts = parts_of(path, shown)
    form = form_of(parts.paths[0])
    if form is None or not form.is_text:
        return False
    size = sum(each.stat().st_size for each in parts.paths) * (1 if form.packed == "none" else EXPANDS)
    table = quoted(f"{view}_table")
    with reading(path, shown), _room(shown):
        if size >= large:
            table = f"{_database(connection, view)}.{table}"
        connection.execute(f"CREATE TABLE {table} AS SELECT * FROM {view}")
        connection.execute(f"CREATE OR REPLACE VIEW {view} AS SELECT * FROM {table}")
    return True


def _database(connection: duckdb.DuckDBPyConnection, view: str) -> str:
    """A database in a file; together with what is spilled it leaves some of the disk free."""
    folder = folder_of(connection)
    free = max(SPARE, shutil.disk_usage(folder).free - SPARE)
    connection.execute(f"SET max_temp_directory_size = '{free}B'")
    name = quoted(f"{view}_file")
    connection.execute(f"ATTACH {literal(str(folder / f'{view}.duckdb'))} AS {name}")
    return name


@contextmanager
def _room(shown: str) -> Iterator[None]:
    """A full disk is no fault of the file's content."""
    try:
        yield
    except duckdb.Error as error:
        said = str(error)
        if (
            isinstance(error, duckdb.OutOfMemoryException)
            or "No space left" in said
            or "max_temp_dir" in said
        ):
            message = f"{shown}: too large for the memory and the disk that are free"
            raise InputError(message, hint=ROOM) from None
        raise
