"""What a comparison of this size could have seen."""

from __future__ import annotations

import math
from statistics import NormalDist

POWER_80 = 0.8416212335729143  # the 80 % point of the normal distribution


def minimum_detectable_change(margin: float, standard_error: float, z: float) -> float:
    """The smallest worsening that is called regressed in 80 % of repetitions: m + (z + 0.84) SE."""
    return margin + (z + POWER_80) * standard_error


def two_sided_z(confidence: float) -> float:
    """The normal quantile of a two-sided interval: 1.96 at 95 %."""
    return NormalDist().inv_cdf(0.5 + confidence / 2)


def rows_to_decide(n: int, standard_error: float, margin: float, z: float) -> int | None:
    """Rows at which the margin itself is decidable with 80 % power: n ((z + 0.84) SE / m)^2, 2.8 at 95 %.

    From the margin, never from the observed effect; None when the margin is zero.
    """
    if margin <= 0:
        return None
    return max(1, math.ceil(n * ((z + POWER_80) * standard_error / margin) ** 2))
