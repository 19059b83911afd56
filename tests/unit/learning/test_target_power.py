"""One feature that tells the label is noticed, whatever its shape; ordinary ones are not."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import datasets

from mlops_actions.learning.encoding import Encoded
from mlops_actions.learning.simple_model import Problem
from mlops_actions.learning.target_power import target_powers
from tests.unit.learning.problems import logistic, never, problem_of

LIMIT = 0.99


def test_a_planted_copy_of_the_label_is_noticed_among_honest_features() -> None:
    features, label = logistic(600, seed=0)
    generator = np.random.default_rng(1)
    features[:, 3] = np.where(
        label == 1, generator.uniform(10, 90, 600), 0
    )  # an amount paid by the positives
    powers = target_powers(problem_of(features, label, 2), never)
    assert [each.column for each in powers if each.power.low > LIMIT] == ["3"]
    assert {each.measure for each in powers} == {"roc_auc"}


def test_a_band_and_a_null_that_tell_the_label_are_noticed() -> None:
    generator = np.random.default_rng(2)
    band = generator.uniform(-1, 1, 2000)
    label = (np.abs(band) < 0.5).astype(np.int64)
    null = np.where(label == 1, np.nan, generator.normal(size=2000))
    powers = target_powers(problem_of(np.column_stack([band, null]), label, 2), never)
    assert all(each.power.low > LIMIT for each in powers)


def test_text_codes_and_many_classes() -> None:
    generator = np.random.default_rng(3)
    label = generator.integers(0, 4, 1200)
    codes = (label * 2 + generator.integers(0, 2, 1200)).astype(np.float64)
    encoded = Encoded(
        np.column_stack([codes, generator.integers(0, 9, 1200)]), ("leak", "noise"), np.array([True, True])
    )
    leak, noise = target_powers(Problem(encoded, label, 4), never)
    assert leak.power.low > LIMIT
    assert abs(noise.power.value - 0.5) < 0.05


@pytest.mark.parametrize("scale", [1.0, 1e6])
def test_a_rescaled_regression_target_is_noticed(scale: float) -> None:
    generator = np.random.default_rng(4)
    label = generator.lognormal(size=1500)
    features = np.column_stack([scale * np.sqrt(label), label + generator.normal(0, label.std(), 1500)])
    leak, honest = target_powers(problem_of(features, label, 0), never)
    assert leak.power.low > LIMIT
    assert honest.power.value < 0.7
    assert leak.measure == "rank_r2"


def test_noise_explains_nothing() -> None:
    generator = np.random.default_rng(5)
    (only,) = target_powers(problem_of(generator.normal(size=(800, 1)), generator.normal(size=800), 0), never)
    assert only.power.value < 0.02


@pytest.mark.parametrize(
    ("name", "classes"), [("wine", 3), ("breast_cancer", 2), ("digits", 10), ("diabetes", 0)]
)
def test_bundled_data_have_no_leak(name: str, classes: int) -> None:
    features, label = getattr(datasets, f"load_{name}")(return_X_y=True)
    kind = np.int64 if classes else np.float64
    powers = target_powers(problem_of(features, label.astype(kind), classes), never)
    assert max(each.power.value for each in powers) < LIMIT


def test_a_spent_budget_stops_between_features() -> None:
    features, label = logistic(200, seed=6)
    calls = iter([False, False, True])
    assert len(target_powers(problem_of(features, label, 2), lambda: next(calls))) == 2
