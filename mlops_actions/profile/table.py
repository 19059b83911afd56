"""One split of a data set: its columns, and which bytes it was read from. No I/O."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlops_actions.profile.column import ColumnProfile


@dataclass(frozen=True)
class TableProfile:
    """Columns in file order; `role` is train, evaluation, reference or serving_log."""

    role: str
    path: str
    rows: int
    columns: tuple[ColumnProfile, ...]
    bytes: int
    sha256: str
    duplicate_rows: int = 0
    decimal: str = ""  # the sign before the decimals of a CSV file's numbers

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The column names."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> ColumnProfile | None:
        """The column of that name, or None."""
        return self._by_name.get(name)

    def rounded(self, names: Iterable[str]) -> int:
        """Rows with a number in one of the columns that may have lost digits."""
        return min(self.rows, sum(column.rounded for column in map(self.column, names) if column is not None))

    def lost(self, names: Iterable[str]) -> int:
        """Of those the rows whose number lost digits when this file was read."""
        return self.rounded(name for name in names if (column := self.column(name)) and column.lossy)

    @cached_property
    def _by_name(self) -> dict[str, ColumnProfile]:
        return {column.name: column for column in reversed(self.columns)}
