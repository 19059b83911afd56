"""A stored profile as the reference of a table at hand, for every check of two samples. Pure.

What was not stored is not guessed: a column of which nothing can be told is left out with its reason; values
that were pooled are one category on both sides; what moves within a bin is not seen (`Distance.error`).
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mlops_actions.checks.stored_profile import key_id, keyed
from mlops_actions.profile.bins import BinnedCounts
from mlops_actions.profile.column import NUMERIC, TIMES, ColumnProfile
from mlops_actions.profile.counts import ValueCounts
from mlops_actions.profile.table import TableProfile

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mlops_actions.results.profile import StoredColumn, StoredProfile

    Floats = NDArray[np.float64]

OTHER = "\0other"  # the name of the pooled values; no value is called so
NOT_STORED = "its values are not stored ({})"
TOO_FEW = "too few or too many values were there to store"
ONE_BIN = "its stored values are in one bin"
TOO_MANY = "too many distinct values to count"


class Aligned(NamedTuple):
    """The stored table, and the one at hand with its categories on the same cells.

    Args:
        untold: column to why nothing can be told of it.
        pooled: columns whose new categories cannot be told from stored ones.
    """

    before: TableProfile
    now: TableProfile
    untold: dict[str, str]
    pooled: frozenset[str]


def as_tables(profile: StoredProfile, table: TableProfile, secret: bytes | None = None) -> Aligned:
    """What can be compared of the two.

    Args:
        profile: the stored one.
        table: the one at hand, of the same role.
        secret: hashed values are told apart with the key they were made with; else they are pooled.
    """
    known = secret if secret and profile.key_id in {"", key_id(secret)} else None
    before: list[ColumnProfile] = []
    now: dict[str, ColumnProfile] = {}
    left_out: dict[str, str] = {}
    pooled: set[str] = set()
    for column, bare in zip(profile.columns, bare_columns(profile), strict=True):
        current = table.column(column.name)
        why = "" if current is None else _why_not(column, current)
        if why or current is None:
            left_out |= {column.name: why} if why else {}
            before.append(bare)
        elif column.kind in (*NUMERIC, *TIMES):
            before.append(_numbers(column, bare, current))
        elif current.counts is not None:
            cells = _cells(column, known)
            before.append(replace(bare, counts=_texts(cells)))
            now[column.name] = replace(
                current, counts=_on_cells(column.name, current.counts, cells, set(column.top), known)
            )
            pooled |= {column.name} if cells[OTHER] else set()
    columns = tuple(now.get(each.name, each) for each in table.columns)
    stored = TableProfile(
        "reference", profile.path, profile.rows, tuple(before), profile.bytes, profile.sha256
    )
    return Aligned(stored, replace(table, columns=columns), left_out, frozenset(pooled))


def bare_columns(profile: StoredProfile) -> tuple[ColumnProfile, ...]:
    """Each column's kind, rows and nulls, without its values."""
    return tuple(
        ColumnProfile(column.name, column.kind, profile.rows, column.nulls, None, column.distinct)
        for column in profile.columns
    )


def _why_not(column: StoredColumn, current: ColumnProfile) -> str:
    if column.withheld in {"personal", "key"}:
        return NOT_STORED.format(column.withheld)
    if (column.kind == "string") != (current.kind == "string"):
        return f"stored as {column.kind}, now {current.kind}"
    if column.kind != "string":
        return "" if column.edges else ONE_BIN if column.rows_in_bins else TOO_FEW
    if not (column.top or column.hashed or column.other_rows):
        return TOO_FEW
    return TOO_MANY if current.counts is None else ""


def _numbers(column: StoredColumn, bare: ColumnProfile, current: ColumnProfile) -> ColumnProfile:
    """Exact counts where every bin holds one value, else bins; the outer ones reach as far as today's values.

    A bin has ten rows or more, so as many bins as distinct values are one value each. Which one is not
    stored; today's value of that bin stands for it.
    """
    edges = np.array(column.edges, dtype=np.float64)
    rows = np.array(column.rows_in_bins, dtype=np.int64)
    if column.distinct == len(rows) and current.counts is not None:
        return replace(bare, counts=ValueCounts(_values(edges, current.counts.finite.values), rows))
    step = float(np.diff(edges).mean()) if len(edges) > 1 else max(1.0, abs(float(edges[0])))
    low, high = edges[0] - step, edges[-1] + step
    if (ends := _extremes(current)) is not None:
        low, high = min(low, ends[0]), max(high, np.nextafter(ends[1], np.inf))
    outer = np.r_[low, edges, high]
    mean, std = (math.nan if each is None else each for each in (column.mean, column.std))
    bins = BinnedCounts(outer, rows, mean, std)
    return replace(bare, binned=bins, infinite=column.infinite)


def _extremes(column: ColumnProfile) -> tuple[float, float] | None:
    """Of finite numbers, or of times; None without any."""
    if column.counts is not None and len(values := column.counts.finite.values):
        return float(values[0]), float(values[-1])
    return None if column.summary is None else (column.summary.minimum, column.summary.maximum)


def _values(edges: Floats, values: Floats) -> Floats:
    """(b,) one value per bin: the first of today's in it, else one between its edges."""
    places = np.searchsorted(edges, values, side="right")
    found: Floats = np.r_[edges[0] - 1, edges[:-1] / 2 + edges[1:] / 2, edges[-1] + 1]
    at, first = np.unique(places, return_index=True)
    found[at] = values[first]
    return found


def _cells(column: StoredColumn, secret: bytes | None) -> dict[str, int]:
    """Rows by name, by hash where the key is known, and of all others together."""
    hashed = zip(column.hashed, column.hashed_rows, strict=True) if secret else ()
    rest = column.other_rows + (0 if secret else sum(column.hashed_rows))
    return {**dict(zip(column.top, column.top_rows, strict=True)), **dict(hashed), OTHER: rest}


def _on_cells(
    name: str, counts: ValueCounts, cells: dict[str, int], named: set[str], secret: bytes | None
) -> ValueCounts:
    now: Counter[str] = Counter()
    for value, rows in counts:
        text = str(value)
        cell = text if text in named or not secret else keyed(secret, name, text)
        now[cell if cell in cells else OTHER] += rows
    return _texts(now)


def _texts(cells: dict[str, int]) -> ValueCounts:
    return ValueCounts.of((name, rows) for name, rows in cells.items() if rows)
