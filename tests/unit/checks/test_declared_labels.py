"""DS501: weights that are none, and a positive class that no row has."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from mlops_actions.checks.declared_labels import check_declared, check_weight
from mlops_actions.profile.bins import BinnedCounts
from mlops_actions.results.verdict import Outcome
from tests.unit.checks.drifting import case, column, rows, table


@pytest.mark.parametrize(
    ("values", "outcome", "said"),
    [
        ([1, 2], "pass", "0 of n=2 weights are not finite numbers >= 0, maximum 0"),
        ([0.5, 0.0], "pass", "0 of n=2"),
        ([1.0, -1.0], "fail", "1 of n=2"),
        ([1.0, math.inf], "fail", "1 of n=2"),
        ([1.0, None], "fail", "1 of n=2"),
        ([0, 0], "fail", "none is above 0"),
        (["1", "b"], "fail", "string; weights are finite numbers >= 0 (n=2)"),
    ],
)
def test_weights_are_finite_and_not_negative(values: list[Any], outcome: str, said: str) -> None:
    seen = check_weight(rows("train", w=values), column("w", values))
    assert seen.outcome is Outcome(outcome)
    assert said in seen.sentence


def test_weights_above_the_limit_of_distinct_values() -> None:
    for edges, outcome in (([0.0, 1.0, 2.0], "pass"), ([-1.0, 0.0, 2.0], "fail")):
        bins = BinnedCounts(np.array(edges), np.array([5, 5]), 1.0, 1.0)
        wide = replace(column("w", [0.5] * 10), counts=None, binned=bins)
        assert check_weight(table("train", wide), wide).outcome is Outcome(outcome)


@pytest.mark.parametrize(
    ("labels", "positive", "told"),
    [
        ([0, 1], 1, False), ([0.0, 1.0], 1, False), ([True, False], 1, False), (["no", "yes"], "yes", False),
        ([0, 1], None, False), ([0, 1], 7, True), (["no", "yes"], 1, True),
    ],
)  # fmt: skip
def test_the_positive_class_is_one_of_the_labels(labels: list[Any], positive: Any, told: bool) -> None:
    seen = case(rows("train", a=[1, 2], y=labels))
    found = list(check_declared(seen.train, replace(seen.setting, positive=positive)))
    assert bool(found) is told
    if told:
        assert found[0].outcome is Outcome.FAIL
        assert f"evaluate.positive is {positive!r}, which is none of its 2 classes" in found[0].sentence
