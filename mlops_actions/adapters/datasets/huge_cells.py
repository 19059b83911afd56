"""Cells that are too large to be compared: refused before the engine makes copies of them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import duckdb

from mlops_actions.adapters.datasets.connections import connected, quoted
from mlops_actions.adapters.datasets.files import sql_list
from mlops_actions.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

LARGEST_CELL = 32_000_000  # bytes; the engine holds about ten copies of a cell that it groups by
LENGTH = {"VARCHAR": "strlen", "BLOB": "octet_length"}
HINT = "Keep such content in files of its own, and in the column their names or digests."


def too_large(shown: str, column: str, size: int | None) -> InputError:
    """What is said of a cell of so many bytes; None: too many to be counted."""
    seen = f"{size:,} bytes" if size is not None else f"more than {LARGEST_CELL:,} bytes"
    message = f"{shown}: column {column!r}: a cell of {seen}; at most {LARGEST_CELL:,} are read"
    return InputError(message, hint=HINT)


def refuse_huge_cells(path: Path, shown: str) -> None:
    """Of a Parquet file's texts and bytes (not those in lists and structs); once for each state of a file.

    Raises:
        InputError: one has more than LARGEST_CELL bytes.
        duckdb.Error: the file cannot be read.
    """
    about = path.stat()
    _check(path, shown, LARGEST_CELL, (about.st_size, about.st_mtime_ns, about.st_ino))


@lru_cache(maxsize=4096)
def _check(path: Path, shown: str, most: int, state: tuple[int, int, int]) -> None:
    """Only columns with a chunk of so many bytes can have such a cell, and only they are looked at."""
    del state
    with connected() as connection:
        chunks = f"parquet_metadata({sql_list([path])})"
        found = connection.execute(
            f"SELECT DISTINCT path_in_schema FROM {chunks} "
            f"WHERE type = 'BYTE_ARRAY' AND total_uncompressed_size > {most}"
        ).fetchall()
        large = {str(name) for (name,) in found}
        if not large:
            return
        table = f"read_parquet({sql_list([path])}, hive_partitioning = false)"
        for row in connection.execute(f"DESCRIBE SELECT * FROM {table}").fetchall():
            name, length = str(row[0]), LENGTH.get(str(row[1]))
            if name in large and length is not None:
                _refuse(connection, shown, name, f"SELECT max({length}({quoted(name)})) FROM {table}", most)


def _refuse(connection: duckdb.DuckDBPyConnection, shown: str, name: str, sql: str, most: int) -> None:
    try:
        size = int(connection.execute(sql).fetchall()[0][0] or 0)
    except duckdb.OutOfMemoryException:
        raise too_large(shown, name, None) from None
    if size > most:
        raise too_large(shown, name, size)


def refuse_huge_cells_of(column: Any, name: str, shown: str) -> None:
    """The same of one Arrow column of a batch.

    Raises:
        InputError: one has more than LARGEST_CELL bytes.
    """
    import pyarrow as pa  # noqa: PLC0415 - an extra
    import pyarrow.compute as pc  # noqa: PLC0415

    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    plain = (pa.types.is_string, pa.types.is_large_string, pa.types.is_binary, pa.types.is_large_binary)
    if column.nbytes <= LARGEST_CELL or not any(test(kind) for test in plain):
        return
    values = column.dictionary if pa.types.is_dictionary(column.type) else column
    size = pc.max(pc.binary_length(values)).as_py() or 0
    if size > LARGEST_CELL:
        raise too_large(shown, name, size)
