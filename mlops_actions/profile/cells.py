"""The cells that a column's rows are drawn in: one choice per column, made from training, for every split."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from mlops_actions.profile.column import TIMES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mlops_actions.profile.column import ColumnProfile
    from mlops_actions.profile.counts import ValueCounts

MOST = 30  # cells
TOP = 12  # categories that have a cell of their own
MANY = 20_000  # distinct categories above which nothing is drawn
ALL_DIFFERENT = 0.95  # distinct among present values: ids and free text have no shape
TAIL = 0.01  # of the rows on either side, which the outer cells take when they reach far out
LONG_TAIL = 0.05  # of them, where the first hundredth itself is far out, such as many -999
FAR = 4.0  # times the width between the tails
STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
LARGEST = sys.float_info.max
SECOND, DAY = 1e6, 86400e6  # in microseconds
TIME_STEPS = (
    *(SECOND * each for each in (1, 5, 15, 60, 300, 900, 3600, 6 * 3600)),
    *(DAY * each for each in (1, 2, 7, 14, 28, 91, 182, 365)),
)


@dataclass(frozen=True)
class NumberCells:
    """`count` cells of equal width from `start` on; the first and the last one hold everything beyond."""

    start: float
    width: float
    count: int

    def rows(self, column: ColumnProfile) -> tuple[int, ...]:
        """A column's finite numbers in each cell; () when it has none that are known."""
        inner = self.start + self.width * np.arange(1, self.count)
        if column.kind == "string":
            return ()
        if column.counts is not None:
            finite = column.counts.finite
            heaped = np.r_[0, np.cumsum(finite.rows)]
            below = heaped[np.searchsorted(finite.values, inner, side="left")]
            total = heaped[-1]
        elif column.binned is not None:
            held = np.r_[0, np.cumsum(column.binned.rows)]
            below = np.rint(np.interp(inner, column.binned.edges, held)).astype(np.int64)
            total = held[-1]
        else:
            return ()
        return tuple(np.diff(np.r_[0, below, total]).astype(int).tolist()) if total else ()


@dataclass(frozen=True, eq=False)
class CategoryCells:
    """Training's most common categories, most common first; all its others; those that it does not have."""

    top: tuple[str, ...]
    known: frozenset[str]

    def rows(self, column: ColumnProfile) -> tuple[int, ...]:
        """A column's rows in each cell; () when its categories are too many or no texts."""
        counts = column.counts
        if counts is None or column.kind != "string" or len(counts) > MANY:
            return ()
        held = {str(value): rows for value, rows in counts}
        first = [held.get(value, 0) for value in self.top]
        new = sum(rows for value, rows in held.items() if value not in self.known)
        return (*first, counts.total - sum(first) - new, new)


Cells = NumberCells | CategoryCells


def cells_of(column: ColumnProfile) -> Cells | None:
    """The cells that training's column gives; None where there is no shape to draw."""
    if column.kind == "string":
        return _categories(column)
    if column.counts is not None:
        found = column.counts.finite
        return _numbers(found.values, found.rows, column.kind) if len(found) else None
    if column.binned is None or not column.binned.total:
        return None
    edges, rows = column.binned.edges, column.binned.rows
    return _numbers(edges, np.r_[rows, 0], column.kind)


def _categories(column: ColumnProfile) -> CategoryCells | None:
    counts = column.counts
    if counts is None or not len(counts) or len(counts) > MANY:
        return None
    if len(counts) > MOST and len(counts) >= ALL_DIFFERENT * column.present:
        return None
    return CategoryCells(_most_common(counts), frozenset(map(str, counts.values.tolist())))


def _most_common(counts: ValueCounts) -> tuple[str, ...]:
    order = np.argsort(-counts.rows, kind="stable")[:TOP]
    return tuple(str(value) for value in counts.values[order].tolist())


def _numbers(values: NDArray[np.float64], rows: NDArray[np.int64], kind: str) -> NumberCells:
    """Round edges, so that no extreme of the data can be read off them."""
    low, high = _reach(values, rows)
    whole = kind in {"integer", "boolean"}
    wide = high / (MOST - 2) - low / (MOST - 2)  # the extremes of floats differ by more than a float holds
    width = _time_step(wide) if kind in TIMES else max(_step(wide, low, high), 1.0 if whole else 0.0)
    if whole and width < STEPS[1] + 1:
        width = math.ceil(width)  # 2.5 whole numbers fit no cell
    width = min(width, LARGEST / MOST)
    start = max(math.floor(low / width) * width, -LARGEST)
    count = min(MOST, math.floor(high / width - start / width) + 1)
    return NumberCells(start, width, count)


def _reach(values: NDArray[np.float64], rows: NDArray[np.int64]) -> tuple[float, float]:
    """From the smallest to the largest value, or between the tails where those reach far out."""
    heaped = np.cumsum(rows)

    def quantile(part: float) -> float:
        side: Literal["left", "right"] = "right" if part < 1 / 2 else "left"
        return float(values[min(int(np.searchsorted(heaped, heaped[-1] * part, side)), len(values) - 1)])

    low, high = float(values[0]), float(values[-1])
    inner_low, inner_high, middle = quantile(TAIL), quantile(1 - TAIL), quantile(1 / 2)
    inner = inner_high / 2 - inner_low / 2
    if inner > 0 and high / 2 - low / 2 > FAR * inner:
        low, high = inner_low, inner_high
    near_low, near_high = quantile(LONG_TAIL), quantile(1 - LONG_TAIL)
    low = near_low if _is_far(inner_low, near_low, middle) else low
    return low, (near_high if _is_far(inner_high, near_high, middle) else high)


def _is_far(tail: float, near: float, middle: float) -> bool:
    """Whether the end of the hundredth is far out, seen from the end of the twentieth."""
    return abs(middle / 2 - tail / 2) > FAR * abs(middle / 2 - near / 2) > 0


def _step(wide: float, low: float, high: float) -> float:
    """The next round number; of one value a round number of its size."""
    least = max(wide, max(abs(low), abs(high)) * 1e-12, 1e-300)
    if wide == 0 and (low or high):
        least = max(abs(low), 1e-300)
    elif wide == 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(least))
    return next(step * power for step in STEPS if step * power >= least * (1 - 1e-9))


def _time_step(wide: float) -> float:
    """A second, a minute, a day, a year, or tens of years."""
    return next(
        (step for step in TIME_STEPS if step >= wide), math.ceil(wide / TIME_STEPS[-1]) * TIME_STEPS[-1]
    )
