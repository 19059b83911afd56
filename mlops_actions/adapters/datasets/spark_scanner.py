"""The Spark scanner: Narwhals on PySpark behind the port of profile/scanner.py (extra `spark`).

Narwhals says the aggregates, the groups and the joins. Plain Spark says what Narwhals lacks: estimates of
distinct values, bins by edges, SQL predicates, row keys, and the canonical values of spark_values.py.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np
from pyspark.sql import functions as fn

from mlops_actions.adapters.datasets import spark_equal_rows as equal
from mlops_actions.adapters.datasets.no_such_kind import no_such
from mlops_actions.adapters.datasets.row_key import mixed
from mlops_actions.adapters.datasets.scanner import SURELY_MORE, VALUES_AT_ONCE
from mlops_actions.adapters.datasets.spark_bins import binned
from mlops_actions.adapters.datasets.spark_predicate import spark_predicate
from mlops_actions.adapters.datasets.spark_session import asking, evaluating_on_spark
from mlops_actions.adapters.datasets.spark_source import SparkSource, spark_source
from mlops_actions.adapters.datasets.spark_values import SparkColumn
from mlops_actions.adapters.datasets.value_arrays import batches, counted, grouped, joint, plain
from mlops_actions.errors import InputError
from mlops_actions.profile.needs import MisfitRows
from mlops_actions.profile.scanner import Counted, Moments
from mlops_actions.results.words import count

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray
    from pyspark.sql import DataFrame

    from mlops_actions.profile.counts import ValueCounts
    from mlops_actions.profile.needs import DoubtfulRows, JointCounts, RowChanges, SharedRows, TornLabels
    from mlops_actions.profile.places import Sought

ABSENT = {"bool": False, "string": "", "large_string": ""}  # what stands under a mask; else 0


@dataclass(frozen=True, eq=False)
class SparkScanner:
    """One file behind the port; its columns are c0, c1, ... of the frame."""

    source: SparkSource
    shown: str

    @classmethod
    def open(
        cls, path: Path, shown: str, *, flat: bool = False, texts: frozenset[str] = frozenset()
    ) -> SparkScanner:
        """Open a data file; `flat` makes the columns a.b of what column a nests as b.

        `texts` are the columns of a text file that are text as it is written.

        Raises:
            ConfigError, InputError: missing, unreadable, a pointer to data elsewhere, no rows or no columns.
            DependencyError: Spark does not start.
        """
        scanner = cls(spark_source(path, shown, flat=flat, texts=texts), shown)
        if not scanner.rows or not scanner.kinds:
            seen = f"{count(scanner.rows, 'row')}, {count(len(scanner.kinds), 'column')}"
            hint = "Write the rows, or name another file."
            raise InputError(f"{shown}: {seen}; at least one of each is needed", hint=hint)
        return scanner

    @property
    def decimal(self) -> str:
        """The decimal sign of CSV."""
        return self.source.decimal

    @property
    def written(self) -> Mapping[str, bool]:
        """Columns of doubles that the file writes otherwise, and whether some may have become one."""
        return self.source.written

    @property
    def frame(self) -> DataFrame:
        """The file."""
        return self.source.frame

    @cached_property
    def columns(self) -> dict[str, SparkColumn]:
        """By the file's names, in its order."""
        spark = dict(self.frame.dtypes)
        return {
            name: SparkColumn(f"c{at}", type_name, spark[f"c{at}"])
            for at, (name, type_name) in enumerate(self.source.types.items())
        }

    @cached_property
    def kinds(self) -> dict[str, str]:
        """Column to kind."""
        return {name: column.kind for name, column in self.columns.items()}

    @cached_property
    def rows(self) -> int:
        """How many."""
        with asking(self.shown):
            return int(self.frame.count())

    def ask(self, frame: nw.LazyFrame[Any]) -> list[int]:
        """The one row of whole numbers that an aggregate gives; null (of no rows) is 0."""
        with asking(self.shown):
            row = frame.collect().row(0)
        return [int(value or 0) for value in row]

    def arrays(self, frame: DataFrame) -> dict[str, NDArray[Any]]:
        """The answer by column, masked where null."""
        with asking(self.shown):
            table = frame.toArrow()
        found: dict[str, NDArray[Any]] = {}
        for name, column in zip(table.column_names, table.columns, strict=True):
            filled = column.fill_null(ABSENT.get(str(column.type), 0)).to_numpy()
            found[name] = np.ma.MaskedArray(filled, mask=column.is_null().to_numpy())
        return found

    def values(self, columns: Sequence[str]) -> DataFrame:
        """The canonical values as v0, v1, ..."""
        return self.frame.selectExpr(
            *(f"{self.columns[name].value} AS v{at}" for at, name in enumerate(columns))
        )

    def infinite(self, columns: Sequence[str]) -> dict[str, int]:
        """Rows with an infinite time, which no other answer holds."""
        if not columns:
            return {}
        asked = (f"count_if({self.columns[name].infinite}) AS n{at}" for at, name in enumerate(columns))
        with asking(self.shown):
            found = self.frame.selectExpr(*asked).collect()[0]
        return dict(zip(columns, map(int, found), strict=True))

    def value_counts(self, columns: Sequence[str], limit: int) -> Iterator[tuple[str, Counted]]:
        """Column by column; of few rows many columns are read at once: each job costs tenths of a second."""
        long = [name for name in columns if self.rounds(name)]
        yield from ((name, self._alone(name, limit)) for name in long)
        names = [name for name in columns if name not in long]
        size = max(1, VALUES_AT_ONCE // max(1, self.rows))
        for part in (names[at : at + size] for at in range(0, len(names), size)):
            if len(part) > 1:
                read = self.arrays(self.values(part))
                for at, name in enumerate(part):
                    yield name, counted(read[f"v{at}"], self.kinds[name], limit)
            else:
                yield part[0], self._alone(part[0], limit)

    def rounds(self, name: str) -> bool:
        """Whether several values may be counted as one: a double, or a microsecond."""
        return self.columns[name].rounds or name in self._finer

    @cached_property
    def _finer(self) -> frozenset[str]:
        """Columns with times between two microseconds; most have none."""
        times = [name for name, column in self.columns.items() if column.nanoseconds]
        asked = (
            f"count_if(NOT ({column.infinite}) AND {column.column} % 1000 <> 0) AS n{at}"
            for at, column in enumerate(self.columns[name] for name in times)
        )
        told = self.ask(nw.from_native(self.frame.selectExpr(*asked))) if times else ()
        return frozenset(name for name, rows in zip(times, told, strict=True) if rows)

    def _alone(self, name: str, limit: int) -> Counted:
        """One column by the engine: whether it is wide is told first."""
        if self.rows > limit and self.distinct(name) > SURELY_MORE * limit:
            return self._wide(name)
        return self._grouped(name, limit)

    def _wide(self, name: str) -> Counted:
        stored = self.distinct(name) if self.rounds(name) else None
        return Counted(self._nulls[name], None, stored=stored)

    def _grouped(self, name: str, limit: int) -> Counted:
        found = nw.from_native(self.values([name])).group_by("v0").agg(nw.len().alias("n")).head(limit + 3)
        read = self.arrays(found.to_native())
        rows = np.asarray(np.ma.getdata(read["n"]), dtype=np.int64)
        counts = grouped(read["v0"], rows, self.kinds[name], limit)
        if counts is not None and self.rounds(name):
            column = self.columns[name]
            frame = self.frame.where(f"NOT ({column.infinite})") if column.nanoseconds else self.frame
            stored = nw.from_native(frame.select(column.column)).drop_nulls().unique()
            counts = counts._replace(stored=self.ask(stored.select(nw.len().alias("n")))[0])
        return counts or self._wide(name)

    @cached_property
    def _nulls(self) -> dict[str, int]:
        """Nulls of every column in one pass, NaN among them."""
        asked = []
        for at, kind in enumerate(self.kinds.values()):
            missing = nw.col(f"v{at}").is_null()
            if kind == "number":
                missing = missing | nw.col(f"v{at}").is_nan().fill_null(value=False)
            asked.append(missing.cast(nw.Int64).sum().alias(f"v{at}"))
        found = self.ask(nw.from_native(self.values(list(self.kinds))).select(*asked))
        return dict(zip(self.kinds, found, strict=True))

    def distinct(self, column: str) -> int:
        """By HyperLogLog."""
        return self._estimates[column]

    @cached_property
    def _estimates(self) -> dict[str, int]:
        """Of every column in one pass."""
        asked = (
            f"approx_count_distinct({column.column}) AS {column.column}" for column in self.columns.values()
        )
        with asking(self.shown):
            found = self.frame.selectExpr(*asked).collect()[0]
        return dict(zip(self.kinds, map(int, found), strict=True))

    def numbers(self, column: str) -> DataFrame:
        """v: (rows) doubles, 0.0 for -0.0."""
        return self.frame.selectExpr(f"{self.columns[column].number} + 0D AS v")

    def moments(self, column: str) -> Moments | None:
        """Over finite values; the mean and the deviation by Welford's update."""
        v = nw.col("v")
        held = nw.when(v.is_finite()).then(v).alias("v")
        infinite = (~v.is_finite() & ~v.is_nan()).cast(nw.Int64).alias("infinite")
        asked = (
            v.min().alias("low"),
            v.max().alias("high"),
            v.mean().alias("mean"),
            v.std(ddof=1).alias("std"),
        )
        frame = nw.from_native(self.numbers(column)).select(held, infinite)
        with asking(self.shown):
            found = frame.select(*asked, nw.col("infinite").sum()).collect().row(0)
        low, high, mean, std, beyond = found
        if low is None:
            return None
        std = 0.0 if std is None or math.isnan(std) else std
        return Moments(float(low), float(high), float(mean), float(std), int(beyond))

    def histogram(self, column: str, edges: NDArray[np.float64]) -> NDArray[np.int64]:
        """Bins by binary search."""
        return binned(self, column, edges)

    def count_where(self, predicate: str) -> int:
        """Rows for which it is false; null is not false. SQL has no Narwhals expression.

        Raises:
            ConfigError: types that cannot be compared, or a value it cannot be evaluated for.
        """
        said = spark_predicate(predicate, self.columns, self.shown)
        natural = (f"{column.natural} AS {column.column}" for column in self.columns.values())
        with asking(self.shown), evaluating_on_spark(predicate, self.shown):
            return int(self.frame.selectExpr(*natural).where(f"NOT ({said})").count())

    def matches(self, column: str, patterns: Sequence[str]) -> tuple[int, ...]:
        """Rows whose text holds each of the patterns; Narwhals' expressions of Spark find none in Java's."""
        v = fn.col("v0")
        held = [fn.count_if(v.rlike(each)).alias(f"n{at}") for at, each in enumerate(patterns)]
        with asking(self.shown):
            return tuple(int(n) for n in self.values([column]).select(*held).collect()[0])

    def matching(self, column: str, pattern: str, *, found: bool) -> Iterator[ValueCounts]:
        """The distinct values, a partition at a time."""
        kind = self.kinds[column]
        values = self.values([column]).where(
            "v0 IS NOT NULL" + (" AND NOT isnan(v0)" if kind == "number" else "")
        )
        if pattern and self._readable(pattern):
            holds = fn.col("v0").rlike(pattern)
            values = values.where(holds if found else ~holds)
        if kind == "number":
            values = values.selectExpr("v0 + 0D AS v0")
        with asking(self.shown):
            read = values.groupBy("v0").count().toLocalIterator()
        return batches(self._pairs(read), kind)

    def _pairs(self, read: Iterator[Any]) -> Iterator[tuple[Any, int]]:
        with asking(self.shown):
            yield from (tuple(row) for row in read)

    def _readable(self, pattern: str) -> bool:
        one = self.frame.sparkSession.range(1)
        try:
            one.select(fn.lit("").rlike(pattern)).collect()
        except Exception:  # noqa: BLE001 - Java's PatternSyntaxException comes in many wrappers
            return False
        return True

    def misfits(self, column: str, kind: str, most: int) -> MisfitRows:
        """Counted alone: Spark keeps no order of rows."""
        del most
        each = self.columns[column]
        wrong = no_such(each.column, each.kind, kind, "{} rlike concat('^(?:', {}, ')$')".format)
        with asking(self.shown):
            return MisfitRows(int(self.frame.where(wrong).count()))

    def repeats(self, columns: Sequence[str]) -> int:
        """Rows beyond the first of equal ones."""
        return equal.repeats(self, columns)

    def shared(self, columns: Sequence[str], other: SparkScanner) -> SharedRows:
        """Rows that the other split has, too."""
        return equal.shared(self, columns, other)

    def conflicts(self, features: Sequence[str], target: str) -> TornLabels:
        """Equal features with more than one label."""
        return equal.conflicts(self, features, target)

    def joint_counts(self, by: str, column: str, limit: int) -> JointCounts | None:
        """Exact rows of each pair of values, none null; None above `limit` distinct pairs."""
        pair = nw.from_native(self.values([by, column])).drop_nulls()
        for at, name in enumerate((by, column)):
            if self.kinds[name] == "number":
                pair = pair.filter(~nw.col(f"v{at}").is_nan())
        cells = pair.group_by("v0", "v1").agg(nw.len().alias("n")).head(limit + 1).to_native()
        with asking(self.shown):
            found = [tuple(row) for row in cells.collect()]
        return joint(found, (self.kinds[by], self.kinds[column]), limit)

    def orphans(self, columns: Sequence[str], other: SparkScanner, other_columns: Sequence[str]) -> int:
        """Rows whose columns, none null, are in no row of the other."""
        return equal.orphans(self, columns, other, other_columns)

    def doubtful(
        self, columns: Sequence[str], other: SparkScanner, other_columns: Sequence[str]
    ) -> DoubtfulRows:
        """Rows that may be equal to the other's by lost digits alone."""
        return equal.doubtful(self, columns, other, other_columns)

    def changes(self, key: Sequence[str], columns: Sequence[str], other: SparkScanner) -> RowChanges:
        """This split against the other, joined by key."""
        return equal.changes(self, key, columns, other)

    def places(self, sought: Sought, most: int, other: Any = None) -> None:  # noqa: ARG002 - the port
        """Spark's rows have no order."""
        return

    def values_at(self, rows: Sequence[int], columns: Sequence[str]) -> dict[int, tuple[Any, ...]]:  # noqa: ARG002
        """Spark's rows have no numbers."""
        return {}

    def sample(self, columns: Sequence[str], n: int, seed: int) -> dict[str, list[Any]]:
        """The rows with the smallest key of row_key.py, without numbers; Narwhals has no md5."""
        columns = [name for name in columns if name in self.kinds]
        chosen = (f"{self.columns[name].value} AS v{at}" for at, name in enumerate(columns))
        mix = mixed([column.code for column in self.columns.values()], "({} ^ {})".format)
        key = f"md5(encode(concat('{seed:d}:', CAST({mix} AS STRING)), 'UTF-8'))"
        with asking(self.shown):
            read = self.frame.selectExpr(*chosen, f"{key} AS row_key").orderBy("row_key").limit(n).collect()
        return {name: plain([row[at] for row in read], self.kinds[name]) for at, name in enumerate(columns)}
