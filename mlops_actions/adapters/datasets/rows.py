"""Rows in and out of data files, column by column, through DuckDB (Python values; null and NaN are None)."""

from __future__ import annotations

import difflib
import math
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from mlops_actions.adapters.datasets.connections import connected, literal, quoted
from mlops_actions.adapters.datasets.opening import open_rows, reading
from mlops_actions.adapters.datasets.type_kinds import kind_of
from mlops_actions.errors import InputError
from mlops_actions.scratch import scratch

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import duckdb


def _ask(path: Path, shown: str, sql: str) -> list[tuple[Any, ...]]:
    """The answer to `sql` over the view `rows` of the file; bad content is an InputError."""
    connection = open_rows(path, shown)
    with reading(path, shown):
        return connection.execute(sql).fetchall()


def column_types(path: Path, shown: str = "") -> dict[str, str]:
    """Column name to integer | number | string | boolean | date | timestamp, in file order.

    Messages name the file as `shown` (default: its name).
    """
    rows = _ask(path, shown or path.name, "DESCRIBE rows")
    return {str(row[0]): kind_of(str(row[1])) for row in rows}


def column_names(path: Path, shown: str = "") -> tuple[str, ...]:
    """The columns in file order."""
    return tuple(column_types(path, shown))


def refuse_unreadable(path: Path, shown: str) -> None:
    """Read the file to its end: text row by row, Parquet's own count.

    Raises:
        InputError: content that cannot be read, with its line, or no rows.
    """
    every = ", count(COLUMNS(*))" if path.suffix.lower() != ".parquet" else ""
    rows = _ask(path, shown, f"SELECT count(*){every} FROM rows")[0][0]
    if not rows:
        hint = "Write the rows, or name another file."
        raise InputError(f"{shown}: 0 rows; at least one is needed", hint=hint)


def read_columns(path: Path, columns: Sequence[str], shown: str = "") -> dict[str, list[Any]]:
    """The named columns in file order: lists of n Python values.

    Raises:
        ConfigError: no such file.
        InputError: not readable, a missing column (with the nearest name), or no rows.
    """
    shown = shown or path.name
    there = column_types(path, shown)
    for name in columns:
        if name not in there:
            near = difflib.get_close_matches(name, there, n=1)
            guess = f"Did you mean {near[0]!r}? " if near else ""
            raise InputError(f"{shown}: no column {name!r}", hint=f"{guess}Columns: {', '.join(there)}.")
    wanted = ", ".join(_cast(name, there[name]) for name in columns)
    rows = _ask(path, shown, f"SELECT {wanted} FROM rows")
    if not rows:
        raise InputError(
            f"{shown}: 0 rows; at least one is needed", hint="Write the rows, or name another file."
        )
    values: dict[str, list[Any]] = {name: [] for name in columns}
    for name, column in zip(columns, zip(*rows, strict=True), strict=True):
        values[name] = [_plain(value) for value in column]
    return values


def _cast(name: str, kind: str) -> str:
    """Dates and times as ISO text, decimals as numbers: what a JSON request can carry."""
    if kind in {"date", "timestamp"}:
        return f"CAST({quoted(name)} AS VARCHAR)"
    if kind == "number":
        return f"CAST({quoted(name)} AS DOUBLE)"
    return quoted(name)


def _plain(value: Any) -> Any:
    if isinstance(value, float) and math.isnan(value):
        return None
    if isinstance(value, Decimal):
        return int(value)
    return value if value is None or isinstance(value, str | bool | int | float) else str(value)


def write_parquet(path: Path, columns: Mapping[str, Sequence[Any]]) -> None:
    """Write columns of equal length, atomically; types BIGINT, DOUBLE, BOOLEAN or VARCHAR by their values.

    Raises:
        InputError: columns of different lengths, or none.
    """
    lengths = {len(values) for values in columns.values()}
    if len(lengths) != 1:
        raise InputError(f"{path.name}: columns of {sorted(lengths)} rows; equally many rows are allowed")
    path.parent.mkdir(parents=True, exist_ok=True)
    arrays = [_array(values) for values in columns.values()]
    connection = connected()
    types = ", ".join(f"{quoted(name)} {_sql(values)}" for name, values in columns.items())
    connection.execute(f"CREATE TABLE rows ({types})")
    _fill(connection, arrays)
    with scratch(".parquet-", path.parent) as folder:
        made = folder / "rows.parquet"
        connection.execute(f"COPY rows TO {literal(str(made))} (FORMAT parquet, COMPRESSION zstd)")
        made.replace(path)


def _fill(connection: duckdb.DuckDBPyConnection, arrays: list[list[Any]]) -> None:
    """Columns as lists in one parameter each, unnested side by side: no pandas, no row loop."""
    if arrays[0]:
        connection.execute(f"INSERT INTO rows SELECT {', '.join('unnest(?)' for _ in arrays)}", arrays)


def _array(values: Sequence[Any]) -> list[Any]:
    return [value.item() if isinstance(value, np.generic) else value for value in values]


def _sql(values: Sequence[Any]) -> str:
    present = [value for value in values if value is not None]
    if present and all(isinstance(value, bool | np.bool_) for value in present):
        return "BOOLEAN"
    if present and all(
        isinstance(value, int | np.integer) and not isinstance(value, bool) for value in present
    ):
        return "BIGINT"
    if present and all(
        isinstance(value, int | float | np.number) and not isinstance(value, bool) for value in present
    ):
        return "DOUBLE"
    return "VARCHAR"
