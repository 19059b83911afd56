"""Durations of Arrow and pandas as whole numbers of their own unit, as Parquet holds them.

DuckDB makes intervals of them, which are cut to microseconds and are no numbers.
"""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module
from typing import Any

MICROSECOND = timedelta(microseconds=1)


def whole(schema: Any) -> Any:
    """A pyarrow schema with whole numbers for durations, in lists and structs as well."""
    pa = import_module("pyarrow")
    return pa.schema([_field(pa, field) for field in schema], metadata=schema.metadata)


def _field(pa: Any, field: Any) -> Any:
    return field.with_type(_type(pa, field.type))


def _type(pa: Any, kind: Any) -> Any:
    if pa.types.is_duration(kind):
        return pa.int64()
    if pa.types.is_struct(kind):
        return pa.struct([_field(pa, field) for field in kind])
    if pa.types.is_list(kind):
        return pa.list_(_field(pa, kind.value_field))
    return pa.large_list(_field(pa, kind.value_field)) if pa.types.is_large_list(kind) else kind


def is_duration(kind: Any) -> bool:
    """Whether a pandas type is one."""
    return getattr(kind, "kind", "") == "m"


def whole_column(pandas: Any, column: Any) -> Any:
    """A pandas column of durations; Python's own are microseconds."""
    if column.dtype == object:
        if not any(isinstance(value, pandas.Timedelta) for value in column):
            numbers = [None if missing else value // MICROSECOND for value, missing in _told(column)]
            return pandas.Series(numbers, index=column.index, dtype="Int64")
        column = pandas.to_timedelta(column)
    arrow = getattr(column.dtype, "pyarrow_dtype", None)
    held = column if arrow is None else column.astype(f"timedelta64[{arrow.unit}]")
    numbers = held.to_numpy().view("int64")
    return pandas.Series(pandas.arrays.IntegerArray(numbers, column.isna().to_numpy()), index=column.index)


def _told(column: Any) -> zip[tuple[Any, bool]]:
    return zip(column, column.isna(), strict=True)
