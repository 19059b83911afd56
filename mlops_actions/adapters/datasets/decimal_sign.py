"""CSV whose numbers have a decimal comma: told by the first rows, confirmed as all rows are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.adapters.datasets.connections import quoted
from mlops_actions.adapters.datasets.files import sql_list

if TYPE_CHECKING:
    import duckdb

    from mlops_actions.adapters.datasets.delimited import Dialect
    from mlops_actions.adapters.datasets.files import Files

TEXT = "VARCHAR"
THOUSANDS = "'\\s*[+-]?[1-9][0-9]{0,2}(,[0-9]{3})+\\s*'"
DECIMAL_SIGN = "mlops_decimal_sign"  # the connection's variable: that of the text read last
COMMA = "decimal_separator = ','"
LOOKED_AT = 20_480  # rows, as DuckDB itself looks at to tell types


def decimal_sign(connection: duckdb.DuckDBPyConnection) -> str:
    """Of the file that the connection was opened for; "" where it is no CSV, or has whole numbers alone."""
    rows = connection.execute(f"SELECT getvariable('{DECIMAL_SIGN}')").fetchall()
    types = [str(row[1]) for row in connection.execute("DESCRIBE rows").fetchall()]
    return str(rows[0][0] or "") if any(kind.startswith(("DOUBLE", "DECIMAL")) for kind in types) else ""


def comma_is_the_decimal_sign(connection: duckdb.DuckDBPyConnection, files: Files, form: Dialect) -> bool:
    """Whether some column is of numbers with a comma only, and none of numbers with a point.

    1,234 alone may be a thousand or more, and settles nothing. A value further down that is no such number
    makes its column text.
    """
    if "delim = ','" in form.options:
        return False
    parts = [
        f"read_csv({sql_list(files.paths[at : at + 1])}, {form.options}, {{}}, {files.options})"
        for at in range(len(files.paths))
    ]
    settled = False
    for part in parts:
        point = _types(connection, part.format("all_varchar = false"))
        comma = _types(connection, part.format(COMMA))
        for name in files.texts:  # its signs settle nothing
            point.pop(name, None)
        if any(kind != TEXT and comma.get(name) == TEXT for name, kind in point.items()):
            return False
        found = [name for name, kind in point.items() if kind == TEXT and comma.get(name) == "DOUBLE"]
        settled = settled or (bool(found) and _settles(connection, part.format("all_varchar = true"), found))
    return settled


def _types(connection: duckdb.DuckDBPyConnection, part: str) -> dict[str, str]:
    rows = connection.execute(f"DESCRIBE SELECT * FROM {part}").fetchall()
    return {str(row[0]): str(row[1]) for row in rows}


def _settles(connection: duckdb.DuckDBPyConnection, part: str, columns: list[str]) -> bool:
    """Whether a value has a comma that cannot separate thousands."""
    other = " OR ".join(
        f"({quoted(name)} LIKE '%,%' AND NOT regexp_full_match({quoted(name)}, {THOUSANDS}))"
        for name in columns
    )
    chosen = ", ".join(map(quoted, columns))
    sql = f"SELECT count(*) FROM (SELECT {chosen} FROM {part} LIMIT {LOOKED_AT}) WHERE {other}"
    return bool(connection.execute(sql).fetchall()[0][0])
