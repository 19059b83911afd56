"""The port to one split's rows: exact aggregates that every engine gives alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from mlops_actions.profile.counts import ValueCounts
    from mlops_actions.profile.needs import (
        DoubtfulRows,
        JointCounts,
        MisfitRows,
        RowChanges,
        SharedRows,
        TornLabels,
    )
    from mlops_actions.profile.places import Place, Sought

ROW_NUMBER = "(row number)"  # of a sample: its rows' numbers in the file, where the engine knows them


class Counted(NamedTuple):
    """One column: null rows (NaN is null), and its value counts, None above the limit.

    Args:
        distinct: exact, where the engine knows it above the limit.
        beyond: of numbers above the limit, all counts where the engine has them anyway; not to be kept.
        stored: distinct values as stored, where several of them may be one double or one microsecond.
    """

    nulls: int
    counts: ValueCounts | None
    distinct: int | None = None
    beyond: ValueCounts | None = None
    stored: int | None = None


class Moments(NamedTuple):
    """A numeric column above the limit: over its finite values, std with n - 1; infinite rows apart."""

    minimum: float
    maximum: float
    mean: float
    std: float
    infinite: int


class DatasetScanner(Protocol):
    """One split. Columns are of kind integer | number | string | boolean | date | timestamp.

    Texts are compared by their bytes, times as UTC microseconds, and nulls are equal to nulls. A method given
    `other` takes a scanner of the same engine.
    """

    @property
    def rows(self) -> int:
        """How many."""

    @property
    def decimal(self) -> str:
        """The sign before the decimals of CSV; "" where whole numbers are all, and of other files."""

    @property
    def written(self) -> Mapping[str, bool]:
        """Columns of doubles that the file writes otherwise, and whether some may have become one."""

    @property
    def kinds(self) -> Mapping[str, str]:
        """Column name to kind, in file order."""

    def infinite(self, columns: Sequence[str]) -> Mapping[str, int]:
        """Of columns of times the rows with an infinite one, which every other answer takes for null."""

    def value_counts(self, columns: Sequence[str], limit: int) -> Iterator[tuple[str, Counted]]:
        """Each column's exact counts; none where more than `limit` values are distinct."""

    def distinct(self, column: str) -> int:
        """About how many distinct values; never part of a digest."""

    def moments(self, column: str) -> Moments | None:
        """Of numbers, or of times as they are counted; None without finite values."""

    def histogram(self, column: str, edges: NDArray[np.float64]) -> NDArray[np.int64]:
        """(b,) rows of b + 1 rising edges: edges[i] <= v < edges[i + 1], the last bin with its upper edge."""

    def count_where(self, predicate: str) -> int:
        """Rows for which an SQL predicate is false."""

    def matches(self, column: str, patterns: Sequence[str]) -> tuple[int, ...]:
        """Rows whose text holds each of the patterns, which RE2 and Java read alike."""

    def matching(self, column: str, pattern: str, *, found: bool) -> Iterator[ValueCounts]:
        """The distinct values, some at a time, in any order; see needs.Matching."""

    def misfits(self, column: str, kind: str, most: int) -> MisfitRows:
        """Values of a column that are not of that kind: all counted, at most so many told."""

    def repeats(self, columns: Sequence[str]) -> int:
        """Rows beyond the first of equal ones."""

    def shared(self, columns: Sequence[str], other: Any) -> SharedRows:
        """Rows that the other split has, too."""

    def conflicts(self, features: Sequence[str], target: str) -> TornLabels:
        """Equal features with more than one label."""

    def joint_counts(self, by: str, column: str, limit: int) -> JointCounts | None:
        """Exact rows of each pair of values, none null; None above `limit` distinct pairs."""

    def orphans(self, columns: Sequence[str], other: Any, other_columns: Sequence[str]) -> int:
        """Rows whose columns, none null, are in no row of the other."""

    def doubtful(self, columns: Sequence[str], other: Any, other_columns: Sequence[str]) -> DoubtfulRows:
        """Rows that may be equal to the other's by lost digits alone."""

    def changes(self, key: Sequence[str], columns: Sequence[str], other: Any) -> RowChanges:
        """This split against the other, joined by key."""

    def places(self, sought: Sought, most: int, other: Any = None) -> tuple[Place, ...] | None:
        """At most `most` of what a check means, by row number; None where the engine keeps no order of rows.

        The places of Common and Lost need the scanner of the other split.
        """

    def values_at(self, rows: Sequence[int], columns: Sequence[str]) -> dict[int, tuple[Any, ...]]:
        """Row number to the values of these columns, as they are counted."""

    def sample(self, columns: Sequence[str], n: int, seed: int) -> dict[str, list[Any]]:
        """At most n rows by a hash of key and seed; Python values, None for null.

        With ROW_NUMBER among the columns, and an engine that keeps the order of rows, their numbers, too.
        """
