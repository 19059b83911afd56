"""Numbers of CSV with more digits than a double holds: decimals, where as doubles different ones were equal.

A key such as 10000000000000001.5 stands in no double. Most long numbers are doubles written in full: of them
as many are different, and they stay doubles.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.adapters.datasets.connections import quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

SHORT = 17  # signs: a double may have that many digits
DIGITS = 38  # of a decimal
LOOKED_AT = 20_480  # rows


def exact_decimals(
    connection: duckdb.DuckDBPyConnection, part: str, names: Sequence[str], *, comma: bool
) -> dict[str, str]:
    """The columns of doubles that are decimals instead, with their types.

    Args:
        connection: where it is read.
        part: the rows as texts (SQL).
        names: of the columns of doubles.
        comma: whether the decimal sign is a comma.

    Raises:
        duckdb.Error: it cannot be read.
    """
    if not names:
        return {}
    chosen = ", ".join(f"max(length({quoted(name)})) > {SHORT}" for name in names)
    first = f"(SELECT {', '.join(map(quoted, names))} FROM {part} LIMIT {LOOKED_AT})"
    long = connection.execute(f"SELECT {chosen} FROM {first}").fetchall()[0]
    found: dict[str, str] = {}
    for name in (name for name, told in zip(names, long, strict=True) if told):
        column = f"replace(trim({quoted(name)}), ',', '.')" if comma else f"trim({quoted(name)})"
        seen = _decimal(connection, first, column)
        if seen and _is_lossy(connection, first, column, seen):
            kind = _decimal(connection, part, column)
            found |= {name: kind} if kind and _is_lossy(connection, part, column, kind) else {}
    return found


def _decimal(connection: duckdb.DuckDBPyConnection, rows: str, column: str) -> str:
    """The narrowest type of 38 digits that holds every number as it is written; "" where none does."""
    plain = f"bool_and(regexp_full_match({column}, '[+-]?[0-9]+([.][0-9]*)?'))"
    whole = f"max(length(ltrim(split_part({column}, '.', 1), '+-0')))"
    scale = f"max(length(split_part({column}, '.', 2)))"
    fits, before, after = connection.execute(f"SELECT {plain}, {whole}, {scale} FROM {rows}").fetchall()[0]
    if not fits or before + max(after, 1) > DIGITS:
        return ""
    return f"DECIMAL({DIGITS},{max(after, 1)})"  # without a place after the sign it would be a whole number


def _is_lossy(connection: duckdb.DuckDBPyConnection, rows: str, column: str, kind: str) -> bool:
    """Whether as doubles there were fewer different numbers."""
    different = (f"count(DISTINCT TRY_CAST({column} AS {each}))" for each in ("DOUBLE", kind))
    doubles, decimals = connection.execute(f"SELECT {', '.join(different)} FROM {rows}").fetchall()[0]
    return bool(doubles < decimals)
