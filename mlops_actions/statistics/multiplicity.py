"""Several tests at once: Holm (1979) and Benjamini-Hochberg (1995). No numpy: the gate's base needs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """Holm's adjusted p-values, in the order given."""
    order = sorted(range(len(p_values)), key=lambda index: p_values[index])
    adjusted = [0.0] * len(p_values)
    largest = 0.0
    for rank, index in enumerate(order):
        largest = max(largest, min(1.0, (len(p_values) - rank) * p_values[index]))
        adjusted[index] = largest
    return tuple(adjusted)


def benjamini_hochberg(p_values: Sequence[float]) -> tuple[float, ...]:
    """Benjamini-Hochberg adjusted p-values, in the order given."""
    count = len(p_values)
    order = sorted(range(count), key=lambda index: -p_values[index])
    adjusted = [0.0] * count
    smallest = 1.0
    for position, index in enumerate(order):
        rank = count - position
        smallest = min(smallest, p_values[index] * count / rank)
        adjusted[index] = smallest
    return tuple(adjusted)


def holm_confidences(p_values: Sequence[float], confidence: float) -> tuple[float, ...]:
    """Per test the confidence at which its interval is read under Holm's step-down, in the order given.

    The smallest p-value is read at 1 - alpha / k, the next at 1 - alpha / (k - 1), and so on; after the first
    that is not significant the rest keep that step's level (Holm stops there).
    """
    alpha = 1 - confidence
    order = sorted(range(len(p_values)), key=lambda index: p_values[index])
    result = [confidence] * len(p_values)
    stopped_at: float | None = None
    for rank, index in enumerate(order):
        step = alpha / (len(p_values) - rank)
        level = step if stopped_at is None else stopped_at
        result[index] = 1 - level
        if stopped_at is None and p_values[index] > step:
            stopped_at = step
    return tuple(result)
