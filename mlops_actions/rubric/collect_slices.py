"""The slices of an evaluation as one fact, their intervals adjusted for how many there are."""

from __future__ import annotations

from statistics import NormalDist
from typing import TYPE_CHECKING

from mlops_actions.rubric.facts import SliceFigure, SlicesFact

if TYPE_CHECKING:
    from mlops_actions.results.evaluation import Comparison, EvaluationResult, Interval
    from mlops_actions.results.score import Evidence

# Metrics that do not move with a slice's share of positives come first.
PREFERRED = ("roc_auc", "accuracy", "mean_absolute_error", "root_mean_squared_error")


def slices_fact(result: EvaluationResult, evidence: tuple[Evidence, ...]) -> SlicesFact | None:
    """One metric on all slices; None when no metric was measured on all rows."""
    metrics = [each for each in result.comparisons if each.kind == "metric"]
    overall = {each.name: each for each in metrics if not each.slice}
    known = {name: each.candidate.value for name, each in overall.items() if each.candidate.value is not None}
    sliced = [each for each in metrics if each.slice]
    measured = {each.name for each in sliced if each.candidate.value is not None and each.name in known}
    choice = next((name for name in (*PREFERRED, *known) if name in (measured or known)), None)
    if choice is None:
        return None
    rows = [each for each in sliced if each.name == choice]
    return SlicesFact(
        evidence=evidence,
        metric=choice,
        direction=overall[choice].direction,
        overall=known[choice],
        n=overall[choice].n,
        slices=tuple(_figure(each, len(rows)) for each in rows),
        coverage=result.coverage,
    )


def widen(value: float, interval: Interval, tests: int) -> tuple[float, float]:
    """The interval at a level that holds for `tests` slices at once (Bonferroni).

    Each side is stretched by the ratio of the normal quantiles, which keeps a skewed interval's shape.
    """
    alpha = 1 - interval.confidence
    normal = NormalDist()
    stretch = normal.inv_cdf(1 - alpha / (2 * max(tests, 1))) / normal.inv_cdf(1 - alpha / 2)
    return value - (value - interval.low) * stretch, value + (interval.high - value) * stretch


def _figure(row: Comparison, tests: int) -> SliceFigure:
    value, interval = row.candidate.value, row.candidate.interval
    low, high = widen(value, interval, tests) if value is not None and interval else (None, None)
    change = row.difference
    bounds = widen(change.improvement, change.interval, tests) if change else (None, None)
    return SliceFigure(
        name=row.slice,
        n=row.n,
        value=value,
        low=low,
        high=high,
        improvement_low=bounds[0],
        improvement_high=bounds[1],
    )
