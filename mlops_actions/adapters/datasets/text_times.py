"""Which texts are dates and times: those that all begin with the year, of four digits, and can be read so."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

DAY = r"-?[0-9]{4,}[^0-9][0-9]{1,2}[^0-9][0-9]{1,2}"  # the year first: nothing else says what is the month
INFINITE = r"\s*[+-]?(?i:inf|infinity)\s*"
DAYS = rf"\s*{DAY}\s*|{INFINITE}"
YEAR_FIRST = rf"\s*{DAY}(?:[^0-9].*)?|{INFINITE}"
ZONED = r".*:.*(?:Z|[+-][0-9]{2}(?::?[0-9]{2})?)\s*"
DATE, TIME, TIME_WITH_ZONE = "DATE", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE"
TIMES = frozenset({DATE, TIME, TIME_WITH_ZONE})


def time_questions(column: str, kind: str) -> dict[str, str]:
    """What is asked of all values, for `time_type`: name to SQL.

    Args:
        column: SQL of texts.
        kind: as DuckDB tells it of some of them.
    """
    return {
        "days": _every(column, DAYS, DATE),
        "times": _every(column, YEAR_FIRST, kind if kind == TIME_WITH_ZONE else TIME),
        "zoned": _some(column, ZONED),
        "finite": _some(column, rf"\s*{DAY}.*"),
    }


def time_type(told: Mapping[str, int], kind: str) -> str:
    """The type of such a column by the answers; "" where it is of other texts."""
    if not told["finite"]:
        return ""
    if told["days"]:
        return DATE
    if told["times"]:
        return TIME_WITH_ZONE if told["zoned"] or kind == TIME_WITH_ZONE else TIME
    return ""


def all_times(column: str, kind: str) -> str:
    """Whether all values are written as such a date or time is: SQL."""
    if kind == DATE:
        return _every(column, DAYS, DATE)
    zoned = f" AND NOT {_some(column, ZONED)}" if kind == TIME else ""
    return f"{_every(column, YEAR_FIRST, kind)}{zoned}"


def _every(column: str, pattern: str, target: str) -> str:
    read = f"TRY_CAST({column} AS {target}) IS NOT NULL"
    read = f"CASE WHEN regexp_full_match({column}, '{pattern}') THEN {read} ELSE {column} IS NULL END"
    return f"coalesce(bool_and({read}), false)"


def _some(column: str, pattern: str) -> str:
    return f"coalesce(bool_or(regexp_full_match({column}, '{pattern}')), false)"
