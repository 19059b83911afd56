"""Numbers, intervals and verdict words as people read them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlops_actions.profile.rounding import median_spread, written
from mlops_actions.report.blocks import text
from mlops_actions.results.verdict import Outcome
from mlops_actions.results.words import told_from_zero

if TYPE_CHECKING:
    from mlops_actions.report.blocks import Inline
    from mlops_actions.results.dataset import ColumnSummary
    from mlops_actions.results.evaluation import Change, Comparison
    from mlops_actions.results.gate import RuleVerdict

LARGE = 100
DECIMALS = 4  # of smaller figures
NO_CHANGE = "no visible change"
NONE = "—"
NO_BREAK = "\u00a0"
MINUS = "\u2212"
HYPHEN = re.compile(r"(?<![^\s\[(])-(?=\d)")  # before a figure: at the start, after a space or a bracket
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
    return text(ICON[outcome], "mark")


def number(value: float | None, *beside: float | None, least: int = 0) -> str:
    """Four decimals below a hundred, thousands separators above; a true minus sign.

    Args:
        value: what is shown.
        beside: figures of the same unit next to it; one of them from a hundred on takes its decimals away.
        least: so many decimals at least.
    """
    if value is None:
        return NONE
    shown = f"{value:,.{max(least, _decimals(value, *beside))}f}"
    if float(shown.replace(",", "")) == 0:
        shown = shown.replace("-", "")
    return shown.replace("-", MINUS)


def moment(column: ColumnSummary, name: str) -> str:
    """A column's mean, median or std with the digits that are known of it, as its checks write it."""
    value, spread = getattr(column, name), column.std
    if value is None:
        return NONE
    if name == "median" and spread is not None:
        spread = median_spread(value, spread, column.iqr)
    return written(value, spread).replace("-", MINUS)


def _decimals(*values: float | None) -> int:
    return 0 if any(abs(each) >= LARGE for each in values if each is not None) else DECIMALS


def signed(value: float | None, *beside: float | None, least: int = 0) -> str:
    """With its sign."""
    if value is None:
        return NONE
    shown = number(value, *beside, least=least)
    return shown if shown.startswith(MINUS) else f"+{shown}"


def span_of(low: float, high: float, *beside: float | None, least: int = 0) -> str:
    """[low, high] of one kind: both with decimals, or both without."""
    return f"[{number(low, high, *beside, least=least)}, {number(high, low, *beside, least=least)}]"


def beside(comparison: Comparison) -> tuple[float | None, ...]:
    """The figures that a reader sees side by side: all with decimals, or all without."""
    baseline, difference = comparison.baseline, comparison.difference
    return (
        comparison.candidate.value,
        baseline.value if baseline is not None else None,
        difference.change if difference is not None else None,
    )


def change(comparison: Comparison) -> str:
    """The raw change with its interval, NO_CHANGE when both are 0."""
    shown = " ".join(change_parts(comparison))
    return (shown or NO_CHANGE if comparison.difference is not None else NONE).replace(" ", NO_BREAK)


def change_parts(comparison: Comparison) -> tuple[str, ...]:
    """The raw change and its interval, with the digits that tell them from 0; nothing when both are 0.

    The interval of a metric that should fall is turned back.
    """
    difference = comparison.difference
    if difference is None:
        return ()
    made, others = difference.interval.times(comparison.sign), beside(comparison)
    values = (difference.change, made.low, made.high)
    least = told_from_zero(_decimals(*values, *others), *values)
    if not any(round(value, least) for value in values):
        return ()
    if made.low * made.high > 0:  # an interval without 0 must not seem to hold it
        least = max(least, *(told_from_zero(least, end) for end in (made.low, made.high)))
    span = span_of(made.low, made.high, *others, least=least)
    return signed(difference.change, *others, least=least), span


def verdict_word(comparison: Comparison, verdict: Change | None) -> str:
    """The verdict on a change (`View.change_of`), or why there is none."""
    if verdict is None:
        return comparison.reason.split(":")[0].replace("_", " ") or "no baseline"
    return WORD[verdict]


def arrows(sentence: str) -> str:
    """A terminal's "->" and hyphens before figures as a page has them."""
    signs = sentence.replace(" -> ", " → ").replace(" >= ", " ≥ ").replace(" <= ", " ≤ ")
    return HYPHEN.sub(MINUS, signs)


def titled(rule: RuleVerdict) -> str:
    """A verdict's sentence with the subject's title in place of its id."""
    said = rule.sentence
    if rule.title and said.startswith(f"{rule.subject} "):
        said = f"{rule.title}{said.removeprefix(rule.subject)}"
    return said


def sentence_of(rule: RuleVerdict) -> str:
    """The same as a page has it."""
    return arrows(titled(rule))


def seconds(value: float) -> str:
    """Durations up to hours."""
    minute = 60
    return f"{value:.1f} s" if value < minute else f"{int(value // minute)} min {int(value % minute)} s"
