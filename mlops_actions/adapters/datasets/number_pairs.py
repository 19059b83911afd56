"""Two columns of numbers of different types: how they are compared, and where that may make others equal.

Whole numbers and decimals are compared exactly. A float is compared with the doubles and decimals as floats,
and whatever else meets a double as doubles: what was the same number before one side lost digits stays equal.
Numbers that no double tells apart may be equal by that alone; they are counted. SQL that all engines have.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlops_actions.adapters.datasets.formats import DELIMITED, PARQUET, form_of
from mlops_actions.adapters.datasets.parts import parts_of
from mlops_actions.adapters.datasets.type_kinds import DECIMAL, digits_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import duckdb

NUMBERS = {"integer", "number"}
EXACT = 2**53  # up to here every whole number is a double of its own
SHORT = 15  # digits: a double tells all such numbers apart
LONGEST = 38  # digits of a decimal
DIGITS = {"UBIGINT": 20, "HUGEINT": 39, "UHUGEINT": 39}
BIGINT = 19
INFINITE = "CAST('Infinity' AS DOUBLE)"
BINARY = ("FIXED_LEN_BYTE_ARRAY", "BYTE_ARRAY")


class Numbers(NamedTuple):
    """One side's column.

    Args:
        column: SQL.
        number: SQL of the nearest double.
        kind: of the column.
        type_name: as DuckDB has it.
        written: whether its doubles were read of numbers written with any digits.
    """

    column: str
    number: str
    kind: str
    type_name: str
    written: bool


def common_type(one: str, two: str) -> str:
    """FLOAT, DOUBLE, or a decimal that has all places of both types, which are not both of whole numbers."""
    if "FLOAT" in {one, two} and _is_fraction(one) and _is_fraction(two):
        return "FLOAT"
    if {"FLOAT", "DOUBLE"} & {one, two}:
        return "DOUBLE"
    return f"DECIMAL({LONGEST}, {max(_scale(one), _scale(two))})"


def _is_fraction(type_name: str) -> bool:
    return type_name in {"FLOAT", "DOUBLE"} or bool(_scale(type_name))


def _scale(type_name: str) -> int:
    found = DECIMAL.fullmatch(type_name)
    return int(found[2]) if found else 0


def _before_point(type_name: str) -> int:
    return (digits_of(type_name) or DIGITS.get(type_name, BIGINT)) - _scale(type_name)


def as_common(column: str, number: str, types: tuple[str, str], text: str) -> str:
    """The column in the type of both, SQL.

    What has too many digits before the point for that is its text, which equals nothing of the other side.

    Args:
        column: SQL.
        number: SQL of the nearest double.
        types: of both sides.
        text: the engine's type of texts.
    """
    kind = common_type(*types)
    if kind == "DOUBLE":
        return number
    if kind == "FLOAT":
        narrow = f"CAST(TRY_CAST({number} AS FLOAT) AS DOUBLE)"
        beyond = f"abs({narrow}) = {INFINITE} AND abs({number}) < {INFINITE}"
        return f"CASE WHEN {beyond} THEN {number} ELSE coalesce({narrow}, {number}) END"
    if max(map(_before_point, types)) + max(map(_scale, types)) <= LONGEST:
        return f"CAST({column} AS {kind})"
    return f"coalesce(CAST(TRY_CAST({column} AS {kind}) AS {text}), CAST({column} AS {text}))"


def doubt(side: Numbers, against: Numbers, text: str) -> str:
    """Where a value may be equal to the other side's because a double holds fewer digits (SQL); or "".

    text: the engine's type of texts.
    """
    kinds, types = {side.kind, against.kind}, {side.type_name, against.type_name}
    if kinds == {"number", "string"}:
        return f"length({side.column}) > {SHORT}" if side.kind == "string" else _long(side, text)
    if not kinds <= NUMBERS or "DOUBLE" not in types or "FLOAT" in types:
        return ""
    return _long(side, text) if len(types) > 1 or side.written or against.written else ""


def _long(side: Numbers, text: str) -> str:
    large = f"abs({side.number}) >= {EXACT} AND abs({side.number}) < {INFINITE}"
    if digits_of(side.type_name) <= SHORT:
        return f"({large})"
    digits = f"trim(BOTH '0' FROM replace(CAST(abs({side.column}) AS {text}), '.', ''))"
    return f"({large} OR length({digits}) > {SHORT})"


def written_doubles(
    connection: duckdb.DuckDBPyConnection, path: Path, shown: str, types: Mapping[str, str]
) -> dict[str, bool]:
    """Columns of doubles that the file writes otherwise, and whether different ones may have become one.

    In one CSV file a column that would lose digits is of decimals.
    """
    doubles = [name for name, type_name in types.items() if type_name == "DOUBLE"]
    if not doubles:
        return {}
    parts = parts_of(path, shown)
    form = form_of(parts.paths[0])
    if form is not None and form.is_text:
        return dict.fromkeys(doubles, form.kind != DELIMITED or len(parts.paths) > 1)
    if form is None or form.kind != PARQUET:
        return {}
    sql = "SELECT name, type FROM parquet_schema(?)"
    read = connection.execute(sql, [str(parts.paths[0])]).fetchall()
    return {str(name): True for name, kind in read if kind in BINARY and name in doubles}
