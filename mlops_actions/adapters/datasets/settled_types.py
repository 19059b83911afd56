"""The types of text that DuckDB tells from its first 20,480 rows, held against all rows of the file.

It casts what comes later: 0.5 to a whole number, 07000 to 7000, a time to its day, and stops at a word. So
every value of a column has to be written as its type is, or the column has a wider type, at last text: the
type is one of all rows, wherever they stand. What no kind is known of, as a time of day, is text as well.
"""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING

from mlops_actions.adapters.datasets.connections import quoted
from mlops_actions.adapters.datasets.decimal_sign import COMMA, LOOKED_AT, TEXT
from mlops_actions.adapters.datasets.files import sql_list
from mlops_actions.adapters.datasets.text_times import (
    TIME_WITH_ZONE,
    TIMES,
    all_times,
    time_questions,
    time_type,
)
from mlops_actions.adapters.datasets.type_kinds import kind_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path

    import duckdb

    from mlops_actions.adapters.datasets.delimited import Dialect

WHOLE = r"\s*-?(?:0|[1-9][0-9]*)\s*"
SPECIAL = r"\s*[+-]?(?i:inf|infinity|nan)\s*"
POWER = r"(?:[eE][+-]?[0-9]+)?"
PLAIN = rf"\s*-?(?:(?:0|[1-9][0-9]*)(?:SIGN[0-9]*)?|SIGN[0-9]+){POWER}\s*"
TRUTH = r"(?i:true|false)"
WHOLES = ("BIGINT", "HUGEINT", "INTEGER")
NOTHING = ""  # of a column without values in the first rows
SNIFFED = LOOKED_AT - 1  # DuckDB counts the header
FEW = 64  # columns that are asked about by one query as they are
AT_ONCE = 256  # columns of one query
VALUE = "v"


