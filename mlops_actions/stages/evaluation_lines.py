"""An evaluation on the terminal: one line per figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.results.words import count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlops_actions.results.evaluation import Comparison, EvaluationResult, Reproduction

LARGE = 100


def evaluation_lines(result: EvaluationResult) -> tuple[str, ...]:
    """Overall figures with change, interval, verdict and n."""
    against = "no baseline" if result.baseline_kind == "none" else f"baseline {result.baseline_kind}"
    head = f"{count(result.n, 'row')}, {against.replace('_', ' ')}, {result.confidence:.0%} intervals"
    twice = () if result.reproduction is None else (_twice(result.reproduction),)
    ladder = (result.ladder.sentence,) if result.ladder is not None else ()
    if result.reused is not None:
        head = f"{head}; {result.reused.sentence}"
    figures = (_line(each) for each in result.comparisons if not each.slice)
    return (head, *figures, *ladder, *twice, *result.notes)


def _twice(found: Reproduction) -> str:
    return found.sentence if found.holds else f"! {found.sentence}"


def _line(each: Comparison) -> str:
    if each.candidate.value is None:
        return f"{each.title}: {each.reason or each.candidate.reason}"
    unit = f" {each.unit}" if each.unit else ""
    before = each.baseline.value if each.baseline is not None else None
    values = [each.candidate.value] if before is None else [before, each.candidate.value]
    if each.difference is None:
        text = f"{each.title}: {' -> '.join(_alike(values))}{unit}"
        return f"{text} ({each.reason})" if each.reason else text
    made, word = each.difference.interval.times(each.sign), each.difference.verdict.replace("_", " ")
    *shown, change, low, high = _alike([*values, each.difference.change, made.low, made.high])
    sign = "" if change.startswith("-") else "+"
    return f"{each.title}: {' -> '.join(shown)}{unit}, change {sign}{change} [{low}, {high}], {word}"


def _alike(values: Sequence[float]) -> list[str]:
    """Side by side all with decimals, or none once one of them is large."""
    decimals = 0 if any(abs(value) >= LARGE for value in values) else 4
    return [f"{round(value, decimals) + 0.0:,.{decimals}f}" for value in values]
