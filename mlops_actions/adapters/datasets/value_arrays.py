"""Values as engines give them, as the sorted arrays of profile/counts.py; no engine in it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from mlops_actions.profile.counts import ValueCounts, array_of
from mlops_actions.profile.needs import JointCounts
from mlops_actions.profile.scanner import Counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


def nulls_of(values: NDArray[Any]) -> NDArray[np.bool_]:
    """(k,) which are null or NaN."""
    nulls = np.ma.getmaskarray(values)
    data = np.ma.getdata(values)
    if data.dtype.kind == "f":
        return np.asarray(nulls | np.isnan(data))
    if data.dtype == object and not np.ma.isMaskedArray(values):
        return np.array([value is None for value in data.tolist()], dtype=np.bool_)
    return np.asarray(nulls)


def counted(values: NDArray[Any], kind: str, limit: int) -> Counted:
    """Of a whole column in memory; no counts above the limit."""
    nulls = nulls_of(values)
    distinct, rows = _distinct(np.ma.getdata(values)[~nulls])
    if len(distinct) > limit:
        beyond = None if kind == "string" else _typed(distinct, rows, kind)
        many = len(distinct) if beyond is None else len(beyond)
        if many > limit:
            return Counted(int(nulls.sum()), None, many, beyond)
    return Counted(int(nulls.sum()), _typed(distinct, rows, kind))


def grouped(values: NDArray[Any], rows: NDArray[np.int64], kind: str, limit: int) -> Counted | None:
    """Of values an engine has counted, null and NaN among them; None where more than `limit` are not null."""
    nulls = nulls_of(values)
    found = np.ma.getdata(values)[~nulls]
    if len(found) > limit:
        return None
    return Counted(int(rows[nulls].sum()), _typed(found, rows[~nulls], kind))


def plain(values: Sequence[Any], kind: str) -> list[Any]:
    """Values of a sample: NaN is None, large whole numbers that come as text are numbers."""
    if kind == "integer":
        return [None if value is None else int(value) for value in values]
    return [None if isinstance(value, float) and math.isnan(value) else value for value in values]


def joint(found: Sequence[tuple[Any, Any, int]], kinds: tuple[str, str], limit: int) -> JointCounts | None:
    """(group, value, rows) an engine has counted, none null, sorted; None where more than `limit`."""
    if len(found) > limit:
        return None
    if not found:
        return JointCounts((), (), ())
    groups, values, rows = zip(*found, strict=True)
    cells = sorted(zip(plain(groups, kinds[0]), plain(values, kinds[1]), rows, strict=True))
    groups, values, rows = zip(*cells, strict=True)
    return JointCounts(groups, values, tuple(map(int, rows)))


def _distinct(data: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.int64]]:
    if data.dtype != object:
        distinct, rows = np.unique(data, return_counts=True)
        return distinct, rows.astype(np.int64)
    found: dict[Any, int] = {}
    for value in data.tolist():
        found[value] = found.get(value, 0) + 1
    distinct = np.empty(len(found), dtype=object)
    distinct[:] = list(found)
    return distinct, np.fromiter(found.values(), dtype=np.int64, count=len(found))


def _typed(values: NDArray[Any], rows: NDArray[np.int64], kind: str) -> ValueCounts:
    """Sorted, and of the array type that profile/counts.py names; 0.0 and -0.0 are one value."""
    if kind == "integer" and values.dtype == object:
        values = array_of([int(value) for value in values.tolist()])
    elif kind == "integer":
        values = values.astype(np.int64) if values.dtype != np.uint64 else array_of(values.tolist())
    elif kind == "number":
        values = values.astype(np.float64) + 0.0
    elif kind == "string":
        values = values.astype(object)  # none is an array of another type
    found = ValueCounts.sorted(values, rows)
    if kind == "number" and len(found) > 1 and (found.values[1:] == found.values[:-1]).any():
        distinct, starts = np.unique(found.values, return_index=True)
        found = ValueCounts(distinct, np.add.reduceat(found.rows, starts))
    return found
