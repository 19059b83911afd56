"""DuckDB connections: no extensions from outside, memory bounded, temporary files in one folder that goes."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING

import duckdb

from mlops_actions.scratch import new_folder, remove

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "python_enable_replacements": "false",
    "threads": "2",
    "memory_limit": "2GB",
}
PREFIX = "mlops-actions-data-"
PUSHED = "type_pushdown"
_FOLDERS: weakref.WeakKeyDictionary[duckdb.DuckDBPyConnection, Path] = weakref.WeakKeyDictionary()


def connected(scratch: Path | None = None, **settings: str) -> duckdb.DuckDBPyConnection:
    """A database in memory that spills into a folder of its own.

    Args:
        scratch: where that folder is made; default: the system's folder for temporary files.
        settings: of DuckDB, over ours, such as memory_limit="500MB".
    """
    if scratch is not None:
        scratch.mkdir(parents=True, exist_ok=True)
    folder = new_folder(PREFIX, scratch)
    config = {**SETTINGS, "temp_directory": str(folder / "spilled"), **settings}
    connection = duckdb.connect(":memory:", config=config)
    connection.execute("SET TimeZone = 'UTC'")  # never the machine's: the same rows, the same text
    connection.execute("SET enable_progress_bar = false")  # where Python has no main file it prints one
    _keep_casts(connection)
    _divide_by_zero(connection)
    _owns(connection, folder)
    return connection


def _keep_casts(connection: duckdb.DuckDBPyConnection) -> None:
    """DuckDB 2 lets CSV give the text in the file for a date that is cast to text, which is not ISO 8601."""
    there = {str(name) for (name,) in connection.execute("SELECT name FROM duckdb_optimizers()").fetchall()}
    if PUSHED in there:
        connection.execute(f"SET disabled_optimizers = '{PUSHED}'")


def _divide_by_zero(connection: duckdb.DuckDBPyConnection) -> None:
    """By zero `//` and `%` of whole numbers are null, as in DuckDB 1.5; DuckDB 2 makes them an error."""
    try:
        connection.execute("SET error_on_division_by_zero = false")
    except duckdb.CatalogException:  # DuckDB 1.5 has no such setting
        return


def folder_of(connection: duckdb.DuckDBPyConnection) -> Path:
    """The connection's folder for temporary files; it goes with the connection."""
    if connection not in _FOLDERS:
        _owns(connection, new_folder(PREFIX))
    return _FOLDERS[connection]


def _owns(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    _FOLDERS[connection] = folder
    weakref.finalize(connection, remove, folder)


def quoted(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: str) -> str:
    """A value as an SQL literal."""
    return "'" + value.replace("'", "''") + "'"
