"""Equal rows within a split and across two, by a 64-bit hash of the row; hits are confirmed by the rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mlops_actions.adapters.datasets.number_pairs import NUMBERS, as_common
from mlops_actions.adapters.datasets.opening import microseconds, open_rows, quoted, reading
from mlops_actions.adapters.datasets.read_texts import TIMES, Words, number_text, read_as
from mlops_actions.adapters.datasets.row_blocks import FEW, MANY, is_wide, row_hash
from mlops_actions.adapters.datasets.row_hashes import common, differing, in_both, not_alone, passes, repeated
from mlops_actions.adapters.datasets.value_expressions import double_of
from mlops_actions.adapters.datasets.wide_equal_rows import wide_conflicts, wide_repeats, wide_shared
from mlops_actions.profile.needs import RowChanges, SharedRows, TornLabels

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import duckdb
    from numpy.typing import NDArray

    from mlops_actions.adapters.datasets.scanner import DuckDBScanner

WORDS = Words(
    "VARCHAR", "HUGEINT", "regexp_full_match({}, {})".format, "CAST(TRY_CAST({} AS TIMESTAMPTZ) AS TIMESTAMP)"
)
FEW_HITS = 1_000_000
HELD_AT_ONCE = 3  # arrays of hashes at the same time
VALUES_AT_ONCE = 4_000_000  # hashes of one side of a block of columns: 32 MB


def repeats(scanner: DuckDBScanner, columns: Sequence[str]) -> int:
    """Only rows whose hash repeats are compared in full; none does in most data."""
    values = [quoted(name) for name in columns]
    with reading(scanner.path, scanner.shown):
        hits = _repeated(scanner, values)
        if not len(hits):
            return 0
        if is_wide(len(values), scanner.rows):
            return wide_repeats(scanner, values, hits)
        among = _among(scanner.connection, hits, scanner.rows)(values)
        grouped = f"SELECT count(*) AS n FROM rows{among} GROUP BY {', '.join(values)}"
        found = scanner.connection.execute(f"SELECT coalesce(sum(n - 1), 0) FROM ({grouped})").fetchall()
    return int(found[0][0])


def _repeated(scanner: DuckDBScanner, values: Sequence[str]) -> NDArray[np.uint64]:
    if scanner.hashes.alone(values):
        return np.empty(0, dtype=np.uint64)
    parts = [repeated(scanner.hashes.part(values, *each)) for each in passes(scanner.rows)]
    return np.concatenate(parts)


def shared(scanner: DuckDBScanner, columns: Sequence[str], other: DuckDBScanner) -> SharedRows:
    """Only rows whose hash both splits have are compared in full; none, where fewer columns share none."""
    sides = comparable(scanner, columns, other, columns)
    pairs = frozenset(zip(*sides, strict=True))
    apart = scanner.apart.setdefault(id(other), [])
    with reading(scanner.path, scanner.shown):
        hits, alike = _hits(scanner, other, sides, any(known <= pairs for known in apart))
        if not len(hits):
            apart.append(pairs)
            return SharedRows(0, 0, alike)
        if is_wide(len(columns), max(scanner.rows, other.rows)):
            return SharedRows(*wide_shared(scanner, other, sides, hits), alike)
        views = both_views(scanner, other)
        names = [f"c{at}" for at in range(len(columns))]
        among = _among(scanner.connection, hits, scanner.rows + other.rows)
        listed = " UNION ALL ".join(
            f"SELECT {1 - at} AS a, {at} AS b, {_named(side, names)} FROM {view}{among(side)}"
            for at, (view, side) in enumerate(zip(views, sides, strict=True))
        )
        distinct, rows = scanner.connection.execute(
            "SELECT count(*), coalesce(sum(b), 0) FROM (SELECT sum(a) AS a, sum(b) AS b "
            f"FROM ({listed}) GROUP BY {', '.join(names)}) WHERE a > 0 AND b > 0"
        ).fetchall()[0]
    return SharedRows(int(distinct), int(rows), alike)


def _hits(
    scanner: DuckDBScanner, other: DuckDBScanner, sides: tuple[list[str], list[str]], apart: bool
) -> tuple[NDArray[np.uint64], int]:
    """(k,) hashes that both have, and the other's rows that are not alone in it."""
    alone = other.hashes.alone(sides[1])
    hits, alike = [np.empty(0, dtype=np.uint64)], 0
    for each in () if apart and alone else passes(scanner.rows + other.rows):
        second = other.hashes.part(sides[1], *each)
        alike += 0 if alone else not_alone(second)
        if not apart:
            hits.append(common(scanner.hashes.part(sides[0], *each), second))
    return np.concatenate(hits), alike


