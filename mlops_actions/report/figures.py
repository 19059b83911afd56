"""Numbers, intervals and verdict words as people read them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlops_actions.report.blocks import text
from mlops_actions.results.verdict import Outcome

if TYPE_CHECKING:
    from mlops_actions.report.blocks import Inline
    from mlops_actions.results.evaluation import Change, Comparison
    from mlops_actions.results.gate import RuleVerdict

LARGE = 100
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
    return text(ICON[outcome])


def number(value: float | None, *beside: float | None) -> str:
    """Four decimals below a hundred, thousands separators above; a true minus sign.

    Args:
        value: what is shown.
        beside: figures of the same unit next to it; one of them from a hundred on takes its decimals away.
    """
    if value is None:
        return NONE
    large = any(abs(each) >= LARGE for each in (value, *beside) if each is not None)
    shown = f"{value:,.0f}" if large else f"{value:.4f}"
    if float(shown.replace(",", "")) == 0:
        shown = shown.replace("-", "")
    return shown.replace("-", MINUS)


def signed(value: float | None, *beside: float | None) -> str:
    """With its sign."""
    if value is None:
        return NONE
    shown = number(value, *beside)
    return shown if shown.startswith(MINUS) else f"+{shown}"


def span_of(low: float, high: float, *beside: float | None) -> str:
    """[low, high] of one kind: both with decimals, or both without."""
    return f"[{number(low, high, *beside)}, {number(high, low, *beside)}]"


def beside(comparison: Comparison) -> tuple[float | None, ...]:
    """The figures that a reader sees side by side: all with decimals, or all without."""
    baseline, difference = comparison.baseline, comparison.difference
    return (
        comparison.candidate.value,
        baseline.value if baseline is not None else None,
        difference.change if difference is not None else None,
    )


def change(comparison: Comparison) -> str:
    """The raw change with its interval; the interval of a metric that should fall is turned back."""
    difference = comparison.difference
    if difference is None:
        return NONE
    made, others = difference.interval.times(comparison.sign), beside(comparison)
    shown = f"{signed(difference.change, *others)} {span_of(made.low, made.high, *others)}"
    return shown.replace(" ", NO_BREAK)


def verdict_word(comparison: Comparison, verdict: Change | None) -> str:
    """The verdict on a change (`View.change_of`), or why there is none."""
    if verdict is None:
        return comparison.reason.split(":")[0].replace("_", " ") or "no baseline"
    return WORD[verdict]


def arrows(sentence: str) -> str:
    """A terminal's "->" and hyphens before figures as a page has them."""
    signs = sentence.replace(" -> ", " → ").replace(" >= ", " ≥ ").replace(" <= ", " ≤ ")
    return HYPHEN.sub(MINUS, signs)


def sentence_of(rule: RuleVerdict) -> str:
    """A verdict's sentence as a page has it, with the subject's title in place of its id."""
    said = rule.sentence
    if rule.title and said.startswith(f"{rule.subject} "):
        said = f"{rule.title}{said.removeprefix(rule.subject)}"
    return arrows(said)


def seconds(value: float) -> str:
    """Durations up to hours."""
    minute = 60
    return f"{value:.1f} s" if value < minute else f"{int(value // minute)} min {int(value % minute)} s"
