"""Value counts and what is summarised of them: exact, and without overflow."""

from __future__ import annotations

import math
import statistics

import numpy as np
import pytest

from mlops_actions.profile.column import ColumnProfile
from mlops_actions.profile.counts import ValueCounts, array_of


def column(values: list[float], kind: str = "number") -> ColumnProfile:
    found = {value: values.count(value) for value in values}
    counts = ValueCounts.of(found.items())
    return ColumnProfile("a", kind, len(values), 0, counts, len(counts))


@pytest.mark.parametrize(
    "values", [[1.0, 2.0, 2.0, 9.5], [3.0], [-1.0, 1.0], [0.1] * 7 + [0.2] * 3, [float(2**53), 1.0, 1.0]]
)
def test_a_summary_is_that_of_all_rows(values: list[float]) -> None:
    found = column(values).summary
    assert found is not None
    assert (found.minimum, found.maximum) == (min(values), max(values))
    assert found.mean == pytest.approx(statistics.fmean(values), rel=1e-12)
    assert found.median == statistics.median(values)
    assert found.std == pytest.approx(statistics.stdev(values) if len(values) > 1 else 0.0, rel=1e-9)


@pytest.mark.parametrize("size", [1e154, 1e200, 1e308])
def test_huge_values_have_a_summary(size: float) -> None:
    found = column([size, -size, size / 2]).summary
    assert found is not None
    assert math.isfinite(found.mean)
    assert found.median == size / 2


def test_infinite_values_are_no_part_of_a_summary() -> None:
    found = column([1.0, 3.0, math.inf, -math.inf]).summary
    assert found is not None
    assert (found.minimum, found.maximum, found.mean) == (1.0, 3.0, 2.0)
    assert column([math.inf]).summary is None


def test_arrays_are_as_narrow_as_exact() -> None:
    assert array_of([1, 2]).dtype == np.int64
    assert array_of([1, 2.5]).dtype == np.float64
    assert array_of([True, False]).dtype == np.bool_
    assert array_of([2**70, 1]).dtype == object
    assert array_of(["b", "a"]).dtype == object