def _named(values: Sequence[str], names: Sequence[str]) -> str:
    return ", ".join(f"{value} AS {name}" for value, name in zip(values, names, strict=True))


def _among(
    connection: duckdb.DuckDBPyConnection, hits: NDArray[np.uint64], rows: int
) -> Callable[[Sequence[str]], str]:
    """A WHERE clause that keeps the rows of these hashes; nothing where that is most of them."""
    if len(hits) > min(FEW_HITS, rows // 4):
        return lambda _: ""
    sql = "CREATE OR REPLACE TEMP TABLE hits AS SELECT unnest(?::UBIGINT[]) AS h"
    connection.execute(sql, [hits.tolist()])
    return lambda side: f" WHERE {row_hash(side)} IN (SELECT h FROM hits)"


def conflicts(scanner: DuckDBScanner, features: Sequence[str], target: str) -> TornLabels:
    """Only rows whose features' hash repeats are compared in full."""
    names, label = [quoted(name) for name in features], quoted(target)
    with reading(scanner.path, scanner.shown):
        hits = _repeated(scanner, names)
        if not len(hits):
            return TornLabels(0, 0)
        if is_wide(len(names), scanner.rows):
            return wide_conflicts(scanner, names, label, hits)
        among = _among(scanner.connection, hits, scanner.rows)(names)
        groups, rows = scanner.connection.execute(
            f"SELECT count(*), coalesce(sum(n), 0) FROM (SELECT count(*) AS n FROM rows{among} "
            f"GROUP BY {', '.join(names)} HAVING count(DISTINCT {label}) > 1)"
        ).fetchall()[0]
    return TornLabels(int(groups), int(rows))


def orphans(
    scanner: DuckDBScanner, columns: Sequence[str], other: DuckDBScanner, other_columns: Sequence[str]
) -> int:
    """An anti join; a row with a null among its columns refers to nothing."""
    first, second = comparable(scanner, columns, other, other_columns)
    views = both_views(scanner, other)
    same = " AND ".join(f"l.k{at} = r.k{at}" for at in range(len(first)))
    present = " AND ".join(f"{quoted(name)} IS NOT NULL" for name in columns)
    left = ", ".join(f"{value} AS k{at}" for at, value in enumerate(first))
    right = ", ".join(f"{value} AS k{at}" for at, value in enumerate(second))
    sql = (
        f"SELECT count(*) FROM (SELECT {left} FROM {views[0]} WHERE {present}) l ANTI JOIN "
        f"(SELECT DISTINCT {right} FROM {views[1]}) r ON {same}"
    )
    return int(scanner.ask(sql)[0][0])


def changes(
    scanner: DuckDBScanner, key: Sequence[str], columns: Sequence[str], other: DuckDBScanner
) -> RowChanges:
    """Multisets of 64-bit hashes of key and value; those that differ are looked at column by column."""
    keys, values = (comparable(scanner, names, other, names, codes=True) for names in (key, columns))
    tables = scanner, other
    found = np.zeros(5 + len(columns), dtype=np.int64)
    wide = is_wide(len(key) + len(columns), max(scanner.rows, other.rows))
    for number, of in ((0, 1),) if wide else passes(HELD_AT_ONCE * (scanner.rows + other.rows)):
        told = [_part(k, number, of) for k in keys]
        held = [_row_hashes(*each) for each in zip(tables, keys, told, strict=True)]
        pairs = in_both(*held)
        found[:2] += [len(each) - pairs for each in held]
        found[3:5] += [len(each) - len(np.unique(each)) for each in held]
        if columns and pairs:
            changed, *by_column = _changed(tables, keys, values, told)
            found[2] += changed
            found[5:] += by_column
    added, removed, changed, *repeated = found[:5].tolist()
    without = [_without(each, key) for each in tables]
    told_apart = tuple((name, n) for name, n in zip(columns, found[5:].tolist(), strict=True) if n)
    return RowChanges(added, removed, changed, told_apart, *repeated, *without)


def _changed(
    tables: tuple[DuckDBScanner, DuckDBScanner],
    keys: tuple[list[str], list[str]],
    values: tuple[list[str], list[str]],
    told: Sequence[str],
) -> list[int]:
    """[rows, rows by column] of one part whose key both have, and whose values differ.

    Equal rows take part on both sides alike, so that they may be left out.
    """
    every = [[*k, *v] for k, v in zip(keys, values, strict=True)]
    rows = [_row_hashes(*each) for each in zip(tables, every, told, strict=True)]
    other = differing(*rows)
    if not len(other):
        return [0] * (1 + len(values[0]))
    few = len(other) <= min(FEW_HITS, *(table.rows // 4 for table in tables)) and len(every[0]) <= FEW
    if few:
        told = [_kept(table, other, e, part) for table, e, part in zip(tables, every, told, strict=True)]
        rows = [each[np.isin(each, other)] for each in rows]
    asks = [[_hash(k), *(_hash([*k, value]) for value in v)] for k, v in zip(keys, values, strict=True)]
    most = len(other) if few else max(map(len, rows))
    size = min(MANY, max(1, VALUES_AT_ONCE // max(1, most)))
    both: list[int] = []
    for at in range(0, len(asks[0]), size):
        block = [
            _sorted_hashes(table, ask[at : at + size], part)
            for table, ask, part in zip(tables, asks, told, strict=True)
        ]
        both += [in_both(*each) for each in zip(*block, strict=True)]
    pairs, *alike = both
    return [pairs - each for each in (in_both(*rows), *alike)]


def _row_hashes(scanner: DuckDBScanner, columns: Sequence[str], part: str) -> NDArray[np.uint64]:
    """Sorted, of the columns (SQL) over the rows of the part; without one, of many columns in blocks."""
    if not part and len(columns) > FEW:
        return np.sort(scanner.hashes.in_order(columns))
    return _sorted_hashes(scanner, [_hash(columns)], part)[0]


def _sorted_hashes(scanner: DuckDBScanner, asked: Sequence[str], part: str) -> list[NDArray[np.uint64]]:
    """(k,) of each expression over the rows of the part."""
    listed = ", ".join(f"{each} AS h{at}" for at, each in enumerate(asked))
    read = scanner.arrays(f"SELECT {listed} FROM rows{part}")
    return [np.sort(np.ma.getdata(read[f"h{at}"]).astype(np.uint64, copy=False)) for at in range(len(asked))]


def _kept(scanner: DuckDBScanner, hits: NDArray[np.uint64], columns: Sequence[str], part: str) -> str:
    """The part, of its rows those whose hash is among the hits."""
    sql = "CREATE OR REPLACE TEMP TABLE hits AS SELECT unnest(?::UBIGINT[]) AS h"
    scanner.connection.execute(sql, [hits.tolist()])
    return f"{part} {'AND' if part else 'WHERE'} {_hash(columns)} IN (SELECT h FROM hits)"


def _part(key: Sequence[str], number: int, of: int) -> str:
    """All rows of one key are in one part."""
    return f" WHERE {_hash(key)} % {of} = {number}" if of > 1 else ""


def _hash(values: Sequence[str]) -> str:
    return f"hash({', '.join(values)})"


def _without(scanner: DuckDBScanner, key: Sequence[str]) -> int:
    """Rows with a null in the key."""
    absent = " OR ".join(f"{quoted(name)} IS NULL" for name in key)
    return int(scanner.ask(f"SELECT count(*) FROM rows WHERE {absent}")[0][0])


def both_views(scanner: DuckDBScanner, other: DuckDBScanner) -> tuple[str, str]:
    """The names of both splits in the scanner's own connection."""
    name = f"other_{id(other):x}"
    known = scanner.connection.execute("SELECT 1 FROM duckdb_views() WHERE view_name = ?", [name]).fetchall()
    if not known:
        open_rows(other.path, other.shown, scanner.connection, name, texts=other.texts)
    return "rows", name


def comparable(
    scanner: DuckDBScanner,
    columns: Sequence[str],
    other: DuckDBScanner,
    other_columns: Sequence[str],
    *,
    codes: bool = False,
) -> tuple[list[str], list[str]]:
    """The columns of both sides as SQL of one type: times as UTC, texts as the others, numbers as they may.

    `codes`: whether a text with leading zeros is no number.
    """
    comma = "," in {scanner.decimal, other.decimal}
    sides: tuple[list[str], list[str]] = ([], [])
    for one, two in zip(columns, other_columns, strict=True):
        first = _Column(one, scanner.kinds[one], scanner.types[one])
        second = _Column(two, other.kinds[two], other.types[two])
        sides[0].append(_compared(first, second, comma=comma, codes=codes))
        sides[1].append(_compared(second, first, comma=comma, codes=codes))
    return sides


class _Column(NamedTuple):
    name: str
    kind: str
    type_name: str


def _compared(each: _Column, against: _Column, *, comma: bool, codes: bool) -> str:
    """The column as it is compared with the other side's."""
    column, kinds = quoted(each.name), {each.kind, against.kind}
    if each.type_name == against.type_name:
        return column
    if kinds <= NUMBERS:
        double, types = double_of(column, each.type_name), (each.type_name, against.type_name)
        fraction = as_common(column, double, types, WORDS.text)
        return f"CAST({column} AS HUGEINT)" if kinds == {"integer"} else fraction
    text = _text(column, each.type_name)
    if each.kind == "string":
        return read_as(text, against.kind, WORDS, comma=comma, codes=codes)
    if each.kind in TIMES and kinds <= {*TIMES, "string"}:
        return _time(column, each.type_name, finer="string" not in kinds)
    if each.kind == "number" and against.kind == "string":  # a decimal by its digits, as the texts are
        return number_text(text if each.type_name.startswith("DECIMAL") else column, WORDS)
    return text


def _time(column: str, type_name: str, *, finer: bool) -> str:
    """A time's text in UTC; a day is its midnight, and as it is where that is beyond all times.

    `finer`: a time between two microseconds is no other's.
    """
    nanoseconds = type_name == "TIMESTAMP_NS"
    time = f"make_timestamp({microseconds(column)})" if nanoseconds else f"TRY_CAST({column} AS TIMESTAMP)"
    text = f"coalesce(CAST({time} AS VARCHAR), CAST({column} AS VARCHAR))"
    if not (nanoseconds and finer):
        return text
    return f"CASE WHEN epoch_ns({column}) % 1000 <> 0 THEN CAST({column} AS VARCHAR) ELSE {text} END"


def _text(column: str, type_name: str) -> str:
    """As every engine writes it: a float as the double it is, nanoseconds as microseconds."""
    if type_name == "FLOAT":
        column = f"CAST({column} AS DOUBLE)"
    elif type_name == "TIMESTAMP_NS":
        column = f"make_timestamp({microseconds(column)})"
    return f"CAST({column} AS VARCHAR)"
