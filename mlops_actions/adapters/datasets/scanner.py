"""The DuckDB scanner: one value count per column, row hashes for equal rows; memory and threads bounded."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

import duckdb
import numpy as np

from mlops_actions.adapters.datasets.behind_view import behind_view
from mlops_actions.adapters.datasets.decimal_sign import decimal_sign
from mlops_actions.adapters.datasets.doubtful_rows import doubtful
from mlops_actions.adapters.datasets.equal_rows import changes, conflicts, orphans, repeats, shared
from mlops_actions.adapters.datasets.flat import flatten
from mlops_actions.adapters.datasets.materialised import materialised
from mlops_actions.adapters.datasets.no_such_kind import no_such
from mlops_actions.adapters.datasets.number_pairs import written_doubles
from mlops_actions.adapters.datasets.opening import open_rows, quoted, reading
from mlops_actions.adapters.datasets.places import places, values_at
from mlops_actions.adapters.datasets.predicates import evaluating
from mlops_actions.adapters.datasets.row_blocks import MANY, blocks
from mlops_actions.adapters.datasets.row_hashes import RowHashes
from mlops_actions.adapters.datasets.row_sample import sampled
from mlops_actions.adapters.datasets.type_kinds import digits_of, kind_of
from mlops_actions.adapters.datasets.value_arrays import counted, grouped, joint
from mlops_actions.adapters.datasets.value_expressions import EXACT_DIGITS, NANOSECONDS, double_of, value_of
from mlops_actions.adapters.datasets.values_matching import matches, matching
from mlops_actions.errors import InputError
from mlops_actions.profile.needs import MisfitRows
from mlops_actions.profile.scanner import Counted, Moments
from mlops_actions.results.words import count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from mlops_actions.profile.counts import ValueCounts
    from mlops_actions.profile.needs import DoubtfulRows, JointCounts, RowChanges, SharedRows, TornLabels
    from mlops_actions.profile.places import Place, Sought

VALUES_AT_ONCE = 2_000_000  # read into memory together
HUGE = 2.0**512
MEMORY = "300MB"
EARLY_ROWS = 50_000
SURELY_MORE = 2  # times the limit: an estimate this far above it is no accident


@dataclass(frozen=True, eq=False)
class DuckDBScanner:
    """One file behind the port of profile/scanner.py; its rows are the view `rows` of the connection."""

    connection: duckdb.DuckDBPyConnection
    path: Path
    shown: str
    decimal: str = ""
    texts: frozenset[str] = frozenset()

    @classmethod
    def open(
        cls, path: Path, shown: str, *, flat: bool = False, texts: frozenset[str] = frozenset()
    ) -> DuckDBScanner:
        """Open a data file; `flat` makes the columns a.b of what column a nests as b; `texts` stay as is.

        Raises:
            ConfigError, InputError: missing, unreadable, a pointer to data elsewhere, no rows or no columns.
        """
        view = "nested" if flat else "rows"
        connection = open_rows(path, shown, view=view, texts=texts)
        connection.execute(f"SET memory_limit = '{MEMORY}'")  # beyond it DuckDB spills to disk
        materialised(connection, path, shown, view)
        if flat:
            with reading(path, shown):
                flatten(connection)
        scanner = cls(connection, path, shown, decimal_sign(connection), texts)
        if not scanner.rows or not scanner.types:
            seen = f"{count(scanner.rows, 'row')}, {count(len(scanner.types), 'column')}"
            hint = "Write the rows, or name another file."
            raise InputError(f"{shown}: {seen}; at least one of each is needed", hint=hint)
        return scanner

    @cached_property
    def table(self) -> str:
        """The rows behind FROM, where few of many columns are read at a time."""
        return behind_view(self.connection)

    @cached_property
    def types(self) -> dict[str, str]:
        """Column to DuckDB type."""
        return {str(row[0]): str(row[1]) for row in self.ask("DESCRIBE rows")}

    @cached_property
    def kinds(self) -> dict[str, str]:
        """Column to kind."""
        return {name: kind_of(type_name) for name, type_name in self.types.items()}

    @cached_property
    def written(self) -> dict[str, bool]:
        """Columns of doubles that the file writes otherwise, and whether some may have become one."""
        with reading(self.path, self.shown):
            return written_doubles(self.connection, self.path, self.shown, self.types)

    @cached_property
    def rows(self) -> int:
        """How many."""
        return int(self.ask("SELECT count(*) FROM rows")[0][0])

    def ask(self, sql: str, parameters: list[Any] | None = None) -> list[tuple[Any, ...]]:
        """All rows of the answer; what is wrong with the file's content is an InputError with its line."""
        with reading(self.path, self.shown):
            return self.connection.execute(sql, parameters).fetchall()

    def arrays(self, sql: str) -> dict[str, NDArray[Any]]:
        """The answer by column, masked where null."""
        with reading(self.path, self.shown):
            return cast("dict[str, NDArray[Any]]", self.connection.execute(sql).fetchnumpy())

    def value(self, name: str) -> str:
        """The column as it is counted and compared: SQL."""
        return value_of(quoted(name), self.kinds[name], self.types[name])

    def infinite(self, columns: Sequence[str]) -> dict[str, int]:
        """Rows with an infinite time, which no other answer holds."""
        if not columns:
            return {}
        listed = ", ".join(f"count(*) FILTER (isinf({quoted(name)}))" for name in columns)
        return dict(zip(columns, map(int, self.ask(f"SELECT {listed} FROM rows")[0]), strict=True))

    def value_counts(self, columns: Sequence[str], limit: int) -> Iterator[tuple[str, Counted]]:
        """Column by column; of few rows many columns are read at once: each query costs milliseconds."""
        long = [name for name in columns if self.rounds(name)]
        yield from ((name, self._alone(name, limit)) for name in long)
        names = [name for name in columns if name not in long]
        size = min(MANY, max(1, VALUES_AT_ONCE // max(1, self.rows)))
        for part in (names[at : at + size] for at in range(0, len(names), size)):
            if len(part) > 1:
                listed = ", ".join(f"{self.value(name)} AS c{at}" for at, name in enumerate(part))
                read = self.arrays(f"SELECT {listed} FROM {self.table}")
                for at, name in enumerate(part):
                    yield name, counted(read[f"c{at}"], self.kinds[name], limit)
            else:
                yield part[0], self._alone(part[0], limit)

    def rounds(self, name: str) -> bool:
        """Whether several values may be counted as one: a double, or a microsecond."""
        long = self.kinds[name] == "number" and digits_of(self.types[name]) > EXACT_DIGITS
        return long or name in self._finer

    @cached_property
    def _finer(self) -> frozenset[str]:
        """Columns with times between two microseconds; most have none."""
        times = [name for name, kind in self.types.items() if kind == NANOSECONDS]
        listed = ", ".join(f"bool_or(epoch_ns({quoted(name)}) % 1000 <> 0)" for name in times)
        told = self.ask(f"SELECT {listed} FROM rows")[0] if times else ()
        return frozenset(name for name, finer in zip(times, told, strict=True) if finer)

    def _alone(self, name: str, limit: int) -> Counted:
        """One column by the engine: whether it may be wide is told first."""
        if self._may_be_wide(name, limit) and self._estimated(name)[0] > SURELY_MORE * limit:
            return self._wide(name)
        return self._grouped(name, limit)

    def _wide(self, name: str) -> Counted:
        estimate, nulls = self._estimated(name)
        return Counted(nulls, None, stored=estimate if self.rounds(name) else None)

    def _may_be_wide(self, name: str, limit: int) -> bool:
        """Of the first rows alone, so that a column of few values is read once only."""
        return self.rows > limit and self._early[name] > min(limit, EARLY_ROWS) // 8

    @cached_property
    def _early(self) -> dict[str, int]:
        """About how many distinct values each column has in the first rows."""
        found: dict[str, int] = {}
        for part in blocks(list(self.kinds), self.rows):
            names = ", ".join(map(quoted, part))
            listed = ", ".join(f"approx_count_distinct({quoted(name)})" for name in part)
            read = self.ask(f"SELECT {listed} FROM (SELECT {names} FROM {self.table} LIMIT {EARLY_ROWS})")[0]
            found |= dict(zip(part, map(int, read), strict=True))
        return found

    def _grouped(self, name: str, limit: int) -> Counted:
        """Exact counts by the engine, one more than the limit at most (and the rows of null and of NaN)."""
        column, kind, type_name = quoted(name), self.kinds[name], self.types[name]
        # several decimals may be one double, several nanoseconds one microsecond
        key = self.value(name) if type_name.startswith(("DECIMAL", NANOSECONDS)) else column
        raw = f"SELECT {key} AS v, count(*) AS n FROM rows GROUP BY {key} LIMIT {limit + 3}"
        value = value_of("v", kind, type_name) if key == column else "v"
        read = self.arrays(f"SELECT {value} AS v, n FROM ({raw})")
        found = grouped(read["v"], np.asarray(read["n"], dtype=np.int64), kind, limit)
        if found is None:
            return self._wide(name)
        if self.rounds(name):
            finite = f" AND isfinite({column})" if type_name == NANOSECONDS else ""
            raw = f"SELECT DISTINCT {column} FROM rows WHERE {column} IS NOT NULL{finite}"
            return found._replace(stored=int(self.ask(f"SELECT count(*) FROM ({raw})")[0][0]))
        return found

    def _estimated(self, name: str) -> tuple[int, int]:
        """(distinct values by HyperLogLog, nulls with NaN among them) in one pass, once."""
        if name not in self._estimates:
            column = quoted(name)
            kind = self.kinds[name]
            nan = f" OR isnan({self.value(name)})" if kind == "number" else ""
            nan = f" OR isinf({column})" if kind in {"date", "timestamp"} else nan
            nulls = f"count(*) FILTER ({column} IS NULL{nan})"
            found = self.ask(f"SELECT approx_count_distinct({column}), {nulls} FROM rows")[0]
            self._estimates[name] = (int(found[0]), int(found[1]))
        return self._estimates[name]

    @cached_property
    def _estimates(self) -> dict[str, tuple[int, int]]:
        return {}

    def distinct(self, column: str) -> int:
        """By HyperLogLog."""
        return self._estimated(column)[0]

    def _number(self, column: str) -> str:
        """As a double, a time by its microseconds: SQL."""
        if self.kinds[column] in {"date", "timestamp"}:
            return f"CAST({self.value(column)} AS DOUBLE)"
        return double_of(quoted(column), self.types[column])

    def moments(self, column: str) -> Moments | None:
        """Mean and variance by Welford's update, over finite values; infinite ones are counted, too."""
        v = self._number(column)
        told = ("min", "max", "avg", "stddev_samp")
        finite = ", ".join(f"{each}(v) FILTER (isfinite(v))" for each in told)
        unit = 1.0
        with reading(self.path, self.shown):
            try:
                low, high, mean, std, infinite = self._moments(finite, v)
            except duckdb.OutOfRangeException:  # squares beyond a float
                unit = HUGE
                low, high, mean, std, infinite = self._moments(finite, f"{v} / {unit!r}")
        if low is None:
            return None
        low, high, mean, std = (float(each or 0.0) * unit for each in (low, high, mean, std))
        return Moments(low, high, mean, std, int(infinite))

    def _moments(self, finite: str, value: str) -> tuple[Any, ...]:
        sql = f"SELECT {finite}, count(*) FILTER (isinf(v)) FROM (SELECT {value} AS v FROM rows)"
        found: tuple[Any, ...] = self.connection.execute(sql).fetchall()[0]
        return found

    def histogram(self, column: str, edges: NDArray[np.float64]) -> NDArray[np.int64]:
        """Bins by their lower edges in one pass."""
        v = self._number(column)
        # DuckDB's bins are (a, b]: the float below each edge closes a bin on the left instead
        uppers = [*np.nextafter(edges[1:-1], -np.inf).tolist(), float(edges[-1])]
        sql = f"SELECT histogram(v, ?::DOUBLE[]) FROM (SELECT {v} AS v FROM rows) WHERE v BETWEEN ? AND ?"
        found = self.ask(sql, [uppers, float(edges[0]), float(edges[-1])])[0][0] or {}
        return np.array([int(found.get(upper, 0)) for upper in uppers], dtype=np.int64)

    def count_where(self, predicate: str) -> int:
        """Rows for which it is false; null is not false.

        Raises:
            ConfigError: types that cannot be compared, or a value it cannot be evaluated for.
        """
        sql = f"SELECT count(*) FROM rows WHERE NOT ({predicate})"
        with reading(self.path, self.shown), evaluating(predicate, self.shown):
            return int(self.connection.execute(sql).fetchall()[0][0])

    @cached_property
    def apart(self) -> dict[int, list[frozenset[tuple[str, str]]]]:
        """By the id of another scanner: pairs of columns (SQL) by which the two share no row."""
        return {}

    @cached_property
    def hashes(self) -> RowHashes:
        """Of whole rows, to find equal ones."""
        return RowHashes(self.connection, self.rows, self.table)

    def matches(self, column: str, patterns: Sequence[str]) -> tuple[int, ...]:
        """Rows whose text holds each of the patterns."""
        return matches(self, column, patterns)

    def matching(self, column: str, pattern: str, *, found: bool) -> Iterator[ValueCounts]:
        """The distinct values, some at a time, as the engine comes to them."""
        return matching(self, column, pattern, found=found)

    def misfits(self, column: str, kind: str, most: int) -> MisfitRows:
        """In the order of the file."""
        wrong = no_such("v", self.kinds[column], kind, "regexp_full_match({}, {})".format)
        numbered = f"SELECT row_number() OVER () AS r, {quoted(column)} AS v FROM rows"
        found = self.ask(f"SELECT count(*) FILTER ({wrong}) FROM ({numbered})")[0][0]
        sql = f"SELECT r, CAST(v AS VARCHAR) FROM ({numbered}) WHERE {wrong} ORDER BY r LIMIT {most:d}"
        first = self.ask(sql) if found else []
        rows, values = zip(*first, strict=True) if first else ((), ())
        return MisfitRows(int(found), tuple(map(int, rows)), tuple(map(str, values)))

    def repeats(self, columns: Sequence[str]) -> int:
        """Rows beyond the first of equal ones."""
        return repeats(self, columns)

    def shared(self, columns: Sequence[str], other: DuckDBScanner) -> SharedRows:
        """Rows that the other split has, too."""
        return shared(self, columns, other)

    def conflicts(self, features: Sequence[str], target: str) -> TornLabels:
        """Equal features with more than one label."""
        return conflicts(self, features, target)

    def joint_counts(self, by: str, column: str, limit: int) -> JointCounts | None:
        """Exact rows of each pair of values, none null; None above `limit` distinct pairs."""
        cell = f"SELECT {self.value(by)} AS g, {self.value(column)} AS v FROM rows"
        present = "g IS NOT NULL AND v IS NOT NULL"
        for name, seen in ((by, "g"), (column, "v")):
            if self.kinds[name] == "number":
                present += f" AND NOT isnan({seen})"
        counts = f"SELECT g, v, count(*) FROM ({cell}) WHERE {present} GROUP BY g, v"
        found = self.ask(f"{counts} LIMIT {limit + 1}")
        return joint(found, (self.kinds[by], self.kinds[column]), limit)

    def orphans(self, columns: Sequence[str], other: DuckDBScanner, other_columns: Sequence[str]) -> int:
        """Rows whose columns, none null, are in no row of the other."""
        return orphans(self, columns, other, other_columns)

    def doubtful(
        self, columns: Sequence[str], other: DuckDBScanner, other_columns: Sequence[str]
    ) -> DoubtfulRows:
        """Rows that may be equal to the other's by lost digits alone."""
        return doubtful(self, columns, other, other_columns)

    def changes(self, key: Sequence[str], columns: Sequence[str], other: DuckDBScanner) -> RowChanges:
        """This split against the other, joined by key."""
        return changes(self, key, columns, other)

    def places(self, sought: Sought, most: int, other: Any = None) -> tuple[Place, ...]:
        """The first rows that a check means, by their numbers."""
        return places(self, sought, most, other)

    def values_at(self, rows: Sequence[int], columns: Sequence[str]) -> dict[int, tuple[Any, ...]]:
        """Columns of rows, by number."""
        return values_at(self, rows, columns)

    def sample(self, columns: Sequence[str], n: int, seed: int) -> dict[str, list[Any]]:
        """Those with the smallest keys: the same wherever they stand, and on every engine."""
        return sampled(self, columns, n, seed)
