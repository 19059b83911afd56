"""Equal rows within a split and across two, by a 64-bit hash of the row; hits are confirmed by the rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mlops_actions.adapters.datasets.opening import microseconds, open_rows, quoted, reading
from mlops_actions.adapters.datasets.row_hashes import common, differing, in_both, not_alone, passes, repeated
from mlops_actions.profile.needs import RowChanges, SharedRows, TornLabels

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import duckdb
    from numpy.typing import NDArray

    from mlops_actions.adapters.datasets.scanner import DuckDBScanner

NUMBERS = {"integer", "number"}
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
    sides = _comparable(scanner, columns, other, columns)
    pairs = frozenset(zip(*sides, strict=True))
    apart = scanner.apart.setdefault(id(other), [])
    with reading(scanner.path, scanner.shown):
        hits, alike = _hits(scanner, other, sides, any(known <= pairs for known in apart))
        if not len(hits):
            apart.append(pairs)
            return SharedRows(0, 0, alike)
        views = _views(scanner, other)
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
    return lambda side: f" WHERE hash({', '.join(side)}) IN (SELECT h FROM hits)"


def conflicts(scanner: DuckDBScanner, features: Sequence[str], target: str) -> TornLabels:
    """Only rows whose features' hash repeats are compared in full."""
    names, label = [quoted(name) for name in features], quoted(target)
    with reading(scanner.path, scanner.shown):
        hits = _repeated(scanner, names)
        if not len(hits):
            return TornLabels(0, 0)
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
    first, second = _comparable(scanner, columns, other, other_columns)
    views = _views(scanner, other)
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
    keys, values = (_comparable(scanner, names, other, names) for names in (key, columns))
    tables = scanner, other
    found = np.zeros(5 + len(columns), dtype=np.int64)
    for number, of in passes(HELD_AT_ONCE * (scanner.rows + other.rows)):
        told = [_part(k, number, of) for k in keys]
        held = [
            _sorted_hashes(*each)[0]
            for each in zip(tables, ([f"hash({_listed(k)})"] for k in keys), told, strict=True)
        ]
        common = in_both(*held)
        found[:2] += [len(held[0]) - common, len(held[1]) - common]
        found[3:5] += [len(each) - len(np.unique(each)) for each in held]
        if columns and common:
            whole = [f"hash({_listed((*k, *v))})" for k, v in zip(keys, values, strict=True)]
            changed, *each = _changed(tables, keys, values, whole, told)
            found[2] += changed
            found[5:] += each
    added, removed, changed, *repeated = found[:5].tolist()
    without = [_without(each, key) for each in tables]
    by_column = tuple((name, n) for name, n in zip(columns, found[5:].tolist(), strict=True) if n)
    return RowChanges(added, removed, changed, by_column, *repeated, *without)


def _changed(
    tables: tuple[DuckDBScanner, DuckDBScanner],
    keys: tuple[list[str], list[str]],
    values: tuple[list[str], list[str]],
    whole: Sequence[str],
    told: Sequence[str],
) -> list[int]:
    """[rows, rows by column] of one part whose key both have, and whose values differ.

    Equal rows take part on both sides alike, so that they may be left out.
    """
    rows = [_sorted_hashes(*each)[0] for each in zip(tables, ([each] for each in whole), told, strict=True)]
    other = differing(*rows)
    wide = len(values[0])
    if not len(other):
        return [0] * (1 + wide)
    asked = [_kept(table, other, each, part) for table, each, part in zip(tables, whole, told, strict=True)]
    asks = [
        [f"hash({_listed(k)})", each, *(f"hash({_listed((*k, value))})" for value in v)]
        for k, v, each in zip(keys, values, whole, strict=True)
    ]
    size = max(1, VALUES_AT_ONCE // max(1, len(other)))
    both: list[int] = []
    for at in range(0, 2 + wide, size):
        block = [
            _sorted_hashes(table, ask[at : at + size], part)
            for table, ask, part in zip(tables, asks, asked, strict=True)
        ]
        both += [in_both(*each) for each in zip(*block, strict=True)]
    return [both[0] - each for each in both[1:]]


def _sorted_hashes(scanner: DuckDBScanner, asked: Sequence[str], part: str) -> list[NDArray[np.uint64]]:
    """(k,) of each expression over the rows of the part."""
    listed = ", ".join(f"{each} AS h{at}" for at, each in enumerate(asked))
    read = scanner.arrays(f"SELECT {listed} FROM rows{part}")
    return [np.sort(np.ma.getdata(read[f"h{at}"]).astype(np.uint64, copy=False)) for at in range(len(asked))]


def _kept(scanner: DuckDBScanner, hits: NDArray[np.uint64], whole: str, part: str) -> str:
    """The part without rows whose hash is not among the hits, unless those are most."""
    if len(hits) > min(FEW_HITS, scanner.rows // 4):
        return part
    sql = "CREATE OR REPLACE TEMP TABLE hits AS SELECT unnest(?::UBIGINT[]) AS h"
    scanner.connection.execute(sql, [hits.tolist()])
    return f"{part} {'AND' if part else 'WHERE'} {whole} IN (SELECT h FROM hits)"


def _part(key: Sequence[str], number: int, of: int) -> str:
    """All rows of one key are in one part."""
    return f" WHERE hash({_listed(key)}) % {of} = {number}" if of > 1 else ""


def _listed(values: Sequence[str]) -> str:
    return ", ".join(values)


def _without(scanner: DuckDBScanner, key: Sequence[str]) -> int:
    """Rows with a null in the key."""
    absent = " OR ".join(f"{quoted(name)} IS NULL" for name in key)
    return int(scanner.ask(f"SELECT count(*) FROM rows WHERE {absent}")[0][0])


def _views(scanner: DuckDBScanner, other: DuckDBScanner) -> tuple[str, str]:
    """The names of both splits in the scanner's own connection."""
    name = f"other_{id(other):x}"
    known = scanner.connection.execute("SELECT 1 FROM duckdb_views() WHERE view_name = ?", [name]).fetchall()
    if not known:
        open_rows(other.path, other.shown, scanner.connection, name)
    return "rows", name


def _comparable(
    scanner: DuckDBScanner, columns: Sequence[str], other: DuckDBScanner, other_columns: Sequence[str]
) -> tuple[list[str], list[str]]:
    """The columns of both sides as SQL of one type: numbers as numbers, what differs in kind as text."""
    pairs = list(zip(columns, other_columns, strict=True))
    sides: tuple[list[str], list[str]] = ([], [])
    for one, two in pairs:
        kinds, types = (scanner.kinds[one], other.kinds[two]), (scanner.types[one], other.types[two])
        for side, name in zip(sides, (one, two), strict=True):
            if types[0] == types[1]:
                side.append(quoted(name))
            elif set(kinds) == {"integer"}:
                side.append(f"CAST({quoted(name)} AS HUGEINT)")
            elif set(kinds) <= NUMBERS:
                side.append(f"CAST({quoted(name)} AS DOUBLE)")
            else:
                side.append(_text(quoted(name), scanner.types[one] if side is sides[0] else other.types[two]))
    return sides


def _text(column: str, type_name: str) -> str:
    """As every engine writes it: a float as the double it is, nanoseconds as microseconds."""
    if type_name == "FLOAT":
        column = f"CAST({column} AS DOUBLE)"
    elif type_name == "TIMESTAMP_NS":
        column = f"make_timestamp({microseconds(column)})"
    return f"CAST({column} AS VARCHAR)"
