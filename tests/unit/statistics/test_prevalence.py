"""Shares in two samples: published intervals, SciPy's, and coverage."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats.contingency import relative_risk

from mlops_actions.statistics.prevalence import (
    change_of_share,
    difference_interval,
    mean_difference,
    ratio_intervals,
)


@pytest.mark.parametrize(
    ("first", "second", "low", "high"),
    [
        ((48, 80), (56, 70), 0.0524, 0.3339),
        ((3, 10), (9, 10), 0.1705, 0.8090),
        ((2, 7), (6, 7), 0.0582, 0.8062),
        ((0, 29), (5, 56), -0.0381, 0.1926),
        ((0, 20), (0, 10), -0.1611, 0.2775),
        ((0, 20), (10, 10), 0.6791, 1.0),
        ((0, 10), (10, 10), 0.6075, 1.0),
    ],
)
def test_the_difference_is_newcombes(
    first: tuple[int, int], second: tuple[int, int], low: float, high: float
) -> None:
    """Newcombe, Statistics in Medicine 17 (1998), table II, method 10."""
    gap, least, most = difference_interval(first, second)
    assert gap == pytest.approx(second[0] / second[1] - first[0] / first[1])
    assert (round(least, 4), round(most, 4)) == (low, high)


def test_the_other_way_round_is_the_mirror() -> None:
    gap, low, high = difference_interval((56, 70), (48, 80))
    assert (round(gap, 4), round(low, 4), round(high, 4)) == (-0.2, -0.3339, -0.0524)


def test_the_ratio_is_katzs_with_half_a_row_more() -> None:
    """SciPy's has no such half, so it is given counts where that makes no difference."""
    first, second = np.array([90_000, 10_000]), np.array([140_000, 60_000])
    theirs = relative_risk(60_000, 200_000, 10_000, 100_000)
    interval = theirs.confidence_interval(0.95)
    ratio, low, high = ratio_intervals(first, second)
    assert ratio[1] == pytest.approx(theirs.relative_risk, rel=1e-4)
    assert (low[1], high[1]) == (
        pytest.approx(interval.low, rel=1e-4),
        pytest.approx(interval.high, rel=1e-4),
    )


def test_a_share_of_nothing_has_a_ratio() -> None:
    ratio, low, high = ratio_intervals(np.array([100, 0]), np.array([90, 10]))
    assert ratio[1] > 1
    assert np.isfinite(high).all()
    assert (low > 0).all()


@pytest.mark.parametrize(("a", "b"), [(0.05, 0.05), (0.05, 0.1), (0.02, 0.5)])
def test_both_intervals_cover(a: float, b: float) -> None:
    """2,000 draws of 400 and 300 rows: between 93 and 98 % hold the truth."""
    draws = np.random.default_rng(0)
    held = np.zeros(2)
    for x, y in zip(draws.binomial(400, a, 2000), draws.binomial(300, b, 2000), strict=True):
        _, low, high = difference_interval((x, 400), (y, 300))
        _, least, most = ratio_intervals(np.array([x, 400 - x]), np.array([y, 300 - y]))
        held += (low <= b - a <= high, least[0] <= b / a <= most[0])
    assert ((held / 2000 > 0.93) & (held / 2000 < 0.985)).all()


def test_the_largest_shown_change_is_found_either_way() -> None:
    first, second = np.array([1000, 500, 300, 3]), np.array([1000, 500, 100, 30])
    found = change_of_share(first, second, 100)
    assert found is not None
    place, ratio, near = found
    assert (place, ratio < near < 1) == (2, True)
    place, ratio, near = change_of_share(first, second, 10) or (0, 0.0, 0.0)
    assert (place, ratio > near > 1) == (3, True)
    assert change_of_share(first, second, 10_000) is None


def test_no_shown_change_is_one() -> None:
    found = change_of_share(np.array([500, 500]), np.array([510, 490]), 100)
    assert found is not None
    assert found[2] == 1.0


def test_the_difference_of_means_by_hand() -> None:
    """5 - 3, error sqrt(4 / 100 + 9 / 400) = .25."""
    gap, low, high = mean_difference((3.0, 2.0, 100), (5.0, 3.0, 400))
    assert gap == 2.0
    assert low == pytest.approx(2 - 1.959964 * 0.25)
    assert high == pytest.approx(2 + 1.959964 * 0.25)
