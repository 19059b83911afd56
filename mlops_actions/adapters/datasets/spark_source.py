"""A data file as a Spark frame whose columns are c0, c1, ...; its names and types are as DuckDB reads them.

Parquet of plain columns is read by Spark alone. A text file, and one with types that Spark lacks or writes
otherwise as text (lists, UUIDs, times of day), is first written as plain Parquet by DuckDB, in bounded
memory: so a field of a CSV file is the same value on both engines.
"""

from __future__ import annotations

import re
import weakref
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mlops_actions.adapters.datasets.decimal_sign import decimal_sign
from mlops_actions.adapters.datasets.flat import flatten
from mlops_actions.adapters.datasets.number_pairs import written_doubles
from mlops_actions.adapters.datasets.opening import open_rows, quoted, reading
from mlops_actions.adapters.datasets.spark_session import asking, session
from mlops_actions.adapters.datasets.type_kinds import kind_of
from mlops_actions.scratch import new_folder, remove

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import duckdb
    from pyspark.sql import DataFrame

PLAIN = re.compile(
    r"BOOLEAN|U?(TINY|SMALL|BIG)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL\(\d+,\d+\)|DATE|VARCHAR"
    r"|TIMESTAMP(_NS| WITH TIME ZONE)?"
)


@dataclass(frozen=True, eq=False)
class SparkSource:
    """The frame, column to DuckDB type in file order, and the folder of what was written for it.

    written: columns of doubles: see number_pairs.py.
    """

    frame: DataFrame
    types: dict[str, str]
    folder: Path | None
    decimal: str = ""
    written: Mapping[str, bool] = field(default_factory=dict)


def spark_source(
    path: Path, shown: str, *, flat: bool = False, texts: frozenset[str] = frozenset()
) -> SparkSource:
    """Open a data file; `flat` takes nested structs apart, `texts` are text as it is written.

    Raises:
        ConfigError, InputError: missing, unreadable, a pointer to data elsewhere.
    """
    connection = open_rows(path, shown, view="nested" if flat else "rows", texts=texts)
    with reading(path, shown):
        if flat:
            flatten(connection)
        described = connection.execute("DESCRIBE rows").fetchall()
        decimal = decimal_sign(connection)
    types = {str(row[0]): str(row[1]) for row in described}
    with reading(path, shown):
        doubles = written_doubles(connection, path, shown, types)
    folder = None
    if path.suffix != ".parquet" or not path.is_file() or not all(map(PLAIN.fullmatch, types.values())):
        folder = new_folder("mlops-spark-")
        with reading(path, shown):
            path = _written(connection, types, folder / "rows.parquet")
    with asking(shown):
        read = session().read.parquet(path.resolve().as_uri())
        frame = read.toDF(*(f"c{at}" for at in range(len(types))))
    source = SparkSource(frame, types, folder, decimal, doubles)
    if folder is not None:
        weakref.finalize(source, remove, folder)
    return source


def _written(connection: duckdb.DuckDBPyConnection, types: dict[str, str], path: Path) -> Path:
    """Plain Parquet: exotic types and whole numbers beyond 64 bits as DuckDB's text of them."""
    columns = (
        quoted(name)
        if PLAIN.fullmatch(type_name) or kind_of(type_name) in {"date", "timestamp"}
        else f"CAST({quoted(name)} AS VARCHAR)"
        for name, type_name in types.items()
    )
    named = ", ".join(f"{column} AS c{at}" for at, column in enumerate(columns))
    file = str(path).replace("'", "''")
    connection.execute(f"COPY (SELECT {named} FROM rows) TO '{file}' (FORMAT parquet, COMPRESSION zstd)")
    return path
