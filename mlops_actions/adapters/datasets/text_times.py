"""Which texts are dates and times: those that all begin with the year, of four digits, and can be read so.

Times are microseconds; where some text has more decimals of a second, nanoseconds, which reach from 1677 to
2262. What is finer, or beyond these years, stays text: no two different times become equal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

if TYPE_CHECKING:
    from collections.abc import Mapping

DAY = r"-?[0-9]{4,}[^0-9][0-9]{1,2}[^0-9][0-9]{1,2}"  # the year first: nothing else says what is the month
INFINITE = r"\s*[+-]?(?i:inf|infinity)\s*"
DAYS = rf"\s*{DAY}\s*|{INFINITE}"
YEAR_FIRST = rf"\s*{DAY}(?:[^0-9].*)?|{INFINITE}"
ZONED = r".*:.*(?:Z|[+-][0-9]{2}(?::?[0-9]{2})?)\s*"
FINE = rf"\s*{DAY}.*:[0-9]{{1,2}}[.][0-9]{{6}}[0-9]*[1-9].*"  # between two microseconds
UNNAMED = rf"\s*{DAY}[^A-Za-z]*(?:T[^A-Za-z]*)?Z?\s*|{INFINITE}"  # a zone's name is left out as it is read
TOO_FINE = rf"\s*{DAY}.*:[0-9]{{1,2}}[.][0-9]{{9}}[0-9]*[1-9].*"
DATE, TIME, TIME_WITH_ZONE = "DATE", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE"
NANOSECONDS = "TIMESTAMP_NS"
# DuckDB 1.5 has no such type, and brings the zone of a text of nanoseconds to UTC; DuckDB 2 leaves it out.
ZONED_NANOSECONDS = "TIMESTAMPTZ_NS" if int(duckdb.__version__.split(".")[0]) > 1 else NANOSECONDS
FINER = frozenset({NANOSECONDS, ZONED_NANOSECONDS})
TIMES = frozenset({DATE, TIME, TIME_WITH_ZONE, *FINER})


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
        "fine": _some(column, FINE),
        "held": _nanoseconds(column),
        "finite": _some(column, rf"\s*{DAY}.*"),
    }


def time_type(told: Mapping[str, int], kind: str) -> str:
    """The type of such a column by the answers; "" where it is of other texts."""
    if not told["finite"]:
        return ""
    if told["days"]:
        return DATE
    if not told["times"] or (told["fine"] and not told["held"]):
        return ""
    if told["zoned"] or kind == TIME_WITH_ZONE:
        return ZONED_NANOSECONDS if told["fine"] else TIME_WITH_ZONE
    return NANOSECONDS if told["fine"] else TIME


def all_times(column: str, kind: str) -> str:
    """Whether all values are written as such a date or time is: SQL."""
    if kind == DATE:
        return _every(column, DAYS, DATE)
    zoned = f" AND NOT {_some(column, ZONED)}" if kind in {TIME, NANOSECONDS} else ""
    fine = _nanoseconds(column) if kind in FINER else f"NOT {_some(column, FINE)}"
    return f"{_every(column, YEAR_FIRST, kind)}{zoned} AND {fine}"


def _nanoseconds(column: str) -> str:
    """Whether nanoseconds hold all values, with and without a zone."""
    held = " AND ".join(_every(column, UNNAMED, each) for each in sorted(FINER))
    return f"{held} AND NOT {_some(column, TOO_FINE)}"


def _every(column: str, pattern: str, target: str) -> str:
    read = f"TRY_CAST({column} AS {target}) IS NOT NULL"
    read = f"CASE WHEN regexp_full_match({column}, '{pattern}') THEN {read} ELSE {column} IS NULL END"
    return f"coalesce(bool_and({read}), false)"


def _some(column: str, pattern: str) -> str:
    return f"coalesce(bool_or(regexp_full_match({column}, '{pattern}')), false)"
