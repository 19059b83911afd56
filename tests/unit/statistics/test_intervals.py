"""Intervals, multiplicity, power and verdicts against published values and references."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, false_discovery_control

from mlops_actions.statistics.bootstrap import resample_weights
from mlops_actions.statistics.intervals import wilson
from mlops_actions.statistics.multiplicity import benjamini_hochberg, holm, holm_confidences
from mlops_actions.statistics.power import minimum_detectable_change, rows_to_decide
from mlops_actions.statistics.quantiles import interpolate_quantile, quantile_levels
from mlops_actions.statistics.verdict import compare_verdict


@pytest.mark.parametrize(("k", "n"), [(0, 10), (3, 10), (10, 10), (412, 1000)])
def test_wilson_equals_scipy(k: int, n: int) -> None:
    theirs = binomtest(k, n).proportion_ci(0.95, method="wilson")
    assert wilson(k, n) == pytest.approx((theirs.low, theirs.high), abs=1e-12)


def test_wilson_edges() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
    with pytest.raises(ValueError, match="5 successes of 3"):
        wilson(5, 3)


def test_holm_by_hand() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx((0.03, 0.06, 0.06, 0.02))
    assert holm([]) == ()
    assert holm([0.9, 0.9]) == (1.0, 1.0)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_benjamini_hochberg_equals_scipy(values: list[float]) -> None:
    assert benjamini_hochberg(values) == pytest.approx(false_discovery_control(values), abs=1e-12)


def test_holm_confidences_step_down_and_stop() -> None:
    assert holm_confidences([0.001, 0.02, 0.5], 0.95) == pytest.approx((1 - 0.05 / 3, 0.975, 0.95))
    assert holm_confidences([0.03, 0.5, 0.001], 0.95) == pytest.approx((0.975, 0.975, 1 - 0.05 / 3))


def test_power() -> None:
    assert minimum_detectable_change(0.01, 0.005, 1.959964) == pytest.approx(
        0.01 + 2.801585 * 0.005, rel=1e-6
    )
    assert rows_to_decide(1000, 0.01, 0.01, 1.959964) == 7849
    assert rows_to_decide(1000, 0.01, 0.0, 1.96) is None


@pytest.mark.parametrize(
    ("low", "high", "margin", "word"),
    [
        (0.01, 0.02, 0.0, "improved"),
        (0.0, 0.0, 0.0, "no_worse"),
        (-0.009, 0.02, 0.01, "no_worse"),
        (-0.01, 0.02, 0.01, "no_worse"),
        (-0.03, -0.02, 0.01, "regressed"),
        (-0.03, -0.01, 0.01, "inconclusive"),
        (-0.03, 0.01, 0.01, "inconclusive"),
        (-0.01, 0.0, 0.0, "inconclusive"),
    ],
)
def test_the_four_verdicts_and_their_edges(low: float, high: float, margin: float, word: str) -> None:
    assert compare_verdict(low, high, margin) == word


def test_weights_are_counts_of_n_draws_and_depend_on_the_seed_only() -> None:
    blocks = list(resample_weights(50, 250, 7))
    assert [len(block) for block in blocks] == [100, 100, 50]
    assert all((block.sum(axis=1) == 50).all() for block in blocks)
    again = list(resample_weights(50, 250, 7))
    assert all(np.array_equal(a, b) for a, b in zip(blocks, again, strict=True))
    longer = list(resample_weights(50, 400, 7))
    assert np.array_equal(longer[1], blocks[1])
    assert not np.array_equal(next(resample_weights(50, 100, 8)), blocks[0])


def test_quantiles_between_stored_levels() -> None:
    levels = quantile_levels()
    assert list(levels) == sorted(levels)
    assert 0.025 in levels
    assert 0.975 in levels
    assert interpolate_quantile((0.1, 0.5, 0.9), (1.0, 2.0, 4.0), 0.7) == pytest.approx(3.0)
    assert interpolate_quantile((0.1, 0.5, 0.9), (1.0, 2.0, 4.0), 0.01) == 1.0
    assert interpolate_quantile((0.1, 0.5, 0.9), (1.0, 2.0, 4.0), 0.99) == 4.0
