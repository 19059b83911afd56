"""Bounds as people read them: rounded outward, never inward. Pure."""

from __future__ import annotations

import math


def up(share: float) -> float:
    """To the next thousandth."""
    return math.ceil(share * 1000 - 1e-9) / 1000


def beyond(extreme: float, room: float, *, sign: int) -> float:
    """The extreme with room on one side, to two digits of the room; whole where the extreme is.

    Args:
        extreme: an int is never made a float.
        room: finite, at least 0.
        sign: +1 above, -1 below.
    """
    if room <= 0:
        return extreme
    place = math.floor(math.log10(room)) - 1
    if isinstance(extreme, int):
        step = int(10 ** max(0, place))
        return extreme + sign * math.ceil(room / step) * step
    bound = round(extreme + sign * room, -place)
    return max(extreme, bound) if sign > 0 else min(extreme, bound)


def around(low: float, high: float) -> tuple[float, float]:
    """Both outward, to the third digit of half their distance."""
    slack = high / 2 - low / 2
    if slack <= 0 or not math.isfinite(slack):
        return low, high
    digits = 2 - math.floor(math.log10(slack))
    if abs(digits) > 300:  # noqa: PLR2004 - beyond the powers of ten that floats hold
        return low, high
    step = 10.0**-digits
    down, above = round(math.floor(low / step) * step, digits), round(math.ceil(high / step) * step, digits)
    # A bound that is a hair beyond the step, 0.42050000000000004, is moved by one more: never inward.
    down = round(down - step, digits) if down > low else down
    above = round(above + step, digits) if above < high else above
    return min(low, down), max(high, above)
