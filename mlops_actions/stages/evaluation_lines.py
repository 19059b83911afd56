"""An evaluation on the terminal: one line per figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.results.words import count

if TYPE_CHECKING:
    from mlops_actions.results.evaluation import Comparison, EvaluationResult

LARGE = 100


def evaluation_lines(result: EvaluationResult) -> tuple[str, ...]:
    """Overall figures with change, interval, verdict and n."""
    against = "no baseline" if result.baseline_kind == "none" else f"baseline {result.baseline_kind}"
    head = f"{count(result.n, 'row')}, {against.replace('_', ' ')}, {result.confidence:.0%} intervals"
    return (head, *(_line(each) for each in result.comparisons if not each.slice), *result.notes)


def _line(each: Comparison) -> str:
    if each.candidate.value is None:
        return f"{each.title}: {each.reason or each.candidate.reason}"
    unit = f" {each.unit}" if each.unit else ""
    text = f"{each.title}: {_number(each.candidate.value)}{unit}"
    if each.baseline is not None and each.baseline.value is not None:
        text = f"{each.title}: {_number(each.baseline.value)} -> {_number(each.candidate.value)}{unit}"
    if each.difference is None:
        return f"{text} ({each.reason})" if each.reason else text
    low, high = _number(each.difference.interval.low), _number(each.difference.interval.high)
    word = each.difference.verdict.replace("_", " ")
    return f"{text}, improvement {_number(each.difference.improvement)} [{low}, {high}], {word}"


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= LARGE else f"{value:.4f}"
