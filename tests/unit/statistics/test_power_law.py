"""Laws without noise are recovered; the bounds hold with any values."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm, t

from mlops_actions.statistics.power_law import COST, LEARNING, LINE, Laws, fit_laws, resampled_means

SIZES = np.array([50, 100, 200, 400, 800, 1600], dtype=np.float64)
EVEN = np.ones(6)


@pytest.mark.parametrize(
    ("level", "slope", "exponent"), [(0.9, -2.0, -0.7), (0.7, -0.3, -0.2), (1.0, -1.0, -1.5)]
)
def test_a_learning_law_is_recovered(level: float, slope: float, exponent: float) -> None:
    laws = fit_laws(SIZES, (level + slope * SIZES**exponent)[None], EVEN, LEARNING)
    assert laws.level[0] == pytest.approx(level, abs=0.01)
    assert laws.exponent[0] == pytest.approx(exponent, rel=0.05)
    assert laws.at(3200)[0] == pytest.approx(level + slope * 3200.0**exponent, abs=1e-3)
    exact = Laws(*(np.array([each]) for each in (level, slope, exponent)))
    assert exact.reaching(level + slope * 5000.0**exponent)[0] == pytest.approx(5000, rel=1e-6)
    assert np.isinf(exact.reaching(level + 0.05)[0])


def test_a_falling_curve_is_flat_and_a_cost_never_starts_below_0() -> None:
    laws = fit_laws(SIZES, (0.9 - SIZES / 1e5)[None], EVEN, LEARNING)
    assert laws.slope[0] == 0
    assert laws.reaching(0.5)[0] == 0
    steep = fit_laws(SIZES, (SIZES**1.6 / 1e4)[None], 1 / SIZES**3.2, COST)
    assert steep.level[0] >= 0
    assert steep.at(16_000)[0] == pytest.approx(16_000**1.6 / 1e4, rel=0.05)
    line = fit_laws(SIZES, (3 + 2 * SIZES)[None], EVEN, LINE)
    assert (line.level[0], line.slope[0]) == (pytest.approx(3), pytest.approx(2))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(-2, 1), min_size=6, max_size=6))
def test_any_scores_give_a_law_within_bounds(scores: list[float]) -> None:
    laws = fit_laws(SIZES, np.array([scores]), EVEN, LEARNING)
    assert laws.slope[0] <= 0
    assert laws.level[0] <= 1 + 1e-9
    assert np.isfinite(laws.at(1e6)).all()


def test_resampled_means_start_with_the_mean_and_spread_as_its_error() -> None:
    curves = np.random.default_rng(0).normal(0, 1, (10, 6))
    drawn = resampled_means(curves, 4000, 1)
    assert drawn[0] == pytest.approx(curves.mean(axis=0))
    expected = curves.std(axis=0, ddof=1) / np.sqrt(10) * t.ppf(0.975, 9) / norm.ppf(0.975)
    assert drawn[1:].std(axis=0) == pytest.approx(expected, rel=0.05)
