"""The DuckDB scan: one value count per column, duplicates and overlaps; memory and threads bounded."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from mlops_actions.adapters.datasets.opening import open_rows, quoted, refuse_pointer
from mlops_actions.adapters.datasets.rows import kind_of
from mlops_actions.errors import InputError
from mlops_actions.profile.column import ColumnProfile, TableProfile

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import duckdb

DISTINCT_LIMIT = 1_000_000


@dataclass(frozen=True)
class DatasetScanner:
    """Reads files of one project; `limit` distinct values a column are counted exactly."""

    limit: int = DISTINCT_LIMIT

    def profile(self, role: str, path: Path, shown: str) -> TableProfile:
        """Profile one file.

        Raises:
            InputError: missing, unreadable, a pointer to data elsewhere, no rows or no columns.
        """
        refuse_pointer(path, shown)
        connection = open_rows(path, shown)
        described = connection.execute("DESCRIBE rows").fetchall()
        rows = int(connection.execute("SELECT count(*) FROM rows").fetchall()[0][0])
        if not rows or not described:
            raise InputError(
                f"{shown}: {rows} rows, {len(described)} columns; at least one of each is needed"
            )
        columns = tuple(
            self._column(connection, str(row[0]), kind_of(str(row[1])), rows) for row in described
        )
        distinct = int(
            connection.execute("SELECT count(*) FROM (SELECT DISTINCT * FROM rows)").fetchall()[0][0]
        )
        digest = hashlib.sha256()
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256")
        return TableProfile(
            role, shown, rows, columns, path.stat().st_size, digest.hexdigest(), rows - distinct
        )

    def _column(
        self, connection: duckdb.DuckDBPyConnection, name: str, kind: str, rows: int
    ) -> ColumnProfile:
        value = quoted(name)
        if kind == "number":
            value = f"CAST({value} AS DOUBLE)"
        elif kind not in {"integer", "boolean"}:
            value = f"CAST({value} AS VARCHAR)"
        sql = f"SELECT {value} AS v, count(*) AS n FROM rows GROUP BY v LIMIT {self.limit + 2}"
        found = [(_plain(v), int(n)) for v, n in connection.execute(sql).fetchall()]
        if len(found) > self.limit:
            return self._wide(connection, name, kind, rows)
        nulls = sum(n for v, n in found if v is None)
        counts = tuple(sorted((v, n) for v, n in found if v is not None))
        return ColumnProfile(name, kind, rows, nulls, counts, len(counts))

    def _wide(self, connection: duckdb.DuckDBPyConnection, name: str, kind: str, rows: int) -> ColumnProfile:
        """Too many distinct values to count each: nulls and an approximate distinct count only."""
        column = quoted(name)
        sql = f"SELECT count(*) - count({column}), approx_count_distinct({column}) FROM rows"
        nulls, distinct = connection.execute(sql).fetchall()[0]
        return ColumnProfile(name, kind, rows, int(nulls), None, int(distinct))

    def overlap(self, first: Path, second: Path, columns: Sequence[str]) -> int:
        """Distinct combinations of the columns (nulls equal) that both files hold."""
        connection = open_rows(first, first.name)
        open_rows(second, second.name, connection, "others")
        names = ", ".join(quoted(name) for name in columns)
        sql = f"SELECT count(*) FROM (SELECT {names} FROM rows INTERSECT SELECT {names} FROM others)"
        return int(connection.execute(sql).fetchall()[0][0])

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


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        value = float(value)
    return None if isinstance(value, float) and math.isnan(value) else value
