"""Means, medians and deviations with the digits that are known, and none behind."""

from __future__ import annotations

import math
import sys

import pytest

from mlops_actions.profile.rounding import digits_of, median_spread, to_spread, written


@pytest.mark.parametrize(("std", "digits"), [(1.0, 2), (9.99, 2), (0.46, 3), (87_000, -2), (2.5e6, -4)])
def test_three_digits_of_the_spread(std: float, digits: int) -> None:
    assert digits_of(std) == digits


@pytest.mark.parametrize(
    ("value", "std", "told"),
    [
        (115_810.4, 87_000.0, "115,800"),
        (53.8, 20.1, "53.8"),
        (53.8123, 20.1, "53.8"),
        (0.0, 0.46, "0"),
        (-0.5, 1.0, "-0.5"),
        (-0.0001, 1.0, "-0.0001"),
        (0.00417, 1.0, "0.004"),
        (3.2, 4e5, "3"),
        (-1e-17, 1.0, "0"),
        (-3e-8, 1.0, "0"),
        (-51_234.5, 1000.0, "-51,230"),
        (0.30512, 0.46, "0.305"),
        (1e9 + 0.125, 2.0, "1,000,000,000.12"),
        (2e-9, 1e-9, "2e-09"),
        (-3.21e12, 1e12, "-3.21e+12"),
        (1.7000000123e18, 1e10, "1.7000000123e+18"),
        (1.00000000753, 9.9e-7, "1.000000008"),
        (7.0, 0.0, "7"),
        (7.25, None, "7.25"),
        (1e300, None, "1e+300"),
        (5.0, math.inf, "5"),
    ],
)
def test_written(value: float, std: float | None, told: str) -> None:
    assert written(value, std) == told


@pytest.mark.parametrize("std", [0.0, math.inf])
def test_without_a_spread_nothing_is_rounded(std: float) -> None:
    assert to_spread(1.23456, std) == 1.23456


def test_what_is_written_is_what_is_stored() -> None:
    """Rounded before and rounded when it is shown come to the same."""
    for value, std in ((1.23456, 0.7), (98_765.4, 4321.0), (-0.000123456, 0.0004)):
        assert written(to_spread(value, std), to_spread(std, std)) == written(value, std)


@pytest.mark.parametrize("value", [5e-324, 1e-310, 1e308, sys.float_info.max])
def test_the_outermost_floats_are_told(value: float) -> None:
    assert to_spread(value, value) == pytest.approx(value, rel=1e-2)
    assert float(written(-value, value).replace(",", "")) == pytest.approx(-value, rel=1e-2)


@pytest.mark.parametrize(
    ("median", "std", "width", "spread"),
    [
        (19.63, 498_000.0, 24.1, 24.1),
        (0.0, 0.46, 1.0, 0.46),
        (5.0, 498_000.0, 0.0, 5.0),
        (-5.0, 0.2, 0.0, 0.2),
        (0.0, 3.0, 0.0, 3.0),
        (7.0, 0.0, 0.0, 0.0),
        (1.0, 3.0, None, 3.0),
    ],
)
def test_a_median_is_told_by_the_middle_half(
    median: float, std: float, width: float | None, spread: float
) -> None:
    assert median_spread(median, std, width) == spread
