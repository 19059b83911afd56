"""JSON Lines in SQL: the columns of every object of every part, not of the first ones."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import duckdb

from mlops_actions.adapters.datasets.connections import literal, quoted
from mlops_actions.adapters.datasets.files import refuse_twice
from mlops_actions.adapters.datasets.json_lines import json_misfit
from mlops_actions.adapters.datasets.json_types import TEXT, as_written, times_in, value_at
from mlops_actions.adapters.datasets.text_times import FINER, time_questions, time_type
from mlops_actions.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mlops_actions.adapters.datasets.files import Files
    from mlops_actions.adapters.datasets.json_types import Way

FORM = "format = 'newline_delimited', records = 'true'"
WHOLE = "sample_size = -1, maximum_sample_files = 1000000, union_by_name = true, map_inference_threshold = -1"
MADE_UP = re.compile("C[0-9]+")  # what DuckDB 1.5 calls a column whose name is empty
NULL = '"NULL"'
FEW = 1_000  # rows


def json_lines(connection: duckdb.DuckDBPyConnection, files: Files) -> tuple[str, list[str]]:
    """The call that reads them, without its closing parenthesis, and no columns: each has its type in it.

    DuckDB looks at the first 20,000 objects alone unless it is told; later names would be left out.

    Raises:
        InputError: no objects, names that stand twice, a column of several kinds; with its line.
        duckdb.Error: it cannot be read.
    """
    asked = f"DESCRIBE SELECT * FROM read_json({files.sql}, {FORM}, {WHOLE}, {files.options})"
    try:
        rows = connection.execute(asked).fetchall()
    except duckdb.BinderException:
        hint = "Write an object a line: its names are the columns."
        said = InputError(f"{files.shown[0]}: 0 rows, or 0 columns", hint=hint)
        raise _misfit(files) or _nameless(connection, files) or said from None
    types = {str(row[0]): str(row[1]) for row in rows}
    nameless = _nameless(connection, files) if any(map(MADE_UP.fullmatch, types)) else None
    if nameless is not None:
        raise nameless
    refuse_twice(_written(connection, files, tuple(types)), files.shown[0])
    unsure = [name for name, kind in types.items() if kind == "JSON"]
    empty = {name for name, kind in types.items() if kind == NULL}
    if unsure:
        empty |= _without_values(connection, files, unsure)
    known = {name: kind for name, kind in types.items() if name not in empty and name not in unsure}
    types = dict.fromkeys(types, "VARCHAR") | _typed(connection, files, known)
    types |= dict.fromkeys(_long_whole(connection, files, types), "HUGEINT")
    return _read(files, types), []


def _read(files: Files, types: Mapping[str, str]) -> str:
    """The call without its closing parenthesis."""
    told = ", ".join(f"{literal(name)}: {literal(kind)}" for name, kind in types.items())
    return f"read_json({files.sql}, {FORM}, columns = {{{told}}}, {files.options}"


def _typed(connection: duckdb.DuckDBPyConnection, files: Files, types: Mapping[str, str]) -> dict[str, str]:
    """The types by which every text is as the file has it, or a date or time by the values of all rows."""
    said = [
        (way, kind)
        for name, each in types.items()
        for way, kind in times_in(each, (name,))
        if ".".join(way) not in files.texts
    ]
    texts = {way[0]: as_written(types[way[0]], (way[0],), {}) for way, _ in said}
    rows = f"{_read(files, texts)})"
    early = _told(
        connection, f"(SELECT * FROM {rows} LIMIT {FEW})", [each for each in said if each[1] == TEXT]
    )
    # DuckDB sees no times in texts of nanoseconds
    said = [(way, kind) for way, kind in said if kind != TEXT or early[way]["times"]]
    told = _told(connection, rows, said)
    times = {
        way: found
        for way, kind in said
        if (found := time_type(told[way], kind)) and (kind != TEXT or found in FINER)
    }
    return {name: as_written(kind, (name,), times) for name, kind in types.items()}


def _told(
    connection: duckdb.DuckDBPyConnection, rows: str, said: Sequence[tuple[Way, str]]
) -> dict[Way, dict[str, bool]]:
    """The answers to `time_questions`."""
    if not said:
        return {}
    asked = [time_questions(value_at(way), kind) for way, kind in said]
    listed = ", ".join(each for questions in asked for each in questions.values())
    answers = iter(connection.execute(f"SELECT {listed} FROM {rows}").fetchall()[0])
    return {
        way: {question: bool(next(answers)) for question in questions}
        for (way, _), questions in zip(said, asked, strict=True)
    }


def _long_whole(
    connection: duckdb.DuckDBPyConnection, files: Files, types: Mapping[str, str]
) -> tuple[str, ...]:
    """Columns of whole numbers of 20 to 38 digits, which DuckDB takes for doubles."""
    doubles = [name for name, kind in types.items() if kind == "DOUBLE"]
    if not doubles:
        return ()
    read = f"{_read(files, dict.fromkeys(doubles, 'VARCHAR'))})"
    whole = ", ".join(f"bool_and(regexp_full_match({quoted(name)}, '-?[0-9]{{1,38}}'))" for name in doubles)
    for rows in (f"(SELECT * FROM {read} LIMIT {FEW})", read):  # few rows tell that of most columns
        found = connection.execute(f"SELECT {whole} FROM {rows}").fetchall()[0]
        if not any(found):
            return ()
    return tuple(name for name, every in zip(doubles, found, strict=True) if every)


def _misfit(files: Files) -> InputError | None:
    return json_misfit(list(zip(files.paths, files.shown, strict=True)))


def _nameless(connection: duckdb.DuckDBPyConnection, files: Files) -> InputError | None:
    """A name that is empty: DuckDB 2 refuses it, 1.5 makes one up."""
    keys = f"read_json_objects({files.sql}, format = 'newline_delimited', {files.options})"
    asked = f"SELECT count(*) FROM {keys} WHERE list_contains(json_keys(json), '')"
    if not connection.execute(asked).fetchall()[0][0]:
        return None
    message = f'{files.shown[0]}: an object has the empty name "", which is no column'
    return InputError(message, hint="Give each value a name.")


def _written(connection: duckdb.DuckDBPyConnection, files: Files, names: tuple[str, ...]) -> Sequence[str]:
    """Names as the objects have them: of two that differ in case alone, DuckDB gives one another name."""
    if not any(_looks_renamed(name, names) for name in names):
        return names
    found = connection.execute(
        "SELECT DISTINCT unnest(json_keys(json)) FROM "
        f"read_json_objects({files.sql}, format = 'newline_delimited', {files.options}) ORDER BY 1"
    ).fetchall()
    return [str(row[0]) for row in found]


def _looks_renamed(name: str, names: tuple[str, ...]) -> bool:
    stem, sign, number = name.rpartition("_")
    return bool(sign) and number.isdigit() and stem.lower() in {each.lower() for each in names}


def _without_values(connection: duckdb.DuckDBPyConnection, files: Files, names: list[str]) -> set[str]:
    """Those of the columns that are null in each row; values of several kinds are an error."""
    kinds = ", ".join(
        f"list(DISTINCT json_type({quoted(name)})) FILTER (json_type({quoted(name)}) <> 'NULL')"
        for name in names
    )
    sql = f"SELECT {kinds} FROM {_read(files, dict.fromkeys(names, 'JSON'))})"
    found = connection.execute(sql).fetchall()[0]
    several = [name for name, kinds in zip(names, found, strict=True) if kinds and len(_classes(kinds)) > 1]
    if several:
        message = f"{files.shown[0]}: column {several[0]!r} has values of several kinds"
        raise _misfit(files) or InputError(message, hint="Write one kind of value in each column.")
    return {name for name, kinds in zip(names, found, strict=True) if not kinds}


def _classes(kinds: list[str]) -> set[str]:
    numbers = {"UBIGINT", "BIGINT", "DOUBLE", "HUGEINT"}
    return {"NUMBER" if kind in numbers else kind for kind in kinds}
