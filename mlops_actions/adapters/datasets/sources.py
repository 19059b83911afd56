"""What a view selects from: the call that reads the files, in their order, beside what their folders say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.adapters.datasets.connections import literal, quoted
from mlops_actions.adapters.datasets.formats import ARROW, DELIMITED, JSON, PARQUET
from mlops_actions.adapters.datasets.read_arrow import arrow
from mlops_actions.adapters.datasets.read_delimited import delimited
from mlops_actions.adapters.datasets.read_json import json_lines
from mlops_actions.adapters.datasets.read_parquet import parquet
from mlops_actions.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    from mlops_actions.adapters.datasets.files import Files
    from mlops_actions.adapters.datasets.partitions import Partitions

READ = {PARQUET: parquet, DELIMITED: delimited, JSON: json_lines}
FILE = "__mlops_file"  # the column of file names, which tells a row its part's values


def source_of(
    connection: duckdb.DuckDBPyConnection, files: Files, partitions: Partitions, view: str
) -> tuple[str, list[str]]:
    """What stands behind FROM, and the columns whose type is null; partition columns come last.

    Raises:
        InputError: see the readers; a column that the files and their folders both give.
        duckdb.Error: it cannot be read.
    """
    if files.form.kind == ARROW:
        return _arrow_source(connection, files, partitions, view)
    call, empty = READ[files.form.kind](connection, files)
    if not partitions.names:
        return f"{call})", empty
    _refuse_both(connection, f"{call})", files, partitions)
    kind = quoted(f"{view}_parts")
    paths = ", ".join(literal(str(path)) for path in files.paths)
    connection.execute(f"CREATE TYPE {kind} AS ENUM ({paths})")
    place = f"enum_code(CAST({quoted(FILE)} AS {kind})) + 1"
    named = ", ".join(
        f"CAST({_list(values)} AS {type_name}[])[{place}] AS {quoted(name)}"
        for name, type_name, values in zip(
            partitions.names, partitions.types, zip(*partitions.values, strict=True), strict=True
        )
    )
    return f"(SELECT * EXCLUDE ({quoted(FILE)}), {named} FROM {call}, filename = {literal(FILE)}))", empty


def _list(values: Sequence[str | None]) -> str:
    return f"[{', '.join('NULL' if value is None else literal(value) for value in values)}]"


def _arrow_source(
    connection: duckdb.DuckDBPyConnection, files: Files, partitions: Partitions, view: str
) -> tuple[str, list[str]]:
    """One registered group of files for each combination of the folders' values."""
    groups: dict[tuple[str | None, ...], list[int]] = {}
    for place in range(len(files.paths)):
        groups.setdefault(partitions.values[place] if partitions.names else (), []).append(place)
    names, empty = arrow(connection, files, list(groups.values()), view)
    if partitions.names:
        _refuse_both(connection, quoted(names[0]), files, partitions)
    selects = []
    for name, values in zip(names, groups, strict=True):
        told = [
            f"CAST({'NULL' if value is None else literal(value)} AS {kind}) AS {quoted(column)}"
            for value, kind, column in zip(values, partitions.types, partitions.names, strict=True)
        ]
        selects.append(f"SELECT {', '.join(('*', *told))} FROM {quoted(name)}")
    return f"({' UNION ALL '.join(selects)})", empty


def _refuse_both(
    connection: duckdb.DuckDBPyConnection, source: str, files: Files, partitions: Partitions
) -> None:
    rows = connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
    there = {str(row[0]).lower() for row in rows}
    both = next((name for name in partitions.names if name.lower() in there), "")
    if both:
        message = f"{files.shown[0]}: its folders give the column {both!r}, and so does the file"
        raise InputError(message, hint="Leave the column out of the files, or name the folders otherwise.")
