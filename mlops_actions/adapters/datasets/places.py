"""The numbers of the rows that a check means, in the order of the file: row_number() over an ordered scan.

Asked only for checks that are red or warn. Groups of equal rows are found by hashes, which are all that is
held of most rows; those that are named are compared in full.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mlops_actions.adapters.datasets.connections import quoted
from mlops_actions.adapters.datasets.equal_rows import both_views, comparable
from mlops_actions.adapters.datasets.row_hashes import common, passes
from mlops_actions.profile.places import (
    Alone,
    Broken,
    Common,
    Held,
    Lost,
    Nulls,
    Outside,
    Place,
    Repeated,
    Torn,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from mlops_actions.adapters.datasets.scanner import DuckDBScanner
    from mlops_actions.profile.places import Sought

FEW = 3  # rows of a group that are named
MOST_HITS = 1_000  # hashes of which whole rows are compared
COLUMNS_AT_ONCE = 200
NUMBER = "row_number() OVER () AS r"  # DuckDB keeps the order of the file


def places(scanner: DuckDBScanner, sought: Sought, most: int, other: Any = None) -> tuple[Place, ...]:
    """At most `most` of them; rows in rising order, groups by their size or their first row."""
    if isinstance(sought, Held):
        return _held(scanner, sought, most)
    if isinstance(sought, Repeated | Alone | Torn):
        return _groups(scanner, sought, most)
    if isinstance(sought, Lost):
        return _lost(scanner, sought, most, other)
    if isinstance(sought, Common):
        return _common(scanner, sought, most, other)
    found = scanner.ask(
        f"SELECT r FROM (SELECT {NUMBER}, {_wrong(scanner, sought)} AS wrong FROM rows) "
        f"WHERE wrong LIMIT {most:d}"
    )
    return tuple(Place((int(row),)) for row in sorted(row for (row,) in found))


def values_at(
    scanner: DuckDBScanner, rows: Sequence[int], columns: Sequence[str]
) -> dict[int, tuple[Any, ...]]:
    """Of each of these rows the columns' values, as they are counted."""
    if not rows or not columns:
        return {}
    listed = ", ".join(f"{scanner.value(name)} AS c{at}" for at, name in enumerate(columns))
    numbers = ", ".join(f"{row:d}" for row in rows)
    sql = f"SELECT * FROM (SELECT {NUMBER}, {listed} FROM rows) WHERE r IN ({numbers})"
    return {int(row): tuple(values) for row, *values in scanner.ask(sql)}


def _wrong(scanner: DuckDBScanner, sought: Nulls | Outside | Broken) -> str:
    if isinstance(sought, Broken):
        return f"NOT ({sought.predicate})"
    value = scanner.value(sought.column)
    nan = f"isnan({value})" if scanner.kinds[sought.column] == "number" else "false"
    if isinstance(sought, Nulls):
        return f"({quoted(sought.column)} IS NULL OR {nan})"
    low, high = (f"CAST('{each!r}' AS DOUBLE)" for each in (float(sought.low), float(sought.high)))
    number = f"CAST({value} AS DOUBLE)"
    return f"(({number} < {low} OR {number} > {high}) AND NOT {nan})"


