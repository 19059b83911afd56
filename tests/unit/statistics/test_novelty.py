"""New categories, and a bound of the chance of them that is never too small."""

from __future__ import annotations

import numpy as np
import pytest

from mlops_actions.statistics.novelty import novelty


def test_nothing_new_is_certain() -> None:
    assert novelty(np.array([5, 3]), np.array([9, 0])) == (0, 0, 1.0)


@pytest.mark.parametrize("rows", [1, 5, 10, 20])
def test_one_new_category_by_hand(rows: int) -> None:
    """All of its rows on one side of two equal samples: 2^-rows, and the bound is at most 2.5 times that."""
    found = novelty(np.array([1000, 0]), np.array([1000 - rows, rows]))
    assert (found.categories, found.rows) == (1, rows)
    assert 0.5**rows <= found.p_value <= min(1, 2.5 * 0.5**rows)


def test_many_small_categories_hide_some_new_ones_by_chance_and_all_of_them_do_not() -> None:
    """Of 400 categories of one row each, half stand in either of two equal samples."""
    half = np.repeat([0, 1], 200)
    assert novelty(np.r_[half, 800], np.r_[1 - half, 800]).p_value > 0.3
    everything = novelty(np.r_[np.zeros(200, np.int64), 1000], np.r_[np.ones(200, np.int64), 800])
    assert everything.p_value < 1e-9


def test_the_bound_is_not_exceeded_by_chance() -> None:
    """1,000 splits of 300 rows in 40 uneven categories: p below 0.05 in at most 5 % (and 3 sigma)."""
    draws = np.random.default_rng(0)
    values = draws.zipf(1.5, 300) % 40
    low = 0
    for _ in range(1000):
        first = draws.permutation(300) < 180
        a, b = (np.bincount(values[mine], minlength=40) for mine in (first, ~first))
        low += novelty(a, b).p_value < 0.05
    assert low <= 50 + 3 * np.sqrt(1000 * 0.05 * 0.95)
    assert low < 1000
