"""The DuckDB scan: one value count per column, duplicates and overlaps; memory and threads bounded."""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from mlops_actions.adapters.datasets.opening import open_rows, quoted, reading
from mlops_actions.adapters.datasets.rows import kind_of
from mlops_actions.errors import InputError
from mlops_actions.profile.column import ColumnProfile
from mlops_actions.results.words import count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import duckdb

DISTINCT_LIMIT = 1_000_000
VALUES_AT_ONCE = 2_000_000  # read into memory together


@dataclass(frozen=True)
class DatasetScanner:
    """Reads files of one project; `limit` distinct values a column are counted exactly."""

    limit: int = DISTINCT_LIMIT

    def profile(self, role: str, path: Path, shown: str) -> TableProfile:
        """Profile one file.

        Raises:
            InputError: missing, unreadable, a pointer to data elsewhere, no rows or no columns.
        """
        connection = open_rows(path, shown)
        with reading(path, shown):
            described = connection.execute("DESCRIBE rows").fetchall()
            rows = _number(connection, "SELECT count(*) FROM rows")
            if not rows or not described:
                seen = f"{count(rows, 'row')}, {count(len(described), 'column')}"
                raise InputError(
                    f"{shown}: {seen}; at least one of each is needed",
                    hint="Write the rows, or name another file.",
                )
            kinds = {str(row[0]): kind_of(str(row[1])) for row in described}
            columns = tuple(self._columns(connection, kinds, rows))
            distinct = _number(connection, "SELECT count(*) FROM (SELECT DISTINCT * FROM rows)")
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256")
        return TableProfile(
            role, shown, rows, columns, path.stat().st_size, digest.hexdigest(), rows - distinct
        )

    def _columns(
        self, connection: duckdb.DuckDBPyConnection, kinds: dict[str, str], rows: int
    ) -> Iterator[ColumnProfile]:
        """Column by column; of few rows many columns are read at once: each query costs milliseconds."""
        names = list(kinds)
        size = max(1, VALUES_AT_ONCE // rows)
        for part in (names[at : at + size] for at in range(0, len(names), size)):
            values = [_value(name, kinds[name]) for name in part]
            if len(part) == 1:
                counted = [self._counted(connection, values[0])]
            else:
                read = connection.execute(f"SELECT {', '.join(values)} FROM rows").fetchall()
                counted = [Counter(map(_plain, column)) for column in zip(*read, strict=True)]
            for name, found in zip(part, counted, strict=True):
                if len(found) > self.limit:
                    yield self._wide(connection, name, kinds[name], rows)
                    continue
                nulls = found.pop(None, 0)
                counts = tuple(sorted(found.items()))
                yield ColumnProfile(name, kinds[name], rows, nulls, counts, len(counts))

    def _counted(self, connection: duckdb.DuckDBPyConnection, value: str) -> Counter[Any]:
        """Values and their counts, at most one more than the limit and null."""
        sql = f"SELECT {value} AS v, count(*) AS n FROM rows GROUP BY v LIMIT {self.limit + 2}"
        found: Counter[Any] = Counter()
        for v, n in connection.execute(sql).fetchall():
            found[_plain(v)] += int(n)
        return found

    def _wide(self, connection: duckdb.DuckDBPyConnection, name: str, kind: str, rows: int) -> ColumnProfile:
        """Too many distinct values to count each: nulls and an approximate distinct count only."""
        column = quoted(name)
        sql = f"SELECT count(*) - count({column}), approx_count_distinct({column}) FROM rows"
        nulls, distinct = connection.execute(sql).fetchall()[0]
        return ColumnProfile(name, kind, rows, int(nulls), None, int(distinct))

    def overlap(self, first: Path, second: Path, columns: Sequence[str]) -> int:
        """Distinct combinations of the columns (nulls equal) that both files hold."""
        connection, names = _both(first, second, columns)
        sql = f"SELECT count(*) FROM (SELECT {names} FROM rows INTERSECT SELECT {names} FROM others)"
        return _number(connection, sql)

    def twins(self, first: Path, second: Path, columns: Sequence[str]) -> tuple[int, int]:
        """Rows of the second file, by these columns (nulls equal): in the first, and more than once in it."""
        connection, names = _both(first, second, columns)
        named = ", ".join(f"c{place}" for place in range(len(columns)))
        sql = (
            "SELECT coalesce(sum(n2) FILTER (n1 > 0), 0), coalesce(sum(n2) FILTER (n2 > 1), 0) FROM ("
            f"SELECT sum(a) AS n1, sum(b) AS n2 FROM (SELECT 1 AS a, 0 AS b, {names} FROM rows UNION ALL "
            f"SELECT 0, 1, {names} FROM others) AS both_files(a, b, {named}) GROUP BY {named})"
        )
        shared, within = connection.execute(sql).fetchall()[0]
        return int(shared), int(within)

    def conflicting_labels(self, path: Path, features: Sequence[str], target: str) -> tuple[int, int]:
        """(feature combinations with more than one label, rows in them)."""
        connection = open_rows(path, path.name)
        names = ", ".join(quoted(name) for name in features)
        sql = (
            f"SELECT count(*), coalesce(sum(n), 0) FROM (SELECT count(*) AS n FROM rows GROUP BY {names} "
            f"HAVING count(DISTINCT {quoted(target)}) > 1)"
        )
        groups, rows = connection.execute(sql).fetchall()[0]
        return int(groups), int(rows)


def _both(first: Path, second: Path, columns: Sequence[str]) -> tuple[duckdb.DuckDBPyConnection, str]:
    """A connection with the views rows and others, and the columns as one can compare them."""
    connection = open_rows(first, first.name)
    open_rows(second, second.name, connection, "others")
    kinds = [
        {str(row[0]): kind_of(str(row[1])) for row in connection.execute(f"DESCRIBE {view}").fetchall()}
        for view in ("rows", "others")
    ]
    return connection, ", ".join(_comparable(name, kinds[0][name], kinds[1][name]) for name in columns)


def _value(name: str, kind: str) -> str:
    """The column as it is counted."""
    if kind == "number":
        return f"CAST({quoted(name)} AS DOUBLE)"
    return quoted(name) if kind in {"integer", "boolean"} else f"CAST({quoted(name)} AS VARCHAR)"


def _number(connection: duckdb.DuckDBPyConnection, sql: str) -> int:
    return int(connection.execute(sql).fetchall()[0][0])


def _comparable(name: str, first: str, second: str) -> str:
    """A column of two files whose kinds differ (a number here, a text there) is compared as text."""
    numbers = {"integer", "number"}
    if first == second or {first, second} <= numbers:
        return quoted(name)
    return f"CAST({quoted(name)} AS VARCHAR)"


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        value = float(value)
    return None if isinstance(value, float) and math.isnan(value) else value
