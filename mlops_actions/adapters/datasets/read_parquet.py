"""Parquet in SQL: whole files, one schema among the parts, no column that stands twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb

from mlops_actions.adapters.datasets.connections import connected, quoted
from mlops_actions.adapters.datasets.files import (
    no_columns,
    other_type,
    refuse_other_names,
    refuse_twice,
    sql_list,
)
from mlops_actions.adapters.datasets.huge_cells import refuse_huge_cells
from mlops_actions.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from mlops_actions.adapters.datasets.files import Files

MARK = b"PAR1"
ENCRYPTED = b"PARE"
NODE = "name, num_children, type, type_length, converted_type, scale, precision, logical_type"
Node = tuple[Any, ...]


def parquet(connection: duckdb.DuckDBPyConnection, files: Files) -> tuple[str, list[str]]:
    """The call that reads them, without its closing parenthesis, and the columns of type null.

    Raises:
        InputError: no Parquet, half a file, a huge cell, names that stand twice, parts that differ.
        duckdb.Error: it cannot be read.
    """
    for path, shown in zip(files.paths, files.shown, strict=True):
        refuse_other_bytes(path, shown)
        refuse_huge_cells(path, shown)
    trees = _trees(connection, files)
    first = _columns(trees[0])
    if not first:
        raise no_columns(files.shown[0])
    names = [str(node[0]) for node in first]
    refuse_twice(names, files.shown[0])
    for place, tree in enumerate(trees[1:], start=1):
        if tree != trees[0]:
            these = [str(node[0]) for node in _columns(tree)]
            refuse_other_names(these, files.shown[place], names, files.shown[0])
            _refuse_other_types(connection, files, place)
    empty = [str(node[0]) for node in first if str(node[-1]).startswith("Null")]
    return f"read_parquet({files.sql}, hive_partitioning = false", empty


def _trees(connection: duckdb.DuckDBPyConnection, files: Files) -> list[list[Node]]:
    """The nodes of each file's schema, depth first, without the root."""
    found: dict[str, list[Node]] = {}
    sql = f"SELECT file_name, {NODE} FROM parquet_schema({files.sql})"
    for name, *node in connection.execute(sql).fetchall():
        found.setdefault(str(name), []).append(tuple(node))
    return [found[str(path)][1:] for path in files.paths]


def _columns(tree: Sequence[Node]) -> list[Node]:
    """The nodes right below the root."""
    found, place = [], 0
    while place < len(tree):
        found.append(tree[place])
        below = 1
        while below:
            below += int(tree[place][1] or 0) - 1
            place += 1
    return found


def _refuse_other_types(connection: duckdb.DuckDBPyConnection, files: Files, place: int) -> None:
    """Files that write one type in two ways are alike."""
    first, these = (
        connection.execute(
            f"DESCRIBE SELECT * FROM read_parquet({sql_list([path])}, hive_partitioning = false)"
        ).fetchall()
        for path in (files.paths[0], files.paths[place])
    )
    for one, other in zip(first, these, strict=True):
        if one[1] != other[1]:
            raise other_type(str(one[0]), str(other[1]), files.shown[place], str(one[1]), files.shown[0])


def broken_column(files: Sequence[tuple[Path, str]]) -> tuple[str, str] | None:
    """(file as it is called, column) of the first column that cannot be read; None where all can, or none.

    Args:
        files: (path, what messages call it).
    """
    with connected() as connection:
        for path, shown in files:
            table = f"read_parquet({sql_list([path])}, hive_partitioning = false)"
            try:
                names = [
                    str(row[0]) for row in connection.execute(f"DESCRIBE SELECT * FROM {table}").fetchall()
                ]
            except duckdb.Error:
                return None
            for name in names:
                try:
                    connection.execute(
                        f"SELECT approx_count_distinct({quoted(name)}) FROM {table}"
                    ).fetchall()
                except duckdb.Error:
                    return shown, name
    return None


def refuse_other_bytes(path: Path, shown: str) -> None:
    """Parquet begins and ends with PAR1: a text file and half a file are told apart.

    Raises:
        InputError: it does not.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        first = file.read(len(MARK))
        file.seek(max(0, size - len(MARK)))
        last = file.read()
    if first not in {MARK, ENCRYPTED}:
        message = f"{shown}: cannot be read: its {size:,} bytes do not begin with PAR1, as Parquet does"
        raise InputError(message, hint="Write it as Parquet; a text file is to be named .csv or .jsonl.")
    if last not in {MARK, ENCRYPTED}:
        message = f"{shown}: cannot be read: cut off after {size:,} bytes, PAR1 is missing at its end"
        raise InputError(message, hint="Write it anew, or copy it again.")
