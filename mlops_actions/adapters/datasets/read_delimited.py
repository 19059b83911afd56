"""CSV and TSV in SQL: one dialect and one type a column, however many parts there are."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mlops_actions.adapters.datasets.connections import literal
from mlops_actions.adapters.datasets.decimal_sign import (
    COMMA,
    DECIMAL_SIGN,
    comma_is_the_decimal_sign,
)
from mlops_actions.adapters.datasets.delimited import ANEW, Dialect, dialect, misfit
from mlops_actions.adapters.datasets.exact_decimals import exact_decimals
from mlops_actions.adapters.datasets.files import refuse_other_names, sql_list
from mlops_actions.adapters.datasets.settled_types import settled, settled_together
from mlops_actions.errors import InputError, Location

if TYPE_CHECKING:
    import duckdb

    from mlops_actions.adapters.datasets.files import Files

NUMBERS = ("BIGINT", "HUGEINT", "DOUBLE")  # each holds those before it

UNKNOWN = "VARCHAR"  # also what a column without any value is


def delimited(connection: duckdb.DuckDBPyConnection, files: Files) -> tuple[str, list[str]]:
    """The call that reads them, without its closing parenthesis; and no columns.

    Raises:
        InputError: headers that differ, with file and column; see dialect.
        duckdb.Error: it cannot be read.
    """
    forms = [dialect(path, shown) for path, shown in zip(files.paths, files.shown, strict=True)]
    if len(forms) == 1:
        forms = _with_decimals(connection, files, forms)
        types = _described(connection, files, 0, forms[0])
        told = _columns(types | _exact(connection, files, forms[0], types))
        return f"read_csv({files.sql}, {forms[0].options}, {told}, {files.options}", []
    for form, shown in zip(forms[1:], files.shown[1:], strict=True):
        if form.options != forms[0].options:
            message = f"another delimiter than in {files.shown[0]}"
            raise InputError(message, location=Location(shown, 1), hint=ANEW)
        refuse_other_names(form.columns, shown, forms[0].columns, files.shown[0])
    forms = _with_decimals(connection, files, forms)
    told = _columns(_types(connection, files, forms))
    return f"read_csv({files.sql}, {forms[0].options}, {told}, {files.options}", []


def _exact(
    connection: duckdb.DuckDBPyConnection, files: Files, form: Dialect, types: dict[str, str]
) -> dict[str, str]:
    """Of a file alone: parts, each with digits of its own, have one type."""
    part = f"read_csv({files.sql}, {form.options}, all_varchar = true, {files.options})"
    doubles = [name for name, kind in types.items() if kind == "DOUBLE"]
    return exact_decimals(connection, part, doubles, comma=COMMA in form.options)


def _columns(types: dict[str, str]) -> str:
    """All of them, so that DuckDB does not guess one form of dates for the whole file."""
    told = ", ".join(f"{literal(name)}: {literal(kind)}" for name, kind in types.items())
    return f"columns = {{{told}}}, auto_detect = false"


def _described(
    connection: duckdb.DuckDBPyConnection, files: Files, place: int, form: Dialect
) -> dict[str, str]:
    """Name to type as DuckDB sees one part; what it does not see as its header says is told."""
    part = f"read_csv({sql_list(files.paths[place : place + 1])}, {form.options}, {files.options})"
    rows = connection.execute(f"DESCRIBE SELECT * FROM {part}").fetchall()
    there = tuple(str(row[0]).strip() for row in rows)
    if form.columns != there:
        path, shown = files.paths[place], files.shown[place]
        message = f"{shown}: cannot be read: {len(there)} columns; the header has {len(form.columns)}"
        raise misfit(path, shown) or InputError(message, hint=ANEW)
    types = {str(row[0]): str(row[1]) for row in rows}
    undeclared = {name: kind for name, kind in types.items() if name not in files.texts}
    told = settled(connection, files.paths[place], form, files.options, undeclared)
    return {name: told.get(name, UNKNOWN) for name in types}


def _types(connection: duckdb.DuckDBPyConnection, files: Files, forms: list[Dialect]) -> dict[str, str]:
    """One type a column: the parts' own where they agree, else that of all their rows, as of one file."""
    types: dict[str, str] = {}
    several: dict[str, set[str]] = {}
    for place, form in enumerate(forms):
        for name, kind in _described(connection, files, place, form).items():
            seen = types.setdefault(name, kind)
            if {seen, kind} <= set(NUMBERS):
                types[name] = max(seen, kind, key=NUMBERS.index)
            elif seen != kind:
                several.setdefault(name, {seen}).add(kind)
    return types | settled_together(connection, files.paths, forms[0], files.options, several)


def _with_decimals(
    connection: duckdb.DuckDBPyConnection, files: Files, forms: list[Dialect]
) -> list[Dialect]:
    """The dialects with the decimal sign that all parts have."""
    comma = comma_is_the_decimal_sign(connection, files, forms[0])
    connection.execute(f"SET VARIABLE {DECIMAL_SIGN} = '{',' if comma else '.'}'")
    if not comma:
        return forms
    return [replace(form, options=f"{form.options}, decimal_separator = ','") for form in forms]
