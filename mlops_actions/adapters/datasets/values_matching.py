"""A column's texts by regular expressions, and all of its distinct values a batch at a time, by DuckDB."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

from mlops_actions.adapters.datasets.connections import literal
from mlops_actions.adapters.datasets.opening import quoted, reading
from mlops_actions.adapters.datasets.value_arrays import batches

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from mlops_actions.adapters.datasets.scanner import DuckDBScanner
    from mlops_actions.profile.counts import ValueCounts

STEP = 256  # rows fetched together; a cell may be large


def matches(scanner: DuckDBScanner, column: str, patterns: Sequence[str]) -> tuple[int, ...]:
    """Rows of each pattern, all in one pass; a pattern that RE2 cannot read is a duckdb.Error."""
    held = ", ".join(f"count(*) FILTER (regexp_matches(v, {literal(each)}))" for each in patterns)
    found = scanner.ask(f"SELECT {held} FROM (SELECT {scanner.value(column)} AS v FROM rows)")[0]
    return tuple(map(int, found))


def matching(scanner: DuckDBScanner, column: str, pattern: str, *, found: bool) -> Iterator[ValueCounts]:
    """Distinct values without null and NaN, grouped by the engine, which spills where there are many."""
    kind = scanner.kinds[column]
    kept = f"{quoted(column)} IS NOT NULL" + (" AND NOT isnan(v)" if kind == "number" else "")
    if pattern and _readable(scanner, pattern):
        kept += f" AND {'' if found else 'NOT '}regexp_matches(v, {literal(pattern)})"
    value = f"SELECT {scanner.value(column)} AS v, {quoted(column)} FROM rows"
    with reading(scanner.path, scanner.shown):
        asked = scanner.connection.execute(f"SELECT v, count(*) FROM ({value}) WHERE {kept} GROUP BY v")
    return batches(_read(scanner, asked), kind)


def _readable(scanner: DuckDBScanner, pattern: str) -> bool:
    try:
        scanner.connection.execute(f"SELECT regexp_matches('', {literal(pattern)})").fetchall()
    except duckdb.Error:
        return False
    return True


def _read(scanner: DuckDBScanner, asked: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, int]]:
    """(value, rows); the connection answers nothing else meanwhile."""
    while True:
        with reading(scanner.path, scanner.shown):
            some = asked.fetchmany(STEP)
        if not some:
            return
        yield from some
