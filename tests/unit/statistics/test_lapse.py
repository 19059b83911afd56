"""The lapse rate is the floor of a falling curve, not the curve."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlops_actions.statistics.lapse import lapse_rate


def drawn(rate: float, rows: int, seed: int, shape: float = 1.5) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(seed)
    score = generator.normal(2, 2, rows)
    chance = rate + (1 - 2 * rate) / (1 + np.exp(shape * score))
    return score, generator.random(rows) < chance


def test_no_floor_gives_no_alarm_in_200_draws() -> None:
    lows = np.array([lapse_rate(*drawn(0.0, 800, seed), 2).low for seed in range(200)])
    assert (lows > 0).sum() <= 13  # a two-sided 95 % interval on a boundary: 2.5 % are expected
    assert (lows > 0.02).sum() == 0


@pytest.mark.parametrize("rate", [0.03, 0.1])
def test_the_interval_holds_the_floor(rate: float) -> None:
    found = [lapse_rate(*drawn(rate, 2000, seed), 2) for seed in range(50)]
    assert sum(each.low <= rate <= each.high for each in found) >= 43
    assert np.mean([each.rate for each in found]) == pytest.approx(rate, rel=0.1)


def test_perfect_answers_and_coin_flips() -> None:
    score = np.linspace(0, 5, 400)
    perfect = lapse_rate(score, np.zeros(400, dtype=np.bool_), 3)
    assert (perfect.rate, perfect.low) == (0, 0)
    assert perfect.high < 0.02
    flips = np.random.default_rng(0).random(400) < 0.5
    assert lapse_rate(score, flips, 2).low < 0.5
    assert lapse_rate(np.zeros(400), flips, 2).low <= lapse_rate(np.zeros(400), flips, 2).high


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 300), st.integers(2, 9), st.integers(0, 1000))
def test_any_input_gives_an_ordered_interval(rows: int, classes: int, seed: int) -> None:
    generator = np.random.default_rng(seed)
    score = np.round(generator.normal(size=rows) * 10.0 ** generator.integers(-3, 6), 2)
    found = lapse_rate(score, generator.random(rows) < 0.3, classes)
    assert 0 <= found.low <= found.rate <= found.high <= 0.45
