"""How many digits of a column's mean, median and deviation are told: the one rule for all of them.

Exact ones tell a row (an odd number's median is a value), and digits far below the spread tell nothing.
"""

from __future__ import annotations

import math

DIGITS = 3  # of the spread
PLAIN = 7  # decimals, or zeros before the point, up to which a figure is written out


def digits_of(std: float) -> int:
    """Decimals that show three digits of the spread; negative left of the point. std: finite, above 0."""
    return DIGITS - 1 - math.floor(math.log10(std))


def to_spread(value: float, std: float) -> float:
    """A mean, a median or the deviation itself to three digits of the spread; as it is without a spread."""
    return round(value, digits_of(std)) if 0 < std < math.inf else value


def written(value: float, std: float | None = None) -> str:
    """The same in words: no digit that is not known, no zeros behind the last one, thousands separated."""
    spread = std if std is not None and 0 < std < math.inf else 0.0
    shown = to_spread(value, spread)
    digits = digits_of(spread) if spread else PLAIN - 1
    if abs(digits) > PLAIN or not math.isfinite(shown) or (not spread and not _plain(shown)):
        return f"{shown:.6g}"
    text = f"{shown:,.{max(0, digits)}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def _plain(value: float) -> bool:
    return value == 0 or 10.0 ** -(PLAIN - 1) <= abs(value) < 10.0 ** (PLAIN + 2)
