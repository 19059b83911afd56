"""Everything a scanner answers about one file and about two, as values that two engines must agree on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlops_actions.adapters.datasets.opened import Engine, open_scanner
from mlops_actions.profile.digest import profile_digest
from mlops_actions.stages.scan import profile_columns

if TYPE_CHECKING:
    from pathlib import Path

    from mlops_actions.profile.column import ColumnProfile
    from mlops_actions.profile.scanner import DatasetScanner

ENGINES: tuple[Engine, Engine] = ("duckdb", "spark")


def both(path: Path) -> tuple[DatasetScanner, DatasetScanner]:
    """The file on either engine."""
    first, second = (open_scanner(engine, path, path.name) for engine in ENGINES)
    assert type(first) is not type(second)
    return first, second


def profiles(path: Path) -> tuple[tuple[ColumnProfile, ...], tuple[ColumnProfile, ...]]:
    """The file's columns by either engine; digests are compared here, column by column."""
    first, second = (profile_columns(scanner) for scanner in both(path))
    for one, two in zip(first, second, strict=True):
        assert exact(one) == exact(two), one.name
        assert profile_digest([one]) == profile_digest([two]), one.name
    assert profile_digest(first) == profile_digest(second)
    return first, second


def exact(column: ColumnProfile) -> dict[str, Any]:
    """What is no estimate and not rounded."""
    found: dict[str, Any] = {
        "name": column.name, "kind": column.kind, "rows": column.rows, "nulls": column.nulls,
        "infinite": column.infinite,
    }  # fmt: skip
    if column.counts is not None:
        found |= {"counts": list(column.counts), "type": column.counts.values.dtype}
    if column.binned is not None:
        found |= {"edges": column.binned.edges.tolist(), "bins": column.binned.rows.tolist()}
    return found
