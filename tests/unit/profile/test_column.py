"""Value counts and what is summarised of them: exact, and without overflow."""

from __future__ import annotations

import math
import statistics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

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


def test_three_huge_amounts_do_not_make_the_median_nothing() -> None:
    amounts = np.random.default_rng(1).lognormal(3, 1, 2001).round(2)
    amounts[:3] = 4e6, 9e6, 2e7
    found = column(amounts.tolist()).summary
    assert found is not None
    told = found.coarse()
    assert told is not None
    assert told.median == pytest.approx(found.median, rel=0.01)
    assert told.median != found.median  # a value of the data
    assert told.iqr == pytest.approx(np.subtract(*np.quantile(amounts, (0.75, 0.25))), rel=0.01)
    assert told.mean == round(found.mean, -3)


def test_a_value_that_half_the_rows_hold_is_the_median_whatever_the_others_are() -> None:
    found = column([7.25] * 20 + [1e9, 3.0, 4e12]).summary
    assert found is not None
    told = found.coarse()
    assert told is not None
    assert (told.median, told.iqr) == (7.25, 0.0)


@pytest.mark.parametrize("value", [0.1, 7.3e-310, -1e300])
def test_a_constant_has_no_spread_and_is_not_told(value: float) -> None:
    found = column([value] * 3).summary
    assert found is not None
    assert found.std == 0
    assert found.coarse() is None


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=2, max_size=40, unique=True))
def test_no_figure_is_told_as_nothing_of_its_spread(values: list[float]) -> None:
    found = column(values).summary
    assert found is not None
    told = found.coarse()
    if told is None:
        return
    for name in ("mean", "std", "median", "iqr"):
        exact, shown = getattr(found, name), getattr(told, name)
        assert math.isfinite(shown)
        assert shown == pytest.approx(exact, rel=0.5, abs=found.spread_of(name) / 100)
        if abs(exact) > found.spread_of(name) / 1000:
            assert shown != 0
