"""The area is scikit-learn's, and its interval is not empty at 1."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import rankdata
from sklearn.metrics import roc_auc_score

from mlops_actions.statistics.auc import auc_interval, mean_ranks, roc_auc


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(-3, 3), st.booleans()), min_size=2, max_size=60))
def test_equal_to_scikit_learn_with_ties(pairs: list[tuple[int, bool]]) -> None:
    score = np.array([each for each, _ in pairs], dtype=np.float64)
    positive = np.array([each for _, each in pairs])
    assert mean_ranks(score) == pytest.approx(rankdata(score), abs=1e-9)
    if positive.all() or not positive.any():
        assert math.isnan(roc_auc(score, positive))
    else:
        assert roc_auc(score, positive) == pytest.approx(roc_auc_score(positive, score), abs=1e-9)


def test_more_rows_narrow_the_interval_and_1_has_a_lower_end() -> None:
    lows = [auc_interval(1.0, rows, rows)[0] for rows in (20, 100, 500, 5000)]
    assert lows == sorted(lows)
    assert 0.8 < lows[0] < 0.95
    assert lows[-1] > 0.999
    assert auc_interval(1.0, 50, 50)[1] == 1.0
    assert auc_interval(0.0, 50, 50)[0] == 0.0


def test_the_interval_holds_the_area_in_most_draws() -> None:
    truth = 0.9214  # of normals 2 apart, from Phi(2 / sqrt(2))
    held = 0
    for seed in range(300):
        generator = np.random.default_rng(seed)
        score = np.r_[generator.normal(2, 1, 60), generator.normal(0, 1, 90)]
        positive = np.arange(150) < 60
        low, high = auc_interval(roc_auc(score, positive), 60, 90)
        held += low <= truth <= high
    assert held >= 276
