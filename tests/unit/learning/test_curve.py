"""The learning curve says what more rows would bring, from nested sizes, with an interval that holds."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlops_actions.checks.fitted import judge_curve
from mlops_actions.learning.curve import Measured, Meter, learning_curve, measure_curve, training_cost
from mlops_actions.learning.simple_model import recipes
from mlops_actions.results.verdict import Outcome
from tests.unit.learning.problems import logistic, never, problem_of

FEATURES, LABEL = logistic(400, seed=0)
RECIPE = recipes(problem_of(FEATURES, LABEL, 2))[0]


def meter(spent: int | None = None) -> Meter:
    """Each look at the clock is a second; the budget ends after so many questions."""
    ticks, asked = count(), count()
    over = never if spent is None else lambda: next(asked) >= spent
    return Meter(lambda: float(next(ticks)), lambda work: int(work() is not None) * 1000, over)


def synthetic(level: float, slope: float, exponent: float, noise: float, seed: int) -> Measured:
    """Ten repeats of a law at six sizes, with noise that each repeat shares in part."""
    sizes = np.array([50, 100, 200, 400, 800, 1600], dtype=np.float64)
    generator = np.random.default_rng(seed)
    law = level - slope * sizes**-exponent
    scores = law + generator.normal(0, noise, (10, 1)) + generator.normal(0, noise, (10, 6))
    seconds = 0.2 + 0.001 * sizes * generator.uniform(0.95, 1.05, (10, 6))
    return Measured(RECIPE, sizes, scores, seconds, 1e4 + 800 * sizes, 6)


def test_sizes_are_six_and_scores_rise() -> None:
    measured = measure_curve(RECIPE, meter())
    assert measured.sizes.tolist() == [40, 62, 98, 153, 239, 360] or len(measured.sizes) == 6
    assert measured.sizes[-1] == 360
    assert measured.scores.shape == measured.seconds.shape == (10, 6)
    means = measured.scores.mean(axis=0)
    assert means[-1] > means[0]
    assert (measured.seconds == 1).all()
    assert (measured.bytes == 1000).all()
    again = measure_curve(RECIPE, meter())
    assert np.array_equal(measured.scores, again.scores)


def test_a_spent_budget_keeps_whole_sizes_only() -> None:
    measured = measure_curve(RECIPE, meter(spent=27))  # 11 questions a size
    assert measured.scores.shape == (10, 2)
    assert measured.planned == 6
    found = learning_curve(measured, 400, None)
    assert found.now is None
    assert training_cost(measured, 400, None) is None


def test_the_law_is_recovered_and_the_rows_to_a_target() -> None:
    found = learning_curve(synthetic(0.9, 1.0, 0.5, 0.0005, 1), 2000, 0.885)
    assert found.level is not None
    assert found.level.low < 0.9 < (found.level.high or 0)
    assert found.needed is not None
    assert found.needed.high is not None
    assert found.needed.low < (1.0 / 0.015) ** 2 < found.needed.high
    assert found.reach == 1.0


def test_a_target_above_the_level_is_never_reached() -> None:
    found = learning_curve(synthetic(0.8, 2.0, 0.8, 0.001, 2), 2000, 0.9)
    assert (found.needed, found.reach) == (None, 0.0)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    level=st.floats(0.55, 1.0),
    slope=st.floats(0.01, 2.0),
    exponent=st.floats(0.05, 1.5),
    noise=st.floats(1e-5, 0.05),
    target=st.floats(0.5, 0.99),
    seed=st.integers(0, 9),
)
def test_never_is_said_where_the_level_lies_below_the_target_with_its_interval(
    level: float, slope: float, exponent: float, noise: float, target: float, seed: int
) -> None:
    found = learning_curve(synthetic(level, slope, exponent, noise, seed), 2000, target)
    assert found.level is not None
    below = (found.level.high or 1) < target
    assert ("never" in judge_curve(found).sentence) is below


def test_a_slow_rise_is_far_and_not_never() -> None:
    found = learning_curve(synthetic(1.0, 0.6, 0.08, 0.0001, 1), 2000, 0.9)
    assert (found.needed, found.reach) == (None, 0.0)
    said = judge_curve(found)
    assert said.outcome is Outcome.WARN
    assert "target 0.9: more than 100 times the rows would be needed" in said.sentence


def test_noise_gives_no_end() -> None:
    found = learning_curve(synthetic(0.9, 0.5, 0.3, 0.02, 3), 2000, 0.88)
    assert found.reach is not None
    assert found.needed is None or found.needed.high is None or found.needed.high > 3 * found.needed.low


def test_intervals_hold_the_truth_in_most_of_100_draws() -> None:
    held = []
    for seed in range(100):
        found = learning_curve(synthetic(0.9, 1.0, 0.5, 0.005, 100 + seed), 3200, None)
        assert found.now is not None
        assert found.gain is not None
        now, gain = 0.9 - 3200**-0.5, 3200**-0.5 - 6400**-0.5
        held.append(
            (
                found.now.low <= now <= (found.now.high or 1),
                found.gain.low <= gain <= (found.gain.high or 1),
            )
        )
    now_held, gain_held = np.mean(held, axis=0)
    assert now_held >= 0.85
    assert gain_held >= 0.85


def test_cost_is_extrapolated_with_its_interval() -> None:
    measured = synthetic(0.9, 1.0, 0.5, 0.005, 4)
    found = training_cost(measured, 100_000, 0.6)
    assert found is not None
    assert found.timed_rows == 1600
    assert found.seconds.low <= found.seconds.value <= (found.seconds.high or 0)
    assert 50 < found.seconds.value < 250  # the truth is 100 s, sixty times beyond the largest size
    assert found.peak_bytes.value == pytest.approx(1e4 + 800 * 100_000, rel=0.01)
    assert found.cost is not None
    assert found.cost.value == pytest.approx(found.seconds.value * 0.01)
    assert training_cost(replace(measured), 100_000, None) != found


def test_too_few_rows_have_no_curve() -> None:
    features, label = logistic(60, seed=1)
    measured = measure_curve(recipes(problem_of(features, label, 2))[0], meter())
    assert len(measured.sizes) == 0
    assert learning_curve(measured, 60, 0.9).points == ()
