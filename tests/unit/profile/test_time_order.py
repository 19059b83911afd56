"""How two splits lie in time, by exact counts and by bins."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from mlops_actions.profile.counts import ValueCounts
from mlops_actions.profile.time_order import order_edges, order_of_bins, time_order

RANDOM = np.random.default_rng(3)
SAMPLES = [
    ([1, 2, 3], [4, 5]),
    ([4, 5], [1, 2, 3]),
    ([1, 1, 2], [1, 2, 2]),
    ([7], [7]),
    (RANDOM.integers(0, 50, 80).tolist(), RANDOM.integers(20, 60, 90).tolist()),
]


def counts(values: list[int]) -> ValueCounts:
    return ValueCounts.of((value, values.count(value)) for value in set(values))


@pytest.mark.parametrize(("first", "second"), SAMPLES)
def test_the_order_is_what_all_pairs_say(first: list[int], second: list[int]) -> None:
    one, other = counts(first), counts(second)
    found = time_order(one.values, one.rows, other.values, other.rows)
    assert found is not None
    assert (found.rows, found.other_rows) == (len(first), len(second))
    assert found.later == sum(each > min(second) for each in first)
    assert found.after_all == sum(each > max(second) for each in first)
    pairs = [(a < b) + (a == b) / 2 for a, b in itertools.product(first, second)]
    assert math.isclose(found.before, math.fsum(pairs) / len(pairs))


@pytest.mark.parametrize(("first", "second"), SAMPLES)
def test_bins_are_exact_at_the_others_first_and_last_time(first: list[int], second: list[int]) -> None:
    shift = 1_700_000_000_000_000
    a, b = (np.array(each, dtype=np.float64) * 86_400_000_000 + shift for each in (first, second))
    edges = order_edges((a.min(), a.max()), (b.min(), b.max()))
    assert (np.diff(edges) > 0).all()
    found = order_of_bins(edges, np.histogram(a, edges)[0], np.histogram(b, edges)[0])
    assert found is not None
    assert found.later == sum(each > min(second) for each in first)
    assert found.after_all == sum(each > max(second) for each in first)
    assert found.first == b.min()


def test_without_a_time_there_is_no_order() -> None:
    one, none = counts([1]), ValueCounts.of(())
    assert time_order(one.values, one.rows, none.values, none.rows) is None
    assert time_order(none.values, none.rows, one.values, one.rows) is None


def test_noise_is_the_spread_of_random_splits() -> None:
    found, noise = [], 0.0
    for seed in range(300):
        lot = np.random.default_rng(seed).permutation(60)
        one, other = counts(lot[:40].tolist()), counts(lot[40:].tolist())
        order = time_order(one.values, one.rows, other.values, other.rows)
        assert order is not None
        found.append(order.before)
        noise = order.noise
    assert abs(np.std(found) - noise) < 0.2 * noise
