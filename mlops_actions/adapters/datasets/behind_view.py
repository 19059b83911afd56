"""What stands behind the view of the rows: of very many columns a view costs more than the values read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

PARQUET = "AS SELECT * FROM read_parquet("
TABLE = re.compile(r'.* AS SELECT \* FROM ((?:"?\w+"?\.)*"?\w+_table"?)', re.DOTALL)  # of materialised


def behind_view(connection: duckdb.DuckDBPyConnection, view: str = "rows") -> str:
    """What to write behind FROM: Parquet files or a table where the view is all their columns, else the view.

    DuckDB binds every column of a view for each query, 0.25 s of 10,000, though few are read.
    """
    asked = "SELECT sql FROM duckdb_views() WHERE view_name = ?"
    found = connection.execute(asked, [view]).fetchall()
    told = str(found[0][0]).rstrip("; \n") if found else ""
    _, marked, call = told.partition(PARQUET)
    if table := TABLE.fullmatch(told):
        return table[1]
    return f"{PARQUET.rpartition(' ')[2]}{call}" if marked else view
