"""A column as it is counted and compared, in SQL: one form for each kind, whatever type the file has."""

from __future__ import annotations

from mlops_actions.adapters.datasets.opening import microseconds
from mlops_actions.adapters.datasets.type_kinds import digits_of

NANOSECONDS = "TIMESTAMP_NS"
LONG = 18  # digits of a whole number beyond which 64 bits may be too few
EXACT_DIGITS = 15  # any number of so few is a double's nearest after one division


def value_of(column: str, kind: str, type_name: str) -> str:
    """A double, whole microseconds of UTC, a whole number, a boolean or a text; null of infinite times."""
    if kind == "number":
        return double_of(column, type_name)
    if type_name == NANOSECONDS:
        return f"CASE WHEN isfinite({column}) THEN {microseconds(column)} END"
    if kind in {"date", "timestamp"}:
        zoned = "TIMESTAMPTZ" if "TIME ZONE" in type_name else "TIMESTAMP"
        return f"CASE WHEN isfinite({column}) THEN epoch_us(CAST({column} AS {zoned})) END"
    digits = digits_of(type_name)
    if 0 < digits <= LONG:
        return f"CAST({column} AS BIGINT)"
    if kind in {"integer", "boolean"} and "HUGEINT" not in type_name and not digits:
        return column
    return f"CAST({column} AS VARCHAR)"


def double_of(column: str, type_name: str) -> str:
    """The nearest double; a number of more digits than a double holds goes by its text, not rounded twice."""
    if "HUGEINT" in type_name or digits_of(type_name) > EXACT_DIGITS:
        return f"CAST(CAST({column} AS VARCHAR) AS DOUBLE)"
    return f"CAST({column} AS DOUBLE)"
