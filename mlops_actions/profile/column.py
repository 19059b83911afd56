"""One column of a data set as value counts, or as bins where there are too many. No I/O."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from mlops_actions.profile.counts import EXACT
from mlops_actions.profile.rounding import median_spread, to_spread

if TYPE_CHECKING:
    from mlops_actions.profile.bins import BinnedCounts
    from mlops_actions.profile.counts import ValueCounts

NUMERIC = ("integer", "number", "boolean")
TOLD = ("mean", "std", "median", "iqr")
TIMES = ("date", "timestamp")  # counted as whole UTC microseconds since 1970


@dataclass(frozen=True)
class ColumnProfile:
    """Exact value counts without nulls, or None above the distinct limit, where numbers have `binned`.

    NaN counts as null. `distinct` is exact where counts are there, else estimated. `stored`: it was counted
    on the values as stored, of which several may be one double or one microsecond.
    """

    name: str
    kind: str
    rows: int
    nulls: int
    counts: ValueCounts | None
    distinct: int
    binned: BinnedCounts | None = None
    infinite: int = 0  # rows: of numbers without counts; of times always, which are among the nulls then
    stored: bool = False
    estimated: bool = True  # `distinct`, where counts are not there
    lossy: bool = False  # whether different numbers of the file may have become one double

    @property
    def numeric(self) -> bool:
        """Whether values are numbers."""
        return self.kind in NUMERIC

    @property
    def present(self) -> int:
        """Rows that are not null."""
        return self.rows - self.nulls

    @property
    def about(self) -> str:
        """What a sentence says before `distinct` where it is estimated."""
        return "about " if self.counts is None and self.estimated else ""

    @property
    def null_rate(self) -> float:
        """Nulls among all rows; 0 of no rows."""
        return self.nulls / self.rows if self.rows else 0.0

    @cached_property
    def rounded(self) -> int:
        """Rows whose number may have lost digits when it became a double; 0 where `distinct` tells all."""
        if self.kind != "number" or self.stored:
            return 0
        if self.counts is not None:
            return self.counts.rows_where(np.abs(self.counts.values.astype(np.float64)) >= EXACT)
        if self.binned is None:
            return 0
        edges = self.binned.edges
        return int(self.binned.rows[(edges[:-1] >= EXACT) | (edges[1:] <= -EXACT)].sum())

    @cached_property
    def summary(self) -> NumberSummary | None:
        """Of a numeric column, None without finite values."""
        return summarise(self)


@dataclass(frozen=True)
class NumberSummary:
    """Moments and quantiles of a numeric column's finite values; those of bins are interpolated.

    iqr: the width of the middle half, which holds the median whatever the outermost values are.
    """

    minimum: float
    maximum: float
    mean: float
    std: float
    median: float
    iqr: float

    def spread_of(self, name: str) -> float:
        """What the digits of one of the figures are told by."""
        if name == "iqr":
            return self.iqr
        return median_spread(self.median, self.std, self.iqr) if name == "median" else self.std

    def coarse(self) -> NumberSummary | None:
        """Each figure to three digits of its spread; None of a constant or beyond a float.

        Exact ones tell a row: an odd number's median is a value, two commits' means tell the row between.
        """
        if not (math.isfinite(self.mean) and 0 < self.std < math.inf):
            return None
        told = {name: to_spread(getattr(self, name), self.spread_of(name)) for name in TOLD}
        return replace(self, **told)


def summarise(column: ColumnProfile) -> NumberSummary | None:
    """What `summary` of a column keeps (std with n - 1)."""
    if not column.numeric:
        return None
    if column.counts is None:
        bins = column.binned
        if bins is None or not bins.total:
            return None
        quarter, half, three = (bins.quantile(share) for share in (0.25, 0.5, 0.75))
        return NumberSummary(bins.minimum, bins.maximum, bins.mean, bins.std, half, _width(quarter, three))
    finite = column.counts.finite
    if not len(finite):
        return None
    values, rows = finite.values, finite.rows
    n = int(rows.sum())
    power = math.frexp(max(abs(float(values[0])), abs(float(values[-1]))))[1]
    scaled = np.ldexp(values, -power)  # within [-1, 1], so that no square is beyond a float
    mean = math.fsum(scaled * rows) / n
    square = math.fsum(rows * (scaled - mean) ** 2)
    std = math.sqrt(square / (n - 1)) if len(values) > 1 else 0.0  # of one value the mean may be a hair off
    heaped = np.cumsum(rows)
    fourth = (n - 1) // 4
    places = (fourth, (n - 1) // 2, n // 2, n - 1 - fourth)
    quarter, low, high, three = (
        float(values[np.searchsorted(heaped, place, side="right")]) for place in places
    )
    return NumberSummary(
        minimum=float(values[0]),
        maximum=float(values[-1]),
        mean=float(np.ldexp(mean, power)),
        std=min(float(np.ldexp(std, power)), sys.float_info.max),
        median=low / 2 + high / 2 if low != high else low,
        iqr=_width(quarter, three),
    )


def _width(low: float, high: float) -> float:
    """Between two values; of floats that differ by more than the largest one, that one."""
    half = high / 2 - low / 2
    return half * 2 if half < sys.float_info.max / 2 else sys.float_info.max
