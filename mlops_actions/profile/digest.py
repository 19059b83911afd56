"""The digest of a split's profile: the same for the same rows, in any order and on every engine. No I/O."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlops_actions.profile.column import ColumnProfile


def profile_digest(columns: Iterable[ColumnProfile]) -> str:
    """sha256 over the exact aggregates of each column in file order.

    Names, kinds, rows, nulls, and the value counts or, above the distinct limit, the bins and infinite rows.
    Left out is what engines estimate or round: distinct values above the limit, means and deviations. So of a
    text column above the limit only its rows and nulls count.
    """
    found = hashlib.sha256()
    for column in columns:
        name = column.name.encode("utf-8", "surrogatepass")
        head = f"{column.kind} {column.rows} {column.nulls} {column.infinite}\n"
        found.update(b"%d:%s %s" % (len(name), name, head.encode()))
        found.update(_values(column).encode())
    return found.hexdigest()


def _values(column: ColumnProfile) -> str:
    if column.counts is not None:
        return f"counts {column.counts.digest()}\n"
    if column.binned is None:
        return "wide\n"
    bins = hashlib.sha256((column.binned.edges + 0.0).astype("<f8").tobytes())
    bins.update(column.binned.rows.astype("<i8").tobytes())
    return f"bins {bins.hexdigest()}\n"
