"""Whether the submitted model earns its complexity: it and the simple models on the same rows. Pure.

A step up the ladder must be worth more than one standard error of the best (Breiman and others,
Classification and Regression Trees, 1984, 3.4.3) and be shown: the paired interval of the gain lies above 0.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from mlops_actions.evaluation.comparison import Figure, Settings, compare
from mlops_actions.evaluation.metrics import METRICS
from mlops_actions.evaluation.rows import Outputs, Rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from mlops_actions.evaluation.comparison import Compute
    from mlops_actions.results.evaluation import Comparison, Direction, Estimate


@dataclass(frozen=True)
class Judges:
    """The rows that judge: labels (n,) as codes or values, weights, the task, the metric, the threshold."""

    label: NDArray[np.float64]
    weight: NDArray[np.float64] | None
    task: str
    metric: str
    threshold: float
    settings: Settings


@dataclass(frozen=True)
class Quality:
    """One model: value with interval and standard error, and the candidate's gain over it, + better."""

    value: float | None = None
    low: float | None = None
    high: float | None = None
    standard_error: float | None = None
    gain: float | None = None
    gain_low: float | None = None
    gain_high: float | None = None
    worth_less: bool | None = None
    n: int = 0
    reason: str = ""


@dataclass(frozen=True)
class Judged:
    """Every model's quality by name, and which is the best."""

    title: str
    direction: Direction
    models: dict[str, Quality]
    best: str


CANDIDATE = "candidate"


def judge_models(
    judges: Judges, answers: Mapping[str, NDArray[np.float64]], candidate: Outputs | None
) -> Judged:
    """All of them from the same resamples, so that each difference is paired.

    Args:
        judges: the rows and the figure.
        answers: rung to (n,) probabilities of the positive class or values, or (n, k) probabilities.
        candidate: what the submitted model answered; None where there is none.
    """
    prepared = {name: _compute(judges, _outputs(judges, scores)) for name, scores in answers.items()}
    computes = {name: _Once(compute) for name, compute in prepared.items() if compute is not None}
    served = _compute(judges, candidate) if candidate is not None else None
    if served is not None:
        computes[CANDIDATE] = _Once(served)
    metric = METRICS[judges.metric]
    title, direction = metric.title, metric.direction
    best = _best(judges, computes, metric.sign)
    firsts = [computes.get(CANDIDATE), computes.get(best)]
    figures = [
        Figure("metric", judges.metric, title, direction, first or each, each if first else None)
        for first in firsts
        for each in computes.values()
    ]
    nobody = Outputs(None, None)
    rows = Rows(judges.label, nobody, nobody, judges.weight)
    found = compare(rows, figures, judges.settings, binary=judges.task == "binary")
    own, beside = found[: len(computes)], dict(zip(computes, found[len(computes) :], strict=True))
    gains = served is not None
    models = {name: _quality(each, gains=gains) for name, each in zip(computes, own, strict=True)}
    if served is not None:
        models[CANDIDATE] = replace(models[CANDIDATE], gain=None, gain_low=None, gain_high=None)
    elif candidate is not None:
        models[CANDIDATE] = Quality(reason=f"it gives no {metric.needs}")
    error = models[best].standard_error if best else None
    for name, each in beside.items():
        if models[name].value is not None:
            worse = _worth_less(each, error, best=name == best)
            models[name] = replace(models[name], worth_less=worse)
    return Judged(title, direction, models, best)


class _Once:
    """A figure that is part of several comparisons is computed once for each block of weights."""

    def __init__(self, compute: Compute) -> None:
        self.compute = compute
        self.last: tuple[NDArray[np.float64], NDArray[np.float64]] | None = None

    def __call__(self, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        if self.last is None or self.last[0] is not weights:
            self.last = weights, self.compute(weights)
        return self.last[1]


def _best(judges: Judges, computes: Mapping[str, Compute], sign: int) -> str:
    """Of equal ones the first, and so the simplest; "" where no figure has a value."""
    weight = np.ones((1, len(judges.label))) if judges.weight is None else judges.weight[None, :]
    values = {name: sign * float(compute(weight)[0]) for name, compute in computes.items()}
    known = {name: value for name, value in values.items() if np.isfinite(value)}
    return max(known, key=lambda name: known[name]) if known else ""


def _quality(each: Comparison, *, gains: bool) -> Quality:
    estimate = each.baseline if gains else each.candidate
    if estimate is None or estimate.value is None:
        return Quality(n=each.n, reason=each.reason or "undefined on these rows")
    gain = each.difference if gains else None
    interval = estimate.interval
    return Quality(
        value=estimate.value,
        low=interval.low if interval else None,
        high=interval.high if interval else None,
        standard_error=standard_error(estimate),
        gain=gain.improvement if gain else None,
        gain_low=gain.interval.low if gain else None,
        gain_high=gain.interval.high if gain else None,
        n=each.n,
        reason=each.reason,
    )


def standard_error(estimate: Estimate) -> float | None:
    """The standard deviation of the resamples (Efron, 1979), from their quantiles, linear between them.

    A figure of few values (the accuracy of 60 rows) has it, too, where a span of two quantiles jumps.
    """
    if estimate.quantiles is None:
        return None
    levels, values = (np.array(each) for each in (estimate.quantiles.levels, estimate.quantiles.values))
    middle = np.interp(0.5, levels, values)
    levels, off = np.array([0.0, *levels, 1.0]), np.array([values[0], *values, values[-1]]) - middle
    width, low, high = np.diff(levels), off[:-1], off[1:]
    first = (width * (low + high)).sum() / 2
    second = (width * (low**2 + low * high + high**2)).sum() / 3
    return float(np.sqrt(max(0.0, second - first**2)))


def _worth_less(beside: Comparison, error: float | None, *, best: bool) -> bool | None:
    """Whether the best is better by more than its standard error, and shown to be."""
    if best:
        return False
    if beside.difference is None or error is None:
        return None
    return beside.difference.improvement > error and beside.difference.interval.low > 0


def _compute(judges: Judges, outputs: Outputs) -> Compute | None:
    """The metric of a model's answers, or None where it gives none."""
    metric = METRICS[judges.metric]
    values = outputs.values(metric.needs)
    return metric.prepare(judges.label, values) if values is not None else None


def _outputs(judges: Judges, scores: NDArray[np.float64]) -> Outputs:
    """A rung's answers: the class is the likeliest, of two the one at the threshold."""
    if judges.task == "multiclass":
        return Outputs(None, scores.argmax(axis=1).astype(np.float64), scores)
    if judges.task == "regression":
        return Outputs(None, scores, labels=False)
    return Outputs(scores, (scores >= judges.threshold).astype(np.float64))
