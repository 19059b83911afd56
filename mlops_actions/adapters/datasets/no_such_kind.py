"""SQL that is true of a value that is not of a declared kind; the same words on every engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

SPECIAL = "[iI][nN][fF]([iI][nN][iI][tT][yY])?|[nN][aA][nN]"
NUMBER = f"'[ ]*[+-]?(([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?|{SPECIAL})[ ]*'"
WHOLE = "'[ ]*[+-]?[0-9]+([.]0*)?[ ]*'"
DAY = "'[ ]*[0-9]{4}-[0-9]{2}-[0-9]{2}[ ]*'"
TIME = "'[ ]*[0-9]{4}-[0-9]{2}-[0-9]{2}([T ].*)?'"


def no_such(column: str, kind: str, wanted: str, matches: Callable[[str, str], str]) -> str:
    """A condition on a column of `kind`; null is of every kind.

    Args:
        column: quoted.
        kind: what the column is.
        wanted: integer, number, date, timestamp, boolean or string.
        matches: the engine's call that a text matches a pattern (quoted) as a whole.
    """
    if kind == "number" and wanted == "integer":
        # Beyond 2^53 every double is whole; Spark's floor of those is beyond 64 bits.
        broken = f"abs({column}) < {2**53} AND {column} % 1 <> 0"
        return f"{column} IS NOT NULL AND ({broken} OR abs({column}) = CAST('Infinity' AS DOUBLE))"
    if kind != "string":
        return f"{column} IS NOT NULL"
    fits = {
        "number": matches(column, NUMBER),
        "integer": matches(column, WHOLE),
        "date": f"{matches(column, DAY)} AND TRY_CAST({column} AS DATE) IS NOT NULL",
        "timestamp": f"{matches(column, TIME)} AND TRY_CAST({column} AS TIMESTAMP) IS NOT NULL",
        "boolean": f"lower(trim({column})) IN ('true', 'false')",
    }.get(wanted, "true")
    return f"{column} IS NOT NULL AND NOT ({fits})"
