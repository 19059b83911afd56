"""One feature that tells the label is noticed, whatever its shape; ordinary ones are not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from sklearn import datasets

from mlops_actions.learning.encoding import Encoded, encode
from mlops_actions.learning.simple_model import Problem
from mlops_actions.learning.target_power import target_powers
from tests.unit.learning.problems import logistic, never, problem_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from mlops_actions.results.learning import TargetPower

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


def test_each_of_many_codes_is_looked_at_by_itself() -> None:
    """Codes have no order: quantiles of two hundred of them would mix those of either label."""
    codes = np.arange(4000) % 200
    label = (np.random.default_rng(8).random(200) < 0.5).astype(np.int64)[codes]
    encoded = Encoded(codes[:, None].astype(np.float64), ("leak",), np.array([True]))
    (leak,) = target_powers(Problem(encoded, label, 2), never)
    assert leak.power.low > LIMIT


ROWS = 1500
DRAW = np.random.default_rng(9)
YES = DRAW.integers(0, 2, ROWS)
WORD = [f"{at:x}{at * 7919 % 997:x}" for at in range(ROWS)]
OPINIONS = ("poor", "fine")
LEAKS: dict[str, list[str | None]] = {
    "its first character": [f"{'AB'[yes]}{at}" for at, yes in enumerate(YES)],
    "its last character": [f"{at}{'AB'[yes]}" for at, yes in enumerate(YES)],
    "its first word": [f"{at}-{('no', 'yes')[yes]}-{at * 31 % 977}" for at, yes in enumerate(YES)],
    "its length": [f"{at:06d}" if yes else f"{at:09d}" for at, yes in enumerate(YES)],
    "whether it is null": [f"x{at}" if yes else None for at, yes in enumerate(YES)],
}


def powers_of_text(texts: Sequence[str | None], label: NDArray[Any], classes: int) -> TargetPower:
    encoded = encode({"a": texts, "b": [0, 1] * (ROWS // 2)}, {"a": "string", "b": "integer"}, ("a", "b"))
    assert encoded.names == ("b",)
    _, found = target_powers(Problem(encoded, label, classes), never)
    return found


@pytest.mark.parametrize("part", LEAKS)
def test_a_part_of_nearly_free_text_that_tells_the_label_is_named(part: str) -> None:
    found = powers_of_text(LEAKS[part], YES, 2)
    assert (found.column, found.part) == ("a", part)
    assert found.power.low > LIMIT
    assert powers_of_text(LEAKS[part], YES * 3.0 + DRAW.normal(0, 0.01, ROWS), 0).part == part


@pytest.mark.parametrize("classes", [2, 0])
def test_honest_ids_and_prose_have_no_power_by_their_parts(classes: int) -> None:
    label = YES if classes else DRAW.normal(size=ROWS)
    prose = [f"{WORD[at * 7 % ROWS]} {WORD[at]} is {OPINIONS[YES[at]]} {WORD[-at]}" for at in range(ROWS)]
    for texts in ([f"C{at:06d}" for at in range(ROWS)], WORD, prose):
        assert powers_of_text(texts, label, classes).power.value < 0.75


def test_an_id_in_the_order_of_the_labels_is_noticed() -> None:
    found = powers_of_text([f"C{at:06d}" for at in range(ROWS)], np.sort(YES), 2)
    assert (found.part, found.power.low > LIMIT) == ("its place in alphabetical order", True)


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
