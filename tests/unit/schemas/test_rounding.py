"""Bounds as people read them: outward, and without the noise of floats."""

from __future__ import annotations

import math

import numpy as np
import pytest

from mlops_actions.schemas.rounding import around


@pytest.mark.parametrize("sign", [1, -1])
def test_a_hair_beyond_a_step_is_no_bound_of_seventeen_digits(sign: int) -> None:
    low, high = sorted((sign * 0.42050000000000004, sign * 0.38))
    told = around(low, high)
    assert told[0] <= low < high <= told[1]
    assert max(len(repr(each)) for each in told) <= 7


def test_bounds_are_short_and_never_inward() -> None:
    draw = np.random.default_rng(3)
    for middle, half in zip(draw.normal(0, 1, 5000), 10 ** draw.uniform(-3, 1, 5000), strict=True):
        low, high = float(round(middle - half, 5)), float(np.nextafter(round(middle + half, 5), math.inf))
        told = around(low, high)
        assert told[0] <= low < high <= told[1]
        assert max(len(repr(each).lstrip("-")) for each in told) <= 9
