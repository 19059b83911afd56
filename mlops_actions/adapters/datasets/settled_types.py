"""The types of text that DuckDB tells from its first 20,480 rows, held against all rows of the file.

It casts what comes later: 0.5 to a whole number, 07000 to 7000, a time to its day. So every value of a column
has to be written as its type is, or the column has a wider type. What cannot be cast at all is left as it is:
reading it is an error with its line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.adapters.datasets.connections import quoted
from mlops_actions.adapters.datasets.files import sql_list

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

    from mlops_actions.adapters.datasets.delimited import Dialect

WHOLE = r"\s*[+-]?(?:0|[1-9][0-9]*)\s*"
SPECIAL = r"\s*[+-]?(?i:inf|infinity|nan)\s*"
PLAIN = r"\s*[+-]?(?:(?:0|[1-9][0-9]*)(?:SIGN[0-9]*)?|SIGN[0-9]+)(?:[eE][+-]?[0-9]+)?\s*"
NUMBER = r"\s*[+-]?(?:[0-9]+(?:SIGN[0-9]*)?|SIGN[0-9]+)(?:[eE][+-]?[0-9]+)?\s*"
TRUTH = r"\s*(?i:true|false)\s*"
TIMED = r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}[ T].*"
WHOLES = ("BIGINT", "HUGEINT", "INTEGER")
COMMA = "decimal_separator = ','"
AT_ONCE = 256  # columns of one query


def settled(
    connection: duckdb.DuckDBPyConnection, path: Path, form: Dialect, options: str, types: dict[str, str]
) -> dict[str, str]:
    """The columns whose type is another one over all rows, with that type.

    Args:
        connection: where it is read.
        path: one part.
        form: its dialect.
        options: of the files.
        types: as DuckDB tells them.

    Raises:
        duckdb.Error: it cannot be read.
    """
    sign = "," if COMMA in form.options else r"\."
    part = f"read_csv({sql_list((path,))}, {form.options}, all_varchar = true, {options})"
    asked = [(name, kind) for name, kind in types.items() if _questions(name, kind, sign)]
    found: dict[str, str] = {}
    for at in range(0, len(asked), AT_ONCE):
        some = asked[at : at + AT_ONCE]
        listed = ", ".join(each for name, kind in some for each in _questions(name, kind, sign))
        answers = iter(connection.execute(f"SELECT {listed} FROM {part}").fetchall()[0])
        for name, kind in some:
            told = [bool(next(answers)) for _ in _questions(name, kind, sign)]
            wider = _wider(kind, told)
            found |= {name: wider} if wider != kind else {}
    return found


def _questions(name: str, kind: str, sign: str) -> tuple[str, ...]:
    """What is asked of all values of a column (SQL), in the order in which `_wider` takes the answers."""
    column = quoted(name)

    def every(condition: str) -> str:
        return f"coalesce(bool_and({condition}), true)"

    def fits(*patterns: str) -> str:
        both = " OR ".join(f"regexp_full_match({column}, '{each}')" for each in patterns)
        return f"({both})".replace("SIGN", sign)

    castable = every(f"TRY_CAST({column} AS {kind}) IS NOT NULL OR {column} IS NULL")
    if kind in WHOLES:
        return every(fits(WHOLE)), every(fits(PLAIN, SPECIAL)), castable
    if kind == "DOUBLE":
        return every(fits(NUMBER, SPECIAL)), castable if sign != "," else "false"
    if kind == "BOOLEAN":
        return every(fits(TRUTH)), castable
    if kind == "DATE":
        timed = f"coalesce(bool_or(regexp_full_match({column}, '{TIMED}')), false)"
        return timed, every(f"TRY_CAST({column} AS TIMESTAMP) IS NOT NULL OR {column} IS NULL")
    if kind == "VARCHAR":
        special = f"coalesce(bool_or({fits(SPECIAL)}), false)"
        return every(fits(PLAIN, SPECIAL)), special, f"coalesce(bool_or({fits(PLAIN)}), false)"
    return ()


def _wider(kind: str, told: list[bool]) -> str:
    if kind in WHOLES:
        whole, plain, castable = told
        return kind if whole else "DOUBLE" if plain else "VARCHAR" if castable else kind
    if kind == "DATE":
        return "TIMESTAMP" if all(told) else kind
    if kind == "VARCHAR":
        return "DOUBLE" if all(told) else kind
    fits, castable = told
    return "VARCHAR" if castable and not fits else kind
