"""A pandas DataFrame or a pyarrow Table as the view `rows`, of the same kinds as a file's."""

from __future__ import annotations

import sys
import uuid
from typing import TYPE_CHECKING, Any

import duckdb

from mlops_actions.adapters.datasets.connections import connected, literal, quoted
from mlops_actions.adapters.datasets.durations import is_duration, whole, whole_column
from mlops_actions.adapters.datasets.engine_words import our_own, words_for
from mlops_actions.adapters.datasets.files import refuse_twice
from mlops_actions.adapters.datasets.view_types import as_seen
from mlops_actions.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

HELD = "rows_frame"  # the name under which the frame itself is registered
NUMBERS = {"integer": "Int64", "floating": "float64", "mixed-integer-float": "float64", "boolean": "boolean"}
PLAIN = frozenset({"string", "decimal", "date", "datetime", "datetime64", "bytes", "time", "empty"})
NESTED = (list, tuple, dict)
ONE_KIND = "Make the column one kind of value, for example: frame[column] = frame[column].astype(str)."
READ = "Read are numbers, texts, booleans, dates, times, durations, decimals, lists and dictionaries."


def open_frame(frame: Any, shown: str = "frame", *, scratch: Path | None = None) -> duckdb.DuckDBPyConnection:
    """A connection with the frame's columns (not its index) as the view `rows`.

    Args:
        frame: a pandas DataFrame, (n, columns), or a pyarrow Table.
        shown: what messages call it.
        scratch: where temporary files go.

    Raises:
        InputError: neither of the two; no columns; names that stand twice; a column of several kinds, or of
            one that is not read.
    """
    pandas, pyarrow = sys.modules.get("pandas"), sys.modules.get("pyarrow")
    if pandas is not None and isinstance(frame, pandas.DataFrame):
        names = [str(name) for name in frame.columns]
        refuse_twice(names, shown)
        columns = {name: _column(pandas, frame.iloc[:, at], name, shown) for at, name in enumerate(names)}
        empty = [name for name, each in columns.items() if each.dtype == object and each.isna().all()]
        frame = pandas.DataFrame(columns, copy=False)
    elif pyarrow is not None and isinstance(frame, pyarrow.Table):
        names = list(frame.column_names)
        refuse_twice(names, shown)
        _refuse_damaged(frame, shown)
        if (schema := whole(frame.schema)) != frame.schema:
            frame = frame.cast(schema)
        empty = [field.name for field in frame.schema if pyarrow.types.is_null(field.type)]
    else:
        message = f"{shown}: {type(frame).__name__}; allowed: a pandas DataFrame, a pyarrow Table"
        raise InputError(message, hint="Give one of these, or the path of a file.")
    if not names:
        raise InputError(f"{shown}: 0 columns; at least one is needed", hint="Give a frame with columns.")
    connection = connected(scratch)
    connection.execute(f"SET GLOBAL pandas_analyze_sample = {max(1000, len(frame))}")
    if not _registered(connection, frame):
        wrong = next((name for name in names if not _registered(connection, _one(frame, name))), "")
        kind = frame.schema.field(wrong).type if hasattr(frame, "schema") else frame[wrong].dtype
        raise InputError(f"{shown}: column {wrong!r}: values of type {kind} are not read", hint=READ)
    rows = connection.execute(f"DESCRIBE SELECT * FROM {HELD}").fetchall()
    connection.execute(f"CREATE VIEW rows AS SELECT *{as_seen(rows, empty)} FROM {HELD}")
    return connection


def write_frame(frame: Any, path: Path, shown: str) -> None:
    """The frame's rows as a Parquet file.

    Raises:
        InputError: as open_frame.
    """
    connection = open_frame(frame, shown, scratch=path.parent)
    try:
        types = {str(row[0]): str(row[1]) for row in connection.execute("DESCRIBE rows").fetchall()}
        long = [name for name, kind in types.items() if "HUGEINT" in kind and _fits(connection, name)]
        exact = ", ".join(f"CAST({quoted(name)} AS DECIMAL(38, 0)) AS {quoted(name)}" for name in long)
        rows = f"(SELECT *{f' REPLACE ({exact})' if exact else ''} FROM rows)"
        connection.execute(f"COPY {rows} TO {literal(str(path))} (FORMAT parquet)")
    except duckdb.Error as error:
        said = InputError(f"{shown}: cannot be read: {words_for(error)}", hint=READ)
        raise our_own(error, shown) or said from None
    finally:
        connection.close()


