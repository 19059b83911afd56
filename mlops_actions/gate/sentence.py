"""Numbers and conditions in a verdict's sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.results.words import MOST_DECIMALS, told_from_zero

if TYPE_CHECKING:
    from mlops_actions.results.evaluation import Comparison, Interval

LARGE = 100


def number(value: float) -> str:
    """Four decimals below a hundred, thousands separators above; zero has no sign."""
    if abs(value) >= LARGE:
        return f"{value:,.0f}"
    text = f"{value:.4f}".rstrip("0")
    return _no_sign_at_zero(text + "0" if text.endswith(".") else text)


def declared(limit: float) -> str:
    """A limit with all the digits it was declared with: 100.5 is not "100"."""
    text = number(limit)
    return text if float(text.replace(",", "")) == limit else f"{limit:,.12f}".rstrip("0")


def alike(*values: float, apart_from: float | None = None) -> tuple[str, ...]:
    """All with the decimals that the longest of them needs; none once one of them is large.

    Args:
        values: what is shown side by side.
        apart_from: the first value gets decimals, up to eight, until it stands on its true side of this one:
            "0.74996 < minimum 0.75" instead of "0.75 < minimum 0.75".
    """
    large = any(abs(value) >= LARGE for value in values)
    decimals = 0 if large else max(len(number(value).partition(".")[2]) for value in values)
    decimals = told_from_zero(decimals, *values)
    if apart_from is not None:
        side = _side(values[0], apart_from)
        more = range(decimals, MOST_DECIMALS + 1)
        decimals = next((d for d in more if _side(round(values[0], d), apart_from) == side), decimals)
    return tuple(_no_sign_at_zero(f"{value:,.{decimals}f}") for value in values)


def unit(comparison: Comparison) -> str:
    """Behind a figure of it: " USD", or nothing."""
    return f" {comparison.unit}" if comparison.unit else ""


def plus(shown: str) -> str:
    """A change with its sign."""
    return shown if shown.startswith("-") else f"+{shown}"


def _side(value: float, of: float) -> int:
    return (value > of) - (value < of)


def measured(value: float, each: Interval | None, apart_from: float | None = None) -> tuple[str, str]:
    """The value, and "95 % interval [a, b]" with as many decimals."""
    if each is None:
        return alike(value, apart_from=apart_from)[0], "no interval"
    shown, low, high = alike(value, each.low, each.high, apart_from=apart_from)
    return shown, f"{100 * each.confidence:.4g} % interval [{low}, {high}]"


def _no_sign_at_zero(text: str) -> str:
    return text if text.strip("-0.,") else text.removeprefix("-")