def _held(scanner: DuckDBScanner, sought: Held, most: int) -> tuple[Place, ...]:
    """In the order of the values asked for."""
    value, asked = scanner.value(sought.column), list(sought.values[:most])
    if not asked:
        return ()
    of_text = scanner.kinds[sought.column] == "integer" and value != quoted(sought.column)
    told = [str(each) for each in asked] if of_text else asked  # beyond 64 bits
    few = max(FEW, most // len(asked))
    found = scanner.ask(
        f"SELECT v, count(*), min(r, {few:d}) FROM (SELECT {NUMBER}, {value} AS v FROM {scanner.table}) "
        f"WHERE v IN ({', '.join('?' * len(told))}) GROUP BY v",
        told,
    )
    by_value = {each: (rows, first) for each, rows, first in found}
    return tuple(
        Place(tuple(by_value[key][1]), int(by_value[key][0]), each)
        for key, each in zip(told, asked, strict=True)
        if key in by_value
    )


def _groups(scanner: DuckDBScanner, sought: Repeated | Alone | Torn, most: int) -> tuple[Place, ...]:
    columns = sought.features if isinstance(sought, Torn) else sought.columns
    values = [quoted(name) for name in columns]
    label, kept, where = "0", "count(*) > 1", ""
    if isinstance(sought, Torn):
        label, kept = quoted(sought.target), "min(label) IS DISTINCT FROM max(label)"
    elif isinstance(sought, Alone):
        kept = "count(*) = 1"
    elif sought.present:
        where = f" WHERE {_present(scanner, columns)}"
    hashed = f"SELECT {_hash(values)} AS h, {label} AS label FROM rows{where}"
    hits = [h for (h,) in scanner.ask(f"SELECT h FROM ({hashed}) GROUP BY h HAVING {kept} LIMIT {MOST_HITS}")]
    found = _by_hash(scanner, values, hits, most)
    if isinstance(sought, Alone):
        return tuple(Place(rows, n) for n, rows in found.values())
    seen = _written(scanner, values, [row for _, rows in found.values() for row in rows])
    alike = {h: tuple(row for row in rows if seen[row] == seen[rows[0]]) for h, (_, rows) in found.items()}
    return tuple(Place(alike[h], n) for h, (n, _) in found.items() if len(alike[h]) > 1)


def _present(scanner: DuckDBScanner, columns: Sequence[str]) -> str:
    said = [f"{quoted(name)} IS NOT NULL" for name in columns]
    said += [f"NOT isnan({scanner.value(name)})" for name in columns if scanner.kinds[name] == "number"]
    return " AND ".join(said)


def _hash(values: Sequence[str]) -> str:
    """Of SQL values, 64 bits; it never leaves the process."""
    return f"hash({', '.join(values)})"


def _by_hash(
    scanner: DuckDBScanner, values: Sequence[str], hits: Sequence[int], most: int
) -> dict[int, tuple[int, tuple[int, ...]]]:
    """Hash to (rows, the first of them), in the order of the first: nothing else is held of a row."""
    if not hits:
        return {}
    sql = (
        f"SELECT h, count(*), min(r, {FEW:d}) FROM (SELECT {NUMBER}, {_hash(values)} AS h FROM rows) "
        f"WHERE h IN (SELECT unnest(?::UBIGINT[])) GROUP BY h ORDER BY min(r) LIMIT {most:d}"
    )
    return {h: (int(n), tuple(rows)) for h, n, rows in scanner.ask(sql, [list(hits)])}


def _written(scanner: DuckDBScanner, values: Sequence[str], rows: Sequence[int]) -> dict[int, list[str]]:
    """Rows by number, as text to compare them by: equal hashes are no proof. A few columns at a time."""
    seen: dict[int, list[str]] = {row: [] for row in rows}
    numbers = ", ".join(f"{row:d}" for row in rows)
    for start in range(0, len(values) if rows else 0, COLUMNS_AT_ONCE):
        part = values[start : start + COLUMNS_AT_ONCE]
        listed = ", ".join(f"{value} AS c{at}" for at, value in enumerate(part))
        sql = f"SELECT * FROM (SELECT {NUMBER}, {listed} FROM {scanner.table}) WHERE r IN ({numbers})"
        for row, *found in scanner.ask(sql):
            seen[int(row)].append(repr([each or 0 if isinstance(each, float) else each for each in found]))
    return seen


def _lost(scanner: DuckDBScanner, sought: Lost, most: int, other: DuckDBScanner) -> tuple[Place, ...]:
    """Rows that refer to the same are one place, the most frequent first."""
    first, second = comparable(scanner, sought.columns, other, sought.other_columns)
    here, there = both_views(scanner, other)
    names = [f"k{at}" for at in range(len(first))]
    left, right = (
        ", ".join(f"{value} AS {name}" for value, name in zip(side, names, strict=True))
        for side in (first, second)
    )
    present = " AND ".join(f"{quoted(name)} IS NOT NULL" for name in sought.columns)
    same = " AND ".join(f"l.{name} = r.{name}" for name in names)
    found = scanner.ask(
        f"SELECT count(*), min(l.r, {FEW:d}) FROM "
        f"(SELECT {NUMBER}, {left}, {present} AS present FROM {here}) l ANTI JOIN "
        f"(SELECT DISTINCT {right} FROM {there}) r ON {same} WHERE l.present "
        f"GROUP BY {', '.join(f'l.{name}' for name in names)} ORDER BY count(*) DESC, min(l.r) LIMIT {most:d}"
    )
    return tuple(Place(tuple(rows), int(n)) for n, rows in found)


def _common(scanner: DuckDBScanner, sought: Common, most: int, other: DuckDBScanner) -> tuple[Place, ...]:
    """Each side is asked in its own connection."""
    sides = comparable(scanner, sought.columns, other, sought.columns)
    both = tuple(zip((scanner, other), sides, strict=True))
    hits: list[int] = []
    for number, of in passes(scanner.rows + other.rows):
        hits = common(*(_hashes(each, side, number, of) for each, side in both))[:MOST_HITS].tolist()
        if hits:
            break
    mine, theirs = (_by_hash(each, side, hits, MOST_HITS) for each, side in both)
    pairs = [(n, rows, theirs[h][1][0]) for h, (n, rows) in mine.items() if h in theirs][:most]
    here = _written(scanner, sides[0], [row for _, rows, _ in pairs for row in rows])
    there = _written(other, sides[1], [row for _, _, row in pairs])
    alike = [(n, tuple(row for row in rows if here[row] == there[first]), first) for n, rows, first in pairs]
    return tuple(Place(rows, n, None, first) for n, rows, first in alike if rows)


def _hashes(scanner: DuckDBScanner, values: Sequence[str], number: int, of: int) -> NDArray[np.uint64]:
    """(k,) those that are `number` modulo `of`, sorted."""
    sql = f"SELECT h FROM (SELECT {_hash(values)} AS h FROM rows) WHERE h % {of:d} = {number:d}"
    found: NDArray[np.uint64] = np.asarray(np.ma.getdata(scanner.arrays(sql)["h"]), dtype=np.uint64)
    found.sort()
    return found