def settled(
    connection: duckdb.DuckDBPyConnection, path: Path, form: Dialect, options: str, types: Mapping[str, str]
) -> dict[str, str]:
    """Every column's type over all rows.

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
    kinds = {name: TEXT if kind_of(kind) == "string" else kind for name, kind in types.items()}
    asked = {name: _questions(name, kind, sign) for name, kind in kinds.items() if kind == types[name]}
    told = _told(connection, part, asked, f" LIMIT {SNIFFED}")
    found = kinds | {name: _type(kinds[name], each) for name, each in told.items()}
    if max((each["rows"] for each in told.values()), default=0) < SNIFFED:
        return found
    sure = {name: {"sure": _written_so(name, kind, sign)} for name, kind in found.items() if kind != TEXT}
    doubtful = {name: kinds[name] for name, each in _told(connection, part, sure).items() if not each["sure"]}
    doubtful |= {name: NOTHING for name, each in told.items() if not each.get("values", True)}
    told = _told(connection, part, {name: _questions(name, kind, sign) for name, kind in doubtful.items()})
    return found | {name: _type(doubtful[name], each) for name, each in told.items()}


def settled_together(
    connection: duckdb.DuckDBPyConnection,
    paths: Sequence[Path],
    form: Dialect,
    options: str,
    kinds: Mapping[str, Collection[str]],
) -> dict[str, str]:
    """Columns that several parts of one table see as different types, by all rows of all parts.

    Args:
        connection: where they are read.
        paths: the parts.
        form: their dialect.
        options: of the files.
        kinds: column to the types of it that parts have; a part without a value of it says text.

    Raises:
        duckdb.Error: one cannot be read.
    """
    if not kinds:
        return {}
    sign = "," if COMMA in form.options else r"\."
    part = f"read_csv({sql_list(paths)}, {form.options}, all_varchar = true, {options})"
    said = {name: TIME_WITH_ZONE if TIME_WITH_ZONE in each else NOTHING for name, each in kinds.items()}
    told = _told(connection, part, {name: _questions(name, kind, sign) for name, kind in said.items()})
    return {name: _type(said[name], each) for name, each in told.items()}


def _told(
    connection: duckdb.DuckDBPyConnection, part: str, asked: Mapping[str, Mapping[str, str]], some: str = ""
) -> dict[str, dict[str, int]]:
    """The answers of each column, and how many rows were read for them.

    Of very many columns those with the same questions are put below one another: DuckDB plans each question
    once then, not once for each column, which takes longer than the answers.
    """
    told: dict[str, dict[str, int]] = {}
    alike: dict[tuple[str, ...], list[str]] = {}
    for name, questions in asked.items():
        form = tuple(each.replace(quoted(name), VALUE) for each in questions.values())
        alike.setdefault(form if len(asked) > FEW else (), []).append(name)
    for form, group in alike.items():
        for at in range(0, len(group), AT_ONCE):
            names = group[at : at + AT_ONCE]
            rows = f"(SELECT {', '.join(map(quoted, names))} FROM {part}{some})" if some else part
            answers = (
                _below_one_another(connection, rows, names, form)
                if form
                else _side_by_side(connection, rows, [list(asked[name].values()) for name in names])
            )
            for name, (read, *found) in zip(names, answers, strict=True):
                told[name] = {"rows": read} | dict(zip(asked[name], map(int, found), strict=True))
    return told


def _side_by_side(
    connection: duckdb.DuckDBPyConnection, rows: str, asked: Sequence[Sequence[str]]
) -> list[tuple[int, ...]]:
    """Of each column the rows and the answers."""
    listed = ", ".join(("count(*)", *chain.from_iterable(asked)))
    read, *found = connection.execute(f"SELECT {listed} FROM {rows}").fetchall()[0]
    answers = iter(found)
    return [(read, *islice(answers, len(each))) for each in asked]


def _below_one_another(
    connection: duckdb.DuckDBPyConnection, rows: str, names: Sequence[str], form: Sequence[str]
) -> list[tuple[int, ...]]:
    """Of each column the rows and the answers, where all are asked the same."""
    listed = ", ".join(("count(*)", *form))
    stacked = f"unnest(range({len(names)})) AS place, unnest([{', '.join(map(quoted, names))}]) AS {VALUE}"
    found = connection.execute(
        f"SELECT place, {listed} FROM (SELECT {stacked} FROM {rows}) GROUP BY ALL"
    ).fetchall()
    if not found:
        none = f"(SELECT CAST(NULL AS VARCHAR) AS {VALUE} WHERE false)"
        return connection.execute(f"SELECT {listed} FROM {none}").fetchall() * len(names)
    return [tuple(each) for _, *each in sorted(found)]


def _written_so(name: str, kind: str, sign: str) -> str:
    """Whether all values of a column are written as the type is: SQL."""
    column = quoted(name)
    if kind in WHOLES:
        return f"{_every(_fits(column, sign, WHOLE))} AND {_held(column, kind)}"
    if kind in TIMES:
        return all_times(column, kind)
    return _every(_fits(column, sign, *((TRUTH,) if kind == "BOOLEAN" else (PLAIN, SPECIAL))))


def _questions(name: str, kind: str, sign: str) -> dict[str, str]:
    """What is asked of all values of a column: name to SQL, for `_type`."""
    column = quoted(name)
    truth = {"truth": _every(_fits(column, sign, TRUTH))}
    if kind == "BOOLEAN":
        return truth
    numbers = {"numbers": _every(_fits(column, sign, PLAIN, SPECIAL))}
    whole = {"whole": _every(_fits(column, sign, WHOLE)), "huge": _held(column, "HUGEINT")}
    if kind in {*WHOLES, "DOUBLE"}:
        return numbers | whole | ({"narrow": _held(column, kind)} if kind in WHOLES else {})
    times = time_questions(column, kind)
    if kind in TIMES:
        return numbers | times
    there = {"values": f"count({column})"}
    if kind == NOTHING:
        return there | truth | numbers | whole | {"narrow": _held(column, "BIGINT")} | times
    special = f"bool_or({_fits(column, sign, SPECIAL)}) AND bool_or({_fits(column, sign, PLAIN)})"
    return there | numbers | {"special": f"coalesce({special}, false)"} | times


def _type(kind: str, told: Mapping[str, int]) -> str:
    """The type by the answers; numbers among texts are text, unless some are infinite or no number."""
    if not told.get("values", True):
        return TEXT
    if told.get("truth"):
        return "BOOLEAN"
    if told.get("whole"):
        return (kind or "BIGINT") if told.get("narrow") else "HUGEINT" if told["huge"] else TEXT
    if told.get("numbers") and told.get("special", True):
        return "DOUBLE"
    return (time_type(told, kind) if "times" in told else "") or TEXT


def _fits(column: str, sign: str, *patterns: str) -> str:
    either = " OR ".join(f"regexp_full_match({column}, '{each}')" for each in patterns)
    return f"({either})".replace("SIGN", sign)


def _every(condition: str) -> str:
    return f"coalesce(bool_and({condition}), true)"


def _held(column: str, kind: str) -> str:
    return _every(f"TRY_CAST({column} AS {kind}) IS NOT NULL OR {column} IS NULL")
