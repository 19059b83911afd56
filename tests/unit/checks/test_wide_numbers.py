"""DS208 and DS209 of numbers in bins: what value counts would tell, told by a few exact bins."""

from __future__ import annotations

import numpy as np
import pytest

from mlops_actions.checks.wide_numbers import Beyond, beyond, rows_beyond
from mlops_actions.profile.bins import BinnedCounts, refined
from mlops_actions.profile.column import ColumnProfile
from mlops_actions.profile.needs import Binned

RANDOM = np.random.default_rng(3)
N = 20_000
NORMAL = RANDOM.normal(50, 10, N)


def binned(values: np.ndarray) -> ColumnProfile:
    """As the scan makes it."""

    def count(edges: np.ndarray) -> np.ndarray:
        return np.histogram(values, edges)[0]

    edges, rows = refined(float(values.min()), float(values.max()), count)
    bins = BinnedCounts(edges, rows, float(values.mean()), float(values.std()))
    return ColumnProfile("x", "number", len(values), 0, None, len(values), bins)


def told(values: np.ndarray) -> Beyond:
    """By a scanner that counts what is needed."""
    column = binned(values)
    need = rows_beyond("train", column, 10.0)
    if need is None:
        return beyond(column, 10.0, None)
    assert isinstance(need, Binned)
    return beyond(column, 10.0, tuple(np.histogram(values, np.array(need.edges))[0].tolist()))


@pytest.mark.parametrize(
    ("planted", "found"),
    [
        ([], Beyond(0, 0)),
        ([-999.0] * 3, Beyond(3, 0)),
        ([-999.0], Beyond(0, 1)),
        ([9999.0] * 2, Beyond(2, 0)),
        ([-999.0] * 2 + [9999.0] * 4, Beyond(6, 0)),
        ([1e7], Beyond(0, 1)),
        ([-999.0] * 3 + [1e7], Beyond(3, 1)),
        ([1e7, 2e7, -5e6], Beyond(0, 3)),
        ([-998.0] * 3, Beyond(0, 3)),
        ([-999.0] * 3 + [-998.0], Beyond(3, 1)),
        ([99.0] * 3, Beyond(0, 0)),
    ],
)
def test_what_is_planted_among_near_continuous_numbers(planted: list[float], found: Beyond) -> None:
    assert told(np.r_[NORMAL, planted]) == found


@pytest.mark.parametrize(
    "values",
    [
        RANDOM.lognormal(3, 2, N), RANDOM.exponential(5, N), RANDOM.uniform(-1, 1, N),
        RANDOM.integers(10**15, 10**15 + N * 7, N).astype(float), -RANDOM.gamma(9, 2, N), np.arange(N) / 7,
        np.r_[np.zeros(N), np.ones(3)], RANDOM.normal(0, 1e300, N),
    ],
    ids=["lognormal", "exponential", "uniform", "ids", "negative gamma", "running", "one value", "huge"],
)  # fmt: skip
def test_honest_numbers_are_silent(values: np.ndarray) -> None:
    assert told(values) == Beyond(0, 0)


def test_extremes_that_tell_all_cost_no_pass() -> None:
    assert rows_beyond("train", binned(NORMAL), 10.0) is None
    assert rows_beyond("train", ColumnProfile("x", "number", 1, 0, None, 1), 10.0) is None