def _refuse_damaged(table: Any, shown: str) -> None:
    """DuckDB follows a table's offsets wherever they point.

    Raises:
        InputError: one is wrong.
    """
    for name, column in zip(table.column_names, table.columns, strict=True):
        for chunk in column.chunks:
            try:
                chunk.validate(full=True)
            except ValueError as error:  # pyarrow's own errors are
                message = f"{shown}: column {name!r}: cannot be read: {words_for(error)}"
                raise InputError(message, hint="Make the table anew.") from None


def _fits(connection: duckdb.DuckDBPyConnection, name: str) -> bool:
    """Whether whole numbers beyond 64 bits, which Parquet lacks, are decimals of 38 digits; else doubles."""
    column = quoted(name)
    least = f"count({column}) = count(TRY_CAST({column} AS DECIMAL(38, 0)))"
    return bool(connection.execute(f"SELECT {least} FROM rows").fetchall()[0][0])


def _registered(connection: duckdb.DuckDBPyConnection, frame: Any) -> bool:
    """Whether DuckDB takes it, to its end."""
    try:
        connection.register(HELD, frame)
        connection.execute(f"SELECT count(COLUMNS(*)) FROM {HELD}").fetchall()
    except (duckdb.Error, TypeError, ValueError):
        return False
    return True


def _one(frame: Any, name: str) -> Any:
    return frame.select([name]) if hasattr(frame, "schema") else frame[[name]]


def _column(pandas: Any, column: Any, name: str, shown: str) -> Any:
    """The same values in a type that DuckDB takes.

    Raises:
        InputError: values of several kinds, or of one that is not read.
    """
    kind = column.dtype
    if isinstance(kind, pandas.SparseDtype):
        column = column.sparse.to_dense()
    elif isinstance(kind, pandas.PeriodDtype | pandas.IntervalDtype):
        column = column.astype(str).where(column.notna(), None)
    elif isinstance(kind, pandas.CategoricalDtype) and not _texts(kind.categories):
        column = column.astype(object)
        if kind.categories.dtype.kind not in "iufbM":
            column = column.map(str, na_action="ignore").astype(object)
    elif isinstance(kind, pandas.DatetimeTZDtype) and kind.unit == "ns":
        column = column.dt.tz_convert("UTC").dt.tz_localize(None)  # DuckDB keeps no nanoseconds beside a zone
    elif is_duration(kind):
        column = whole_column(pandas, column)
    column = column.reset_index(drop=True)
    return _of_objects(pandas, column, name, shown) if column.dtype == object else column


def _texts(values: Any) -> bool:
    return all(isinstance(value, str) for value in values)


def _of_objects(pandas: Any, column: Any, name: str, shown: str) -> Any:
    """A column of Python objects: of one kind, all of it."""
    kind = pandas.api.types.infer_dtype(column, skipna=True)
    present = column[column.notna()]
    if kind in NUMBERS:
        try:
            return column.astype(NUMBERS[kind])
        except OverflowError:
            return column  # beyond 64 bits
    if kind == "timedelta":
        return whole_column(pandas, column)
    types = {type(value) for value in present}
    zoned = {getattr(value, "tzinfo", None) is None for value in present} if kind == "datetime" else set()
    if (kind in PLAIN and len(zoned) < 2) or (len(types) == 1 and types <= set(NESTED)):  # noqa: PLR2004 - with and without a zone
        return column
    if types == {uuid.UUID}:
        return column.map(str, na_action="ignore")
    names = ", ".join(sorted(each.__name__ for each in types)[:4])
    if len(types) == 1 and not zoned:
        raise InputError(f"{shown}: column {name!r}: values of type {names} are not read", hint=READ)
    more = " with and without a time zone" if zoned else ""
    raise InputError(f"{shown}: column {name!r}: values of several kinds ({names}{more})", hint=ONE_KIND)
