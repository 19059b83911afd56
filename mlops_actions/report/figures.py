"""Numbers, intervals and verdict words as people read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.report.blocks import text
from mlops_actions.results.verdict import Outcome

if TYPE_CHECKING:
    from mlops_actions.report.blocks import Inline
    from mlops_actions.results.evaluation import Change, Comparison, Difference

LARGE = 100
NONE = "—"
NO_BREAK = "\u00a0"
MINUS = "\u2212"
ICON = {
    Outcome.PASS: "✅",
    Outcome.WARN: "⚠️",
    Outcome.FAIL: "❌",
    Outcome.ERROR: "❌",
    Outcome.SKIPPED: "⏭️",
    Outcome.INCONCLUSIVE: "❔",
}
ORDER = (
    Outcome.ERROR,
    Outcome.FAIL,
    Outcome.WARN,
    Outcome.INCONCLUSIVE,
    Outcome.SKIPPED,
    Outcome.PASS,
)
MAX_ROWS = 40  # of a table
WORD = {
    "improved": "▲\u00a0improved",
    "no_worse": "=\u00a0no\u00a0worse",
    "regressed": "▼\u00a0regressed",
    "inconclusive": "?\u00a0not\u00a0decided",
}


def icon(outcome: Outcome) -> Inline:
    """The outcome as a sign."""
    return text(ICON[outcome])


def number(value: float | None) -> str:
    """Four decimals below a hundred, thousands separators above; a true minus sign."""
    if value is None:
        return NONE
    shown = f"{value:,.0f}" if abs(value) >= LARGE else f"{value:.4f}"
    if float(shown.replace(",", "")) == 0:
        shown = shown.replace("-", "")
    return shown.replace("-", MINUS)


def signed(value: float | None) -> str:
    """With its sign."""
    if value is None:
        return NONE
    return number(value) if value < 0 else f"+{number(value)}"


def span_of(low: float, high: float) -> str:
    """[low, high] of one kind: both with decimals, or both without."""
    if max(abs(low), abs(high)) >= LARGE:
        return f"[{low:,.0f}, {high:,.0f}]".replace("-", MINUS)
    return f"[{number(low)}, {number(high)}]"


def change(comparison: Comparison) -> str:
    """The raw change with its interval; the interval of a metric that should fall is turned back."""
    difference = comparison.difference
    if difference is None:
        return NONE
    low, high = raw_interval(comparison, difference)
    return f"{signed(difference.change)} {span_of(low, high)}".replace(" ", NO_BREAK)


def raw_interval(comparison: Comparison, difference: Difference) -> tuple[float, float]:
    """The interval in the metric's own direction."""
    low, high = difference.interval.low, difference.interval.high
    return (low, high) if comparison.direction == "higher_is_better" else (-high, -low)


def verdict_word(comparison: Comparison, verdict: Change | None) -> str:
    """The verdict on a change (`View.change_of`), or why there is none."""
    if verdict is None:
        return comparison.reason.split(":")[0].replace("_", " ") or "no baseline"
    return WORD[verdict]


def arrows(sentence: str) -> str:
    """A terminal's "->" and hyphens before figures as a page has them."""
    return sentence.replace(" -> ", " → ").replace(" >= ", " ≥ ").replace(" <= ", " ≤ ")


def seconds(value: float) -> str:
    """Durations up to hours."""
    minute = 60
    return f"{value:.1f} s" if value < minute else f"{int(value // minute)} min {int(value % minute)} s"
