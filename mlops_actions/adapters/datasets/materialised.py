"""A view of text files becomes a table: parsed once, not once for each question."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

from mlops_actions.adapters.datasets.connections import folder_of, literal, quoted
from mlops_actions.adapters.datasets.formats import form_of
from mlops_actions.adapters.datasets.opening import reading
from mlops_actions.adapters.datasets.parts import parts_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import duckdb

LARGE = 64_000_000  # bytes of text above which the table is on disk
EXPANDS = 5  # bytes that one compressed byte of text usually becomes
MANY = 500  # columns beyond which the blocks of the file are small, as each column has one of its own
MANY_BLOCKS = "(BLOCK_SIZE 16384, ROW_GROUP_SIZE 2048)"
TOLD = "2GB"  # that telling the columns of text may take; of few columns it takes little
PARSED, PARSED_COLUMN = 300_000_000, 150_000  # bytes
SPARE = 500_000_000  # bytes of the disk that are left free


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
    size = sum(each.stat().st_size for each in parts.paths) * (
        1 if form.packed == "uncompressed" else EXPANDS
    )
    table = quoted(f"{view}_table")
    with reading(path, shown):
        with _limits(connection, memory_limit=TOLD):
            columns = len(connection.execute(f"DESCRIBE {view}").fetchall())
        if size >= large or columns > MANY:
            table = f"{_database(connection, view, MANY_BLOCKS if columns > MANY else '')}.{table}"
        create = f"CREATE TABLE {table} AS SELECT * FROM {view}"
        if columns <= MANY:
            connection.execute(create)
        else:  # a piece of text has all columns
            with _limits(connection, memory_limit=f"{PARSED + columns * PARSED_COLUMN}B", threads="1"):
                connection.execute(create)
        connection.execute(f"CREATE OR REPLACE VIEW {view} AS SELECT * FROM {table}")
    return True


@contextmanager
def _limits(connection: duckdb.DuckDBPyConnection, **wanted: str) -> Iterator[None]:
    """Settings of the connection for a while."""
    asked = ", ".join(f"current_setting('{name}')" for name in wanted)
    before = connection.execute(f"SELECT {asked}").fetchall()[0]
    for name, value in wanted.items():
        connection.execute(f"SET {name} = '{value}'")
    try:
        yield
    finally:
        for name, value in zip(wanted, before, strict=True):
            connection.execute(f"SET {name} = '{value}'")


def _database(connection: duckdb.DuckDBPyConnection, view: str, options: str) -> str:
    """A database in a file; together with what is spilled it leaves some of the disk free."""
    folder = folder_of(connection)
    free = max(SPARE, shutil.disk_usage(folder).free - SPARE)
    connection.execute(f"SET max_temp_directory_size = '{free}B'")
    name = quoted(f"{view}_file")
    connection.execute(f"ATTACH {literal(str(folder / f'{view}.duckdb'))} AS {name} {options}")
    return name
