"""Which rows a red or warning check means, as values; and what looking them up gives. No I/O."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Nulls:
    """Rows in which a column is null (NaN is null)."""

    role: str
    column: str


@dataclass(frozen=True)
class Held:
    """Rows that hold one of these values of a column, as its profile has them; one place a value."""

    role: str
    column: str
    values: tuple[Any, ...]


@dataclass(frozen=True)
class Outside:
    """Rows of a number or time below `low` or above `high`, in the units of its profile."""

    role: str
    column: str
    low: float
    high: float


@dataclass(frozen=True)
class Broken:
    """Rows for which an SQL predicate over these columns is false; null is not false."""

    role: str
    predicate: str
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Repeated:
    """Groups of rows that are equal by columns; `present` leaves out those with a null among them."""

    role: str
    columns: tuple[str, ...]
    present: bool = False


@dataclass(frozen=True)
class Alone:
    """Rows that no other row is equal to by columns."""

    role: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Torn:
    """Groups of rows with equal features and more than one label."""

    role: str
    features: tuple[str, ...]
    target: str


@dataclass(frozen=True)
class Lost:
    """Rows whose `columns` (none of them null) are in no row of `other`'s `other_columns`."""

    role: str
    columns: tuple[str, ...]
    other: str
    other_columns: tuple[str, ...]


@dataclass(frozen=True)
class Common:
    """Groups of rows that `other` has, too, by columns."""

    role: str
    columns: tuple[str, ...]
    other: str


Sought = Nulls | Held | Outside | Broken | Repeated | Alone | Torn | Lost | Common


@dataclass(frozen=True)
class Place:
    """Rows that are one case.

    Args:
        rows: numbers of the first of them, from 1 in the order of the file; a header is no row.
        count: how many they are.
        value: of Held, which one.
        other: of Common, the first such row of the other split.
    """

    rows: tuple[int, ...]
    count: int = 1
    value: Any = None
    other: int | None = None


def shown_columns(sought: Sought) -> tuple[str, ...]:
    """The columns whose values in a row tell why it is meant; none of a whole row or of a null."""
    if isinstance(sought, Held | Outside):
        return (sought.column,)
    if isinstance(sought, Broken | Repeated | Lost):
        return sought.columns
    return ()
