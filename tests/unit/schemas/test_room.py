"""Room beyond what was seen: where the tail, its few rows or the kind of values ask for more, or for none."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from mlops_actions.schemas.room import ALPHA, Spread, above, below, mean_bounds, spread_of
from tests.unit.schemas.tables import column


def spread(values: Any) -> Spread:
    found = spread_of(column("a", np.asarray(values).tolist()))
    assert found is not None
    return found


def bins(edges: list[float], rows: list[int]) -> Spread:
    ends = np.array(edges)
    return Spread(ends[:-1], (ends[:-1] + ends[1:]) / 2, ends[1:], np.array(rows))


def moments(values: Any) -> tuple[Spread, float, float]:
    return spread(values), float(np.mean(values)), float(np.std(values, ddof=1))


@pytest.mark.parametrize(("n", "k", "times"), [(100, 10, 1.76), (10_000, 100, 1.07)])
def test_few_values_tell_a_tail_less_well_than_many(n: int, k: int, times: float) -> None:
    """The largest k of n lie (k + 1) / 2 beyond the next one; ln(k / alpha) of that was the bound."""
    room = above(spread(np.arange(n) + 0.5))
    assert (room + k) / ((k + 1) / 2) == pytest.approx(times * math.log(k / ALPHA), rel=0.01)


def test_a_heavy_tail_below_zero_is_as_heavy_as_one_above() -> None:
    values = np.random.default_rng(5).pareto(1.5, 500) + 1
    mirrored = below(spread(1000 - values))
    assert above(spread(values - 1)) > 10 * values.max() / 2
    assert mirrored > 2 * (values.max() - np.sort(values)[-22])
    normal = np.random.default_rng(5).normal(0, 1, 500)
    assert below(spread(normal - 100)) < 10


def test_an_extreme_beyond_what_its_tail_tells_has_no_bound() -> None:
    """West of Greenwich all but three, which lie so far east that no tail of the others reaches them."""
    rest = np.linspace(-170, -64, 2360)
    assert above(spread([*rest, 101.4, 134.5, 138.1])) == math.inf
    assert above(spread(rest)) < 20


@pytest.mark.parametrize(
    ("counts", "room"),
    [
        (dict.fromkeys(range(1, 14), 40), 1),  # thirteen levels: the next may be unseen
        (dict.fromkeys(range(1, 13), 40), 0),  # twelve may be all there are
        (dict.fromkeys(range(1, 14), 90), 0),  # even a tenth of 90 rows would have been seen
        ({value / 4: 40 for value in range(1, 14)}, 0),
    ],
)
def test_many_whole_numbers_have_room_for_one_step(counts: dict[float, int], room: int) -> None:
    values = [value for value, rows in counts.items() for _ in range(rows)]
    assert (above(spread(values)), below(spread(values))) == (room, room)


def test_a_bin_of_many_rows_is_no_value_that_many_rows_hold() -> None:
    uniform = bins([0.0, 0.5, 1.0, 1.5, 2.0], [700, 690, 710, 700])
    assert (above(uniform), below(uniform)) == (0.5, 0.5)
    assert above(bins([0.0, 1.0], [700])) == 0


def test_a_mean_that_a_few_rows_decide_has_no_bound() -> None:
    heavy = np.random.default_rng(0).lognormal(0, 1.3, 305)
    assert mean_bounds(*moments(heavy)) is None
    light = np.random.default_rng(2).normal(5, 1, 305)
    assert mean_bounds(*moments(light)) is not None
