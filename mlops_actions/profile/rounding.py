"""How many digits of a column's mean, median and deviation are told: the one rule for all of them.

Exact ones tell a row (an odd number's median is a value), and digits far below the spread tell nothing. A
few huge values make the deviation so large that its digits tell nothing of the median, whose spread is
therefore the width of the middle half. What is not 0 is not told as 0.
"""

from __future__ import annotations

import math

DIGITS = 3  # of the spread
NOISE = 1e-6  # of the spread: what floats leave of 0 when numbers are added up
LEAST, MOST = 6, 16  # digits of a figure as a power of ten
PLAIN = 7  # decimals, or zeros before the point, up to which a figure is written out


def digits_of(std: float) -> int:
    """Decimals that show three digits of the spread; negative left of the point. std: finite, above 0."""
    return DIGITS - 1 - math.floor(math.log10(std))


def median_spread(median: float, std: float, width: float | None) -> float:
    """What a median's digits are told by.

    Args:
        median: it may be coarse already.
        std: of the same values.
        width: of the middle half of the values; None is not known. Where it is 0, half the rows hold the
            median, and its own three digits are told.
    """
    if width is None or median == width == 0:
        return std
    return min(std, width or abs(median))


def to_spread(value: float, spread: float) -> float:
    """A mean, a median or the deviation itself to three digits of its spread; as it is without a spread."""
    if not (0 < spread < math.inf and math.isfinite(value)):
        return value
    try:
        return round(value, _digits(value, spread))
    except OverflowError:  # upwards, beyond the largest float
        return value


def _digits(value: float, spread: float) -> int:
    """Those of the spread, or as many as show one digit of a smaller value."""
    known = digits_of(spread)
    size = abs(value)
    return max(known, -math.floor(math.log10(size))) if size > NOISE * spread else known


def written(value: float, std: float | None = None) -> str:
    """The same in words: no digit that is not known, no zeros behind the last one, thousands separated."""
    spread = std if std is not None and 0 < std < math.inf else 0.0
    shown = to_spread(value, spread)
    digits = _digits(value, spread) if spread and math.isfinite(value) else PLAIN - 1
    if abs(digits) > PLAIN or not math.isfinite(shown) or (not spread and not _plain(shown)):
        return f"{shown:.{_significant(shown, digits) if spread else LEAST}g}"
    text = f"{shown:,.{max(0, digits)}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def _significant(value: float, digits: int) -> int:
    """From the first digit to the last that is known; two means of one large column differ far behind."""
    if not (value and math.isfinite(value)):
        return LEAST
    return max(LEAST, min(MOST, math.floor(math.log10(abs(value))) + digits + 1))


def _plain(value: float) -> bool:
    return value == 0 or 10.0 ** -(PLAIN - 1) <= abs(value) < 10.0 ** (PLAIN + 2)
