"""Profiles of Python lists, and a plain reading of the schema's rules on the rows themselves: an oracle."""

from __future__ import annotations

import math
import re
import statistics
from collections import Counter
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from mlops_actions.config.instants import counted, written
from mlops_actions.profile.column import ColumnProfile
from mlops_actions.profile.counts import ValueCounts
from mlops_actions.profile.table import TableProfile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlops_actions.config.data_schema import ColumnContract, DataSchema

Rows = dict[str, list[Any]]
KINDS = {bool: "boolean", int: "integer", float: "number", str: "string", date: "date", datetime: "timestamp"}
TINY = 1e-300
TOLERANCE = 1e-9  # of the oracle's own arithmetic


def plain(value: Any) -> Any:
    """As the scanner counts it: times in microseconds, NaN as null."""
    if isinstance(value, float) and math.isnan(value):
        return None
    return counted(written(value)) if isinstance(value, date) else value


def column(name: str, values: list[Any], kind: str = "") -> ColumnProfile:
    """The profile that the scanner would make."""
    present = [each for each in map(plain, values) if each is not None]
    counts = ValueCounts.of(Counter(present).items())
    kind = kind or KINDS[next((type(each) for each in values if each is not None), str)]
    return ColumnProfile(name, kind, len(values), len(values) - len(present), counts, len(counts))


def table(rows: Rows, role: str = "train") -> TableProfile:
    """All columns of one split."""
    columns = tuple(column(name, values) for name, values in rows.items())
    return TableProfile(role, f"data/{role}.csv", len(next(iter(rows.values()))), columns, 1, role[0] * 64)


def broken(rows: Rows, schema: DataSchema) -> list[str]:
    """Every rule that the rows break, as column.rule."""
    found = [] if set(rows) == set(schema.columns) else ["columns"]
    for name, contract in schema.columns.items():
        values = [plain(each) for each in rows.get(name, ())]
        found += [f"{name}.{rule}" for rule in _broken(values, contract)]
    return found


def _broken(values: list[Any], contract: ColumnContract) -> Iterator[str]:
    present = [each for each in values if each is not None]
    nulls = len(values) - len(present)
    if nulls and (not contract.nullable or nulls / len(values) > (contract.max_null_rate or 1)):
        yield "nulls"
    low, high = contract.span
    if low is not None and any(each < low for each in present):
        yield "minimum"
    if high is not None and any(each > high for each in present):
        yield "maximum"
    if contract.categories is not None and not set(present) <= set(contract.categories):
        yield "categories"
    if contract.pattern is not None and not all(re.search(contract.pattern, each) for each in present):
        yield "pattern"
    if contract.unique and len(set(present)) < len(present):
        yield "unique"
    yield from _unlike(present, contract)


def _unlike(present: list[Any], contract: ColumnContract) -> Iterator[str]:
    bounds = contract.distribution
    if (
        isinstance(bounds.max_share, float)
        and max(Counter(present).values()) / len(present) > bounds.max_share
    ):
        yield "max_share"
    numbers = [float(each) for each in present if isinstance(each, int | float) and math.isfinite(each)]
    for name, figure in (("mean", statistics.fmean), ("median", statistics.median), ("std", _std)):
        span = getattr(bounds, name)
        if span is not None:
            value = figure(numbers)
            slack = TOLERANCE * max(abs(value), *map(abs, numbers)) + TINY
            if not span[0] - slack <= value <= span[1] + slack:
                yield name


def _std(numbers: list[float]) -> float:
    return statistics.stdev(numbers) if len(numbers) > 1 else 0.0
