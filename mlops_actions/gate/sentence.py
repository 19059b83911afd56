"""Numbers and conditions in a verdict's sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlops_actions.results.evaluation import Comparison, Interval

LARGE = 100


def number(value: float) -> str:
    """Four decimals below a hundred, thousands separators above."""
    if abs(value) >= LARGE:
        return f"{value:,.0f}"
    text = f"{value:.4f}".rstrip("0")
    return text + "0" if text.endswith(".") else text


def name(comparison: Comparison) -> str:
    """How a comparison is called: roc_auc, or roc_auc on slice contract=One year."""
    return f"{comparison.name} on slice {comparison.slice}" if comparison.slice else comparison.name


def interval(each: Interval | None) -> str:
    """95 % interval [a, b]."""
    if each is None:
        return "no interval"
    percent = f"{100 * each.confidence:.4g}"
    return f"{percent} % interval [{number(each.low)}, {number(each.high)}]"
