"""A bootstrap distribution in short: quantiles at fixed levels, and any other level between them.

No numpy: the gate reads them with the light base.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

LEVELS = (
    0.0001, 0.00025, 0.0005, 0.001, 0.0015, 0.002, 0.0025, 0.003, 0.004, 0.005, 0.006, 0.008, 0.01, 0.0125,
    0.015, 0.02, 0.025, 0.03, 0.04, 0.05, 0.075, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45,
)  # fmt: skip


def quantile_levels() -> tuple[float, ...]:
    """The stored levels: dense in the tails, mirrored about 0.5."""
    return (*LEVELS, 0.5, *(round(1 - level, 10) for level in reversed(LEVELS)))


def interpolate_quantile(levels: Sequence[float], values: Sequence[float], level: float) -> float:
    """The quantile at any level, linear between stored ones; beyond the outermost, the outermost.

    Args:
        levels: ascending, within (0, 1).
        values: as many, ascending.
        level: within [0, 1].
    """
    if level <= levels[0]:
        return values[0]
    for index in range(1, len(levels)):
        if level <= levels[index]:
            left, right = levels[index - 1], levels[index]
            share = (level - left) / (right - left)
            return values[index - 1] + share * (values[index] - values[index - 1])
    return values[-1]
