"""Value counts: the distinct values of a column and the rows that hold each. No I/O."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from numpy.typing import NDArray

EXACT = 2**53  # larger whole numbers are not all floats


@dataclass(frozen=True, eq=False)
class ValueCounts:
    """Exact counts without nulls (NaN is one), sorted by value.

    Args:
        values: (k,) distinct: int64, float64, bool, or object (str; whole numbers beyond int64).
        rows: (k,) int64, how many rows hold each; all positive.
    """

    values: NDArray[Any]
    rows: NDArray[np.int64]

    @classmethod
    def of(cls, pairs: Iterable[tuple[Any, int]]) -> ValueCounts:
        """From (value, rows) pairs in any order."""
        listed = list(pairs)
        values = array_of([value for value, _ in listed])
        return cls.sorted(values, np.array([rows for _, rows in listed], dtype=np.int64))

    @classmethod
    def sorted(cls, values: NDArray[Any], rows: NDArray[np.int64]) -> ValueCounts:
        """From distinct values in any order."""
        order = np.argsort(values, kind="stable")
        return cls(values[order], rows[order])

    def __len__(self) -> int:
        return len(self.values)

    def __iter__(self) -> Iterator[tuple[Any, int]]:
        """(value, rows) as Python values."""
        return iter(zip(self.values.tolist(), self.rows.tolist(), strict=True))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ValueCounts):
            return NotImplemented
        return len(self) == len(other) and tuple(self) == tuple(other)

    __hash__ = None  # type: ignore[assignment]  # arrays have no hash

    @property
    def total(self) -> int:
        """Rows that are not null."""
        return int(self.rows.sum())

    def rows_where(self, bad: NDArray[np.bool_]) -> int:
        """Rows whose value is marked; bad: (k,)."""
        return int(self.rows[bad].sum())

    def marked(self, look: Callable[[str], bool]) -> NDArray[np.bool_]:
        """(k,) what `look` says of each distinct value as text."""
        values = self.values.tolist()
        return np.fromiter((look(str(value)) for value in values), dtype=np.bool_, count=len(values))

    @cached_property
    def finite(self) -> ValueCounts:
        """The finite numbers as float64, equal floats of large whole numbers put together."""
        if self.values.dtype == np.float64:
            kept = np.isfinite(self.values)
            return self if kept.all() else ValueCounts(self.values[kept], self.rows[kept])
        numbers = self.values.astype(np.float64)
        kept = np.isfinite(numbers)
        numbers, rows = numbers[kept], self.rows[kept]
        if len(numbers) and np.abs(numbers[[0, -1]]).max() >= EXACT:
            numbers, starts = np.unique(numbers, return_index=True)
            rows = np.add.reduceat(rows, starts)
        return ValueCounts(numbers, rows)

    def digest(self) -> str:
        """sha256 over the type-tagged values, sorted, and their counts: the same on every engine."""
        values = self.values
        found = hashlib.sha256(_tag(values))
        if values.dtype != object:
            found.update(np.ascontiguousarray(values + 0.0 if values.dtype.kind == "f" else values).data)
        else:
            texts = [str(value).encode("utf-8", "surrogatepass") for value in values.tolist()]
            found.update(np.fromiter(map(len, texts), dtype="<i8", count=len(texts)).data)
            found.update(b"".join(texts))
        found.update(np.ascontiguousarray(self.rows, dtype="<i8").data)
        return found.hexdigest()


def array_of(values: list[Any]) -> NDArray[Any]:
    """Python values of one kind as the narrowest array that holds them exactly."""
    kinds = {type(value) for value in values}
    if kinds == {bool}:
        return np.array(values, dtype=np.bool_)
    if kinds == {int} and all(-(2**63) <= value < 2**63 for value in values):
        return np.array(values, dtype=np.int64)
    if kinds and kinds <= {int, float} and float in kinds:
        return np.array(values, dtype=np.float64)
    made: NDArray[Any] = np.empty(len(values), dtype=object)
    made[:] = values
    return made


def _tag(values: NDArray[Any]) -> bytes:
    """Kind of the values and how many; they follow as 64-bit numbers, bytes of booleans, or UTF-8."""
    kind: str = values.dtype.kind
    if kind == "O":
        kind = "s" if not len(values) or isinstance(values[0], str) else "I"
    return b"%s%d:" % (kind.encode(), len(values))
