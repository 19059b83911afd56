"""A view of text files becomes a table: parsed once, not once for each question.

A large one is written as Parquet, which DuckDB reads piece by piece. A table in a file of its own would stay
in memory up to the connection's limit: 300 MB for each split.
"""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

import duckdb

from mlops_actions.adapters.datasets.connections import folder_of, literal, quoted
from mlops_actions.adapters.datasets.formats import form_of
from mlops_actions.adapters.datasets.opening import reading
from mlops_actions.adapters.datasets.parts import parts_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LARGE = 64_000_000  # bytes of text above which the table is on disk
EXPANDS = 5  # bytes that one compressed byte of text usually becomes
MANY = 500  # columns beyond which the blocks of the file are small, as each column has one of its own
MANY_BLOCKS = "(BLOCK_SIZE 16384, ROW_GROUP_SIZE 2048)"
TOLD = "2GB"  # that telling the columns of text may take; of few columns it takes little
PIECES = (61_440, 8_192, 2_048)  # rows that Parquet holds together, and so the writer in memory
PIECE = 4_000_000  # cells at most
KEPT = frozenset(
    {"BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UBIGINT", "FLOAT", "DOUBLE", "VARCHAR", "DATE"}
    | {"DECIMAL", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE"}
)  # the types that Parquet gives back as they were
PARSED, PARSED_COLUMN = 300_000_000, 150_000  # bytes
SPARE = 500_000_000  # bytes of the disk that are left free


def materialised(
    connection: duckdb.DuckDBPyConnection, path: Path, shown: str, view: str = "rows", *, large: int = LARGE
) -> bool:
    """Copy the view that open_rows made of text files into a table of the same name; Parquet stays a view.

    Small files go into memory, large ones into a file in the connection's folder, which goes with it:
    Parquet, or a database where Parquet has no such type, the columns are very many, or the cells very long.

    Args:
        connection: of open_rows.
        path: what the view reads.
        shown: what messages call it.
        view: its name.
        large: bytes from which the table is on disk.

    Returns:
        Whether it is a table now, and no longer text.

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
            types = [str(row[1]) for row in connection.execute(f"DESCRIBE {view}").fetchall()]
        columns = len(types)
        if size >= large and KEPT.issuperset(_plain(types)) and _as_parquet(connection, view, columns):
            return True
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


def _plain(types: list[str]) -> Iterator[str]:
    """Without the digits of decimals, which Parquet keeps."""
    return (each.partition("(")[0] if each.startswith("DECIMAL(") else each for each in types)


def _as_parquet(connection: duckdb.DuckDBPyConnection, view: str, columns: int) -> bool:
    """Whether there was memory enough to write it so, in the order of its rows."""
    target = literal(str(_folder_leaving_room(connection) / f"{view}.parquet"))
    for rows in (each for each in PIECES if each * columns <= PIECE):
        form = f"(FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE {rows})"
        try:
            connection.execute(f"COPY (SELECT * FROM {view}) TO {target} {form}")
        except duckdb.OutOfMemoryException:
            continue
        connection.execute(f"CREATE OR REPLACE VIEW {view} AS SELECT * FROM read_parquet({target})")
        return True
    return False


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
    """A database in a file."""
    name = quoted(f"{view}_file")
    file = _folder_leaving_room(connection) / f"{view}.duckdb"
    connection.execute(f"ATTACH {literal(str(file))} AS {name} {options}")
    return name


def _folder_leaving_room(connection: duckdb.DuckDBPyConnection) -> Path:
    """The connection's; what is spilled leaves some of the disk free."""
    folder = folder_of(connection)
    free = max(SPARE, shutil.disk_usage(folder).free - SPARE)
    connection.execute(f"SET max_temp_directory_size = '{free}B'")
    return folder
