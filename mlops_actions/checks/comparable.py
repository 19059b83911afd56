"""A stored profile and a table as aligned counts, so that drift can be told from the stored one. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from mlops_actions.checks.stored_profile import key_id, keyed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from mlops_actions.profile.column import ColumnProfile
    from mlops_actions.profile.counts import ValueCounts
    from mlops_actions.profile.table import TableProfile
    from mlops_actions.results.profile import StoredColumn, StoredProfile

    Rows = NDArray[np.int64]

OTHER = "other"
BINNED = "Kolmogorov-Smirnov distance over {} recorded bins: what moves within a bin is not seen"


@dataclass(frozen=True, eq=False)
class Aligned:
    """One column's rows, cell by cell, without nulls.

    Args:
        cells: names of a categorical column's cells (a hash, or "other"); empty for bins.
        edges: (b - 1,) of a numeric column's b bins, the outer ones open.
        reference, current: (b,) int64.
        note: what the comparison cannot see.
    """

    name: str
    kind: Literal["numeric", "categorical"]
    reference: Rows
    current: Rows
    edges: tuple[float, ...] = ()
    cells: tuple[str, ...] = ()
    note: str = ""

    @property
    def gap(self) -> float:
        """Kolmogorov-Smirnov distance at the edges, or the largest difference of shares."""
        if not self.reference.sum() or not self.current.sum():
            return 0.0
        apart = self.reference / self.reference.sum() - self.current / self.current.sum()
        return float(np.abs(np.cumsum(apart) if self.kind == "numeric" else apart).max())


@dataclass(frozen=True)
class Comparable:
    """The columns that can be compared, and why the others cannot."""

    columns: tuple[Aligned, ...]
    left_out: tuple[tuple[str, str], ...]


def comparable(
    profile: StoredProfile,
    table: TableProfile,
    *,
    secret: bytes | None = None,
    histograms: Mapping[str, Rows] | None = None,
) -> Comparable:
    """Column by column, in the stored order.

    Args:
        profile: the stored one.
        table: the one at hand.
        secret: hashed values are told apart with the key they were made with; else they are pooled.
        histograms: rows per recorded bin of columns without value counts (`wanted_edges` says which); without
            them rows are interpolated within the column's own bins.
    """
    known = secret if secret and profile.key_id in {"", key_id(secret)} else None
    found, left_out = [], []
    for column in profile.columns:
        current = table.column(column.name)
        why = _why_not(column, current)
        if why or current is None:
            left_out.append((column.name, why))
        elif column.rows_in_bins:
            found.append(_bins(column, current, (histograms or {}).get(column.name)))
        elif current.counts is not None:
            found.append(_cells(column, current.counts, known))
    return Comparable(tuple(found), tuple(left_out))


def wanted_edges(profile: StoredProfile, table: TableProfile) -> dict[str, tuple[float, ...]]:
    """The recorded edges of columns whose rows must be counted anew: they have no value counts here."""
    wide = {column.name for column in table.columns if column.counts is None}
    return {
        column.name: column.edges for column in profile.columns if column.rows_in_bins and column.name in wide
    }


def _why_not(column: StoredColumn, current: ColumnProfile | None) -> str:
    if current is None:
        return "not in the data at hand"
    if column.withheld in {"personal", "key"}:
        return f"its values are not stored ({column.withheld})"
    if _is_number(column.kind) != _is_number(current.kind):
        return f"stored as {column.kind}, now {current.kind}"
    if not column.rows_in_bins and not (column.top or column.hashed or column.other_rows):
        return "too few or too many values were there to store"
    if current.counts is None and (current.binned is None or not column.rows_in_bins):
        return "too many distinct values to count"
    return ""


def _is_number(kind: str) -> bool:
    return kind != "string"


def _bins(column: StoredColumn, current: ColumnProfile, counted: Rows | None) -> Aligned:
    edges = np.array(column.edges, dtype=np.float64)
    if counted is None:
        counted = _counted(current, edges)
    reference = np.array(column.rows_in_bins, dtype=np.int64)
    note = BINNED.format(len(reference))
    return Aligned(column.name, "numeric", reference, counted, column.edges, note=note)


def _counted(current: ColumnProfile, edges: NDArray[np.float64]) -> Rows:
    if current.counts is not None:
        finite = current.counts.finite
        heaped = np.r_[0, np.cumsum(finite.rows)]
        below = heaped[np.searchsorted(finite.values, edges)]
        total = finite.total
    elif current.binned is not None:
        heaped = np.r_[0, np.cumsum(current.binned.rows)]
        below = np.interp(edges, current.binned.edges, heaped).round().astype(np.int64)
        total = current.binned.total
    else:
        below, total = np.zeros(len(edges), dtype=np.int64), 0
    found: Rows = np.diff(np.r_[0, below, total]).astype(np.int64)
    return found


def _cells(column: StoredColumn, counts: ValueCounts, secret: bytes | None) -> Aligned:
    hashed = dict(zip(column.hashed, column.hashed_rows, strict=True)) if secret else {}
    pooled = column.other_rows + (0 if secret else sum(column.hashed_rows))
    stored = {**dict(zip(column.top, column.top_rows, strict=True)), **hashed}
    now = dict.fromkeys(stored, 0)
    other, named = 0, set(column.top)
    for value, rows in counts:
        text = str(value)
        cell = text if text in named else keyed(secret, column.name, text) if secret and hashed else OTHER
        if cell in now:
            now[cell] += rows
        else:
            other += rows
    cells = (*stored, OTHER)
    reference = np.array([*stored.values(), pooled], dtype=np.int64)
    current = np.array([*now.values(), other], dtype=np.int64)
    note = (
        "" if secret or not pooled else "values without a name are one cell: shifts among them are not seen"
    )
    return Aligned(column.name, "categorical", reference, current, cells=cells, note=note)
