"""Two samples as counts, laid on one support: two sorted runs are merged inside numpy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Counts = NDArray[np.int64]


class Sample(NamedTuple):
    """Distinct values and how many rows hold each.

    Args:
        values: (k,) distinct, rising for speed: numbers without NaN (infinities are values), or texts.
        rows: (k,) whole numbers, all positive.
    """

    values: NDArray[Any]
    rows: Counts

    @property
    def whole(self) -> bool:
        """Whether the values are whole numbers as they are; those beyond int64 are objects."""
        return self.values.dtype.kind in "iuO"

    @property
    def numbers(self) -> Sample:
        """The values as floats; whole numbers beyond 2^53 become their nearest."""
        return Sample(self.values.astype(np.float64), self.rows)


def aligned(first: Sample, second: Sample) -> tuple[NDArray[Any], Counts, Counts]:
    """(values, rows of the first, rows of the second) over all values of both, rising; -0.0 is 0.0.

    Raises:
        ValueError: when either holds no row.
    """
    some_rows(int(first.rows.sum()), int(second.rows.sum()))
    both = np.concatenate([first.values, second.values])
    order = np.argsort(both, kind="stable")  # merges two rising runs in linear time
    both = both[order]
    last = np.flatnonzero(np.r_[both[1:] != both[:-1], True])
    of_first = order < len(first.values)
    rows = np.concatenate([first.rows, second.rows])[order]
    a, b = (np.cumsum(np.where(mine, rows, 0))[last] for mine in (of_first, ~of_first))
    return both[last], np.diff(a, prepend=0), np.diff(b, prepend=0)


def some_rows(n: int, m: int) -> None:
    """Both samples need a row.

    Raises:
        ValueError: naming the empty one.
    """
    if not n or not m:
        raise ValueError(f"the {'second' if n else 'first'} sample has 0 rows, at least 1 is needed")
