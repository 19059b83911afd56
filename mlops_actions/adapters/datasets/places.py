"""The numbers of the rows that a check means, in the order of the file: row_number() over an ordered scan.

Asked only for checks that are red or warn. Groups of equal rows are found by hashes first, so that whole rows
are held of few groups alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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

    from mlops_actions.adapters.datasets.scanner import DuckDBScanner
    from mlops_actions.profile.places import Sought

FEW = 3  # rows of a group that are named
MOST_HITS = 1_000  # hashes of which whole rows are compared
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
        f"SELECT v, count(*), min(r, {few:d}) FROM (SELECT {NUMBER}, {value} AS v FROM rows) "
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
    among, kept, rows = _rule(scanner, sought)
    hashed = f"SELECT h FROM (SELECT hash({', '.join(values)}) AS h, {rows} FROM rows{among})"
    hits = [h for (h,) in scanner.ask(f"{hashed} GROUP BY h HAVING {kept[0]} LIMIT {MOST_HITS}")]
    return tuple(
        Place(tuple(first), int(n)) for n, first, *_ in _by_hash(scanner, values, hits, sought, kept[1], most)
    )


def _rule(scanner: DuckDBScanner, sought: Repeated | Alone | Torn) -> tuple[str, tuple[str, str], str]:
    """(WHERE, HAVING of hashes and of rows, what the hashes are told beside)."""
    if isinstance(sought, Torn):
        label = quoted(sought.target)
        return (
            "",
            ("min(label) IS DISTINCT FROM max(label)", "count(DISTINCT label) > 1"),
            f"{label} AS label",
        )
    if isinstance(sought, Alone):
        return "", ("count(*) = 1", "count(*) = 1"), "0 AS label"
    present = f" WHERE {_present(scanner, sought.columns)}" if sought.present else ""
    return present, ("count(*) > 1", "count(*) > 1"), "0 AS label"


def _present(scanner: DuckDBScanner, columns: Sequence[str]) -> str:
    said = [f"{quoted(name)} IS NOT NULL" for name in columns]
    said += [f"NOT isnan({scanner.value(name)})" for name in columns if scanner.kinds[name] == "number"]
    return " AND ".join(said)


def _by_hash(
    scanner: DuckDBScanner,
    values: Sequence[str],
    hits: Sequence[int],
    sought: Sought,
    having: str,
    most: int,
) -> list[tuple[Any, ...]]:
    """(rows, the first of them, the values) of each group of equal rows among these hashes."""
    if not hits:
        return []
    names = [f"c{at}" for at in range(len(values))]
    listed = ", ".join(f"{value} AS {name}" for value, name in zip(values, names, strict=True))
    label = f", {quoted(sought.target)} AS label" if isinstance(sought, Torn) else ""
    grouped = ", ".join(names)
    sql = (
        f"SELECT count(*), min(r, {FEW:d}), {grouped} FROM (SELECT {NUMBER}, {listed}{label} FROM rows) "
        f"WHERE hash({grouped}) IN (SELECT unnest(?::UBIGINT[])) GROUP BY {grouped} HAVING {having} "
        f"ORDER BY min(r) LIMIT {most:d}"
    )
    return scanner.ask(sql, [list(hits)])


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
    """Each side is asked in its own connection; groups are matched by their values."""
    sides = comparable(scanner, sought.columns, other, sought.columns)
    hits: list[int] = []
    for each in passes(scanner.rows + other.rows):
        both = common(scanner.hashes.part(sides[0], *each), other.hashes.part(sides[1], *each))
        hits += both[:MOST_HITS].tolist()
        if hits:
            break
    mine, theirs = (
        {repr(values): (int(n), rows) for n, rows, *values in found}
        for found in (
            _by_hash(each, side, hits, sought, "true", MOST_HITS)
            for each, side in zip((scanner, other), sides, strict=True)
        )
    )
    found = [
        Place(tuple(rows), n, None, int(theirs[key][1][0]))
        for key, (n, rows) in mine.items()
        if key in theirs
    ]
    return tuple(found[:most])
