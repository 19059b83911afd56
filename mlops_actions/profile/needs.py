"""What a check needs measured besides the columns' profiles, as values; and what the measuring gives. No I/O.

Equal needs of several checks are one need: the plan is their set.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlops_actions.profile.counts import ValueCounts


@dataclass(frozen=True)
class Repeats:
    """Rows beyond the first of equal ones, by `columns` (nulls equal): an int."""

    role: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Shared:
    """Rows that `other` has, too, by `columns` (nulls equal): SharedRows."""

    role: str
    columns: tuple[str, ...]
    other: str


@dataclass(frozen=True)
class SharedRows:
    """Distinct rows that both hold; the other's among them; the other's that are not alone in it."""

    distinct: int
    rows_other: int = 0
    repeated_other: int = 0


@dataclass(frozen=True)
class Conflicts:
    """Equal features with more than one label."""

    role: str
    features: tuple[str, ...]
    target: str


@dataclass(frozen=True)
class TornLabels:
    """Feature combinations with more than one label, and the rows in them."""

    groups: int
    rows: int


@dataclass(frozen=True)
class Where:
    """Rows for which an SQL predicate of the schema is false (null counts as true, as in SQL's CHECK)."""

    role: str
    predicate: str


@dataclass(frozen=True)
class Orphans:
    """Rows whose `columns` (none of them null) are in no row of `other`'s `other_columns`."""

    role: str
    columns: tuple[str, ...]
    other: str
    other_columns: tuple[str, ...]


@dataclass(frozen=True)
class Doubtful:
    """Rows whose `columns` may equal those of `other` only because digits were lost: DoubtfulRows."""

    role: str
    columns: tuple[str, ...]
    other: str
    other_columns: tuple[str, ...]


@dataclass(frozen=True)
class DoubtfulRows:
    """At most so many on either side; none where one side has none."""

    rows: int = 0
    rows_other: int = 0

    @property
    def distinct(self) -> int:
        """How many different rows may be held for common ones."""
        return min(self.rows, self.rows_other)


@dataclass(frozen=True)
class Changes:
    """`role` against `other`, rows joined by `key` (nulls equal): RowChanges."""

    role: str
    other: str
    key: tuple[str, ...]
    columns: tuple[str, ...]


@dataclass(frozen=True)
class RowChanges:
    """Rows as multisets: the other's rows and `added`, without `removed`, are as many as these.

    Rows of one key are paired, equal ones first; a key that has more rows here has added ones. `changed` are
    pairs that differ; `by_column`, pairs for which the key's rows hold another value in that column.

    Args:
        repeated, repeated_other: rows beyond the first of their key.
        without_key, without_key_other: rows with a null in the key.
    """

    added: int
    removed: int
    changed: int
    by_column: tuple[tuple[str, int], ...] = ()
    repeated: int = 0
    repeated_other: int = 0
    without_key: int = 0
    without_key_other: int = 0


@dataclass(frozen=True)
class Groups:
    """Exact rows of each pair of a group (`by`) and a value (`column`); nulls are left out.

    Measured as JointCounts, or None above `limit` distinct pairs.
    """

    role: str
    by: str
    column: str
    limit: int = 10_000


@dataclass(frozen=True)
class JointCounts:
    """Cells that have rows, in any order; texts and numbers as Python values, equally long."""

    groups: tuple[Any, ...]
    values: tuple[Any, ...]
    rows: tuple[int, ...]


@dataclass(frozen=True)
class Misfits:
    """Values of a column that are not of the kind a schema declares: MisfitRows."""

    role: str
    column: str
    kind: str
    most: int = 20


@dataclass(frozen=True)
class MisfitRows:
    """How many there are, and the first ones: data rows by number (from 1), and what they hold.

    `rows` is () where the engine keeps no order of rows.
    """

    count: int
    rows: tuple[int, ...] = ()
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sample:
    """`n` rows chosen by a hash of the row, so that the same rows are chosen wherever they stand."""

    role: str
    columns: tuple[str, ...]
    n: int
    seed: int = 0


@dataclass(frozen=True)
class Matches:
    """Rows whose text holds each of the patterns: a tuple of whole numbers."""

    role: str
    column: str
    patterns: tuple[str, ...]


class Fold(Protocol):
    """A value (with a hash) that makes one answer of many batches of distinct values, no value in two."""

    def __call__(self, batches: Iterable[ValueCounts], /) -> Any:
        """Of all batches; each in any order. What is not wanted any more is not read."""


@dataclass(frozen=True)
class Matching:
    """What `fold` makes of the column's values: of all, however many are distinct.

    The engine leaves out texts in which `pattern` is not found, or with `found=False` those in which it is.
    Of a pattern that it cannot read it leaves out none.
    """

    role: str
    column: str
    fold: Fold
    pattern: str = ""
    found: bool = True


@dataclass(frozen=True)
class Order:
    """How `role` lies beside `other` by a column of times or numbers: TimeOrder, or None without any."""

    role: str
    column: str
    other: str


@dataclass(frozen=True)
class Binned:
    """Rows of a numeric column between rising edges, each bin without its upper edge but the last.

    A tuple of one whole number fewer than edges.
    """

    role: str
    column: str
    edges: tuple[float, ...]


Need = (
    Repeats
    | Shared
    | Conflicts
    | Where
    | Orphans
    | Doubtful
    | Changes
    | Sample
    | Groups
    | Misfits
    | Matches
    | Matching
    | Binned
    | Order
)
