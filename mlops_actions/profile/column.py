"""One column of a data set as value counts: every per-column check follows from them. No I/O."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

NUMERIC = ("integer", "number", "boolean")


@dataclass(frozen=True)
class ColumnProfile:
    """Exact value counts without nulls, sorted by value; `counts` is None above the distinct limit.

    NaN counts as null. `distinct` is exact where counts are there.
    """

    name: str
    kind: str
    rows: int
    nulls: int
    counts: tuple[tuple[Any, int], ...] | None
    distinct: int

    @property
    def numeric(self) -> bool:
        """Whether values are numbers."""
        return self.kind in NUMERIC

    @property
    def present(self) -> int:
        """Rows that are not null."""
        return self.rows - self.nulls

    @property
    def null_rate(self) -> float:
        """Nulls among all rows; 0 of no rows."""
        return self.nulls / self.rows if self.rows else 0.0

    def finite(self) -> tuple[tuple[float, int], ...]:
        """Finite numbers and their counts."""
        counts = self.counts or ()
        if self._floats:
            return counts
        return tuple((float(value), count) for value, count in counts if math.isfinite(float(value)))

    @cached_property
    def _floats(self) -> bool:
        """Whether all values are finite floats already."""
        return all(type(value) is float and math.isfinite(value) for value, _ in self.counts or ())

    @cached_property
    def summary(self) -> NumberSummary | None:
        """Of a numeric column, None without finite values."""
        return summarise(self)


@dataclass(frozen=True)
class NumberSummary:
    """Moments and quantiles of a numeric column's finite values."""

    minimum: float
    maximum: float
    mean: float
    std: float
    median: float


def summarise(column: ColumnProfile) -> NumberSummary | None:
    """What `summary` of a column keeps (std with n - 1)."""
    if not column.numeric or not (pairs := column.finite()):
        return None
    n = sum(count for _, count in pairs)
    mean = math.fsum(value * count for value, count in pairs) / n
    square = math.fsum(count * (value - mean) ** 2 for value, count in pairs)
    return NumberSummary(
        minimum=pairs[0][0],
        maximum=pairs[-1][0],
        mean=mean,
        std=math.sqrt(square / (n - 1)) if n > 1 else 0.0,
        median=(_at(pairs, (n - 1) // 2) + _at(pairs, n // 2)) / 2,
    )


def _at(pairs: tuple[tuple[float, int], ...], position: int) -> float:
    seen = 0
    for value, count in pairs:
        seen += count
        if seen > position:
            return value
    return pairs[-1][0]


@dataclass(frozen=True)
class TableProfile:
    """One split: its columns in file order, whole-row duplicates, and which bytes it was read from."""

    role: str
    path: str
    rows: int
    columns: tuple[ColumnProfile, ...]
    bytes: int
    sha256: str
    duplicate_rows: int = 0

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The column names."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> ColumnProfile | None:
        """The column of that name, or None."""
        return self._by_name.get(name)

    @cached_property
    def _by_name(self) -> dict[str, ColumnProfile]:
        return {column.name: column for column in reversed(self.columns)}
