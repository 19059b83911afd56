"""The learning curve: nested subsamples, timed, each scored on rows that its repeat never fits."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from mlops_actions.learning.simple_model import folds_of
from mlops_actions.results.learning import CurvePoint, Interval, LearningCurve, TrainingCost
from mlops_actions.statistics.auc import roc_auc
from mlops_actions.statistics.bootstrap import interval_of
from mlops_actions.statistics.power_law import COST, LEARNING, LINE, fit_laws, resampled_means

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from mlops_actions.learning.simple_model import Problem, Recipe
    from mlops_actions.statistics.power_law import Laws

SIZES = 6
SMALLEST = 40
FEW_ROWS = 3_000
RESAMPLES = 1_000
CONFIDENCE = 0.95
FARTHEST = 100  # times the rows: what lies beyond is not told
ENOUGH_SIZES = 4
BINARY = 2


@dataclass(frozen=True)
class Meter:
    """How the world outside is measured.

    Args:
        clock: seconds, rising.
        peak: runs a function and gives the most bytes it held at once.
        spent: whether the budget is over.
    """

    clock: Callable[[], float]
    peak: Callable[[Callable[[], object]], int]
    spent: Callable[[], bool]


@dataclass(frozen=True)
class Measured:
    """Whole sizes only: sizes (s,), scores and seconds (r, s), bytes (s,)."""

    recipe: Recipe
    sizes: NDArray[np.float64]
    scores: NDArray[np.float64]
    seconds: NDArray[np.float64]
    bytes: NDArray[np.float64]
    planned: int


def metric_of(classes: int) -> str:
    """What the curve's score is."""
    if not classes:
        return "r2"
    return "roc_auc" if classes == BINARY else "accuracy"


def measure_curve(recipe: Recipe, meter: Meter) -> Measured:
    """Every repeat at the smallest size, then at the next, until the budget is spent."""
    problem = recipe.problem
    repeats = 10 if problem.rows <= FEW_ROWS else 4
    sizes = _sizes(problem, repeats)
    parts = [_split(problem, repeats, repeat) for repeat in range(repeats)]
    scores, seconds, held = [], [], []
    for size in sizes:
        if meter.spent():
            break
        row: list[tuple[float, float]] = []
        for inside, outside in parts:
            if meter.spent():
                break
            row.append(_fit(recipe, outside[:size], inside, meter))
        if len(row) < repeats:
            break
        scores.append([score for score, _ in row])
        seconds.append([taken for _, taken in row])
        held.append(meter.peak(partial(recipe.fit, parts[0][1][:size])))
    done = len(scores)
    shape = (done, repeats)
    return Measured(
        recipe,
        np.array(sizes[:done], dtype=np.float64),
        np.array(scores, dtype=np.float64).reshape(shape).T,
        np.array(seconds, dtype=np.float64).reshape(shape).T,
        np.array(held, dtype=np.float64),
        len(sizes),
    )


def _fit(
    recipe: Recipe, outside: NDArray[np.int64], inside: NDArray[np.int64], meter: Meter
) -> tuple[float, float]:
    started = meter.clock()
    model = recipe.fit(outside)
    taken = meter.clock() - started
    return _score(recipe.problem, recipe.predict(model, inside), inside), taken


def _score(problem: Problem, predicted: NDArray[np.float64], rows: NDArray[np.int64]) -> float:
    label = problem.label[rows]
    if problem.classes == BINARY:
        return roc_auc(predicted[:, 1], label == 1)
    if problem.classes:
        return float((predicted.argmax(axis=1) == label).mean())
    return 1 - float(((predicted - label) ** 2).mean() / max(problem.label.var(), 1e-300))


def _sizes(problem: Problem, repeats: int) -> list[int]:
    """Six sizes, each the same factor (at most 2) above the one before; none where there are too few rows."""
    largest = problem.rows - -(-problem.rows // repeats)
    least = max(SMALLEST, 5 * problem.classes, largest // 2 ** (SIZES - 1))
    if largest < 2 * least:
        return []
    return [int(size) for size in np.geomspace(least, largest, SIZES).round()]


def _split(problem: Problem, repeats: int, repeat: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(held out, the others in an order whose every beginning has the classes in proportion)."""
    fold = folds_of(problem, repeats)
    inside, outside = np.flatnonzero(fold == repeat), np.flatnonzero(fold != repeat)
    outside = np.random.default_rng((problem.seed, repeat)).permutation(outside)
    if problem.classes:
        place = np.empty(len(outside))
        for each in range(problem.classes):
            own = np.flatnonzero(problem.label[outside] == each)
            place[own] = (np.arange(len(own)) + 0.5) / max(len(own), 1)
        outside = outside[np.argsort(place, kind="stable")]
    return inside, outside


def learning_curve(measured: Measured, rows: int, target: float | None) -> LearningCurve:
    """The law through the scores, read at the whole training data; figures are None below four sizes."""
    sizes, scores = measured.sizes, measured.scores
    points = tuple(_points(measured))
    problem = measured.recipe.problem
    base = LearningCurve(
        metric=metric_of(problem.classes),
        model=measured.recipe.name,
        rows=rows,
        repeats=len(scores),
        sizes_planned=measured.planned,
        points=points,
        target=target,
    )
    if len(sizes) < ENOUGH_SIZES:
        return base
    spread = scores.std(axis=0, ddof=1)
    weights = 1 / (spread**2 + (spread.mean() / 2) ** 2 + 1e-12)
    laws = fit_laws(sizes, resampled_means(scores, RESAMPLES, problem.seed), weights, LEARNING)
    found = {
        "level": _interval(laws.level),
        "now": _interval(laws.at(rows)),
        "gain": _interval(laws.at(2 * rows) - laws.at(rows)),
    }
    if target is None:
        return base.model_copy(update=found)
    return base.model_copy(update={**found, **_reached(laws, rows, target)})


def _reached(laws: Laws, rows: int, target: float) -> dict[str, object]:
    needed = laws.reaching(target)
    needed[needed > FARTHEST * rows] = np.inf
    drawn = needed[1:]
    reach = float(np.isfinite(drawn).mean())
    if not reach:
        return {"needed": None, "reach": 0.0}
    tail = (1 - CONFIDENCE) / 2
    low, middle, high = np.quantile(drawn, (tail, 0.5, 1 - tail), method="inverted_cdf")
    value = float(needed[0]) if np.isfinite(needed[0]) else float(middle)
    if not np.isfinite(value):
        value = FARTHEST * float(rows)
    ends = None if not np.isfinite(high) else float(high)
    return {"needed": Interval(value=value, low=float(min(low, value)), high=ends), "reach": reach}


def _points(measured: Measured) -> Iterator[CurvePoint]:
    for at, size in enumerate(measured.sizes):
        scores = measured.scores[:, at]
        yield CurvePoint(
            rows=int(size),
            score=float(scores.mean()),
            spread=float(scores.std(ddof=1)),
            seconds=float(measured.seconds[:, at].mean()),
            bytes=int(measured.bytes[at]),
        )


def training_cost(measured: Measured, rows: int, per_minute: float | None) -> TrainingCost | None:
    """Seconds, peak bytes and cost of one fit on all rows; None below four sizes."""
    sizes = measured.sizes
    if len(sizes) < ENOUGH_SIZES:
        return None
    seed = measured.recipe.problem.seed
    taken = measured.seconds
    laws = fit_laws(sizes, resampled_means(taken, RESAMPLES, seed), 1 / taken.mean(axis=0) ** 2, COST)
    seconds = _interval(laws.at(rows))
    peak = _peak(sizes, measured.bytes, rows)
    cost = None
    if per_minute is not None:
        low, value, high = (
            each / 60 * per_minute for each in (seconds.low, seconds.value, seconds.high or 0)
        )
        cost = Interval(value=value, low=low, high=high)
    return TrainingCost(
        model=measured.recipe.name,
        rows=rows,
        timed_rows=int(sizes[-1]),
        seconds=seconds,
        peak_bytes=peak,
        cost=cost,
    )


def _peak(sizes: NDArray[np.float64], held: NDArray[np.float64], rows: int) -> Interval:
    """Bytes grow in a line with the rows; the interval is what leaving out a size would make of it."""
    every = np.arange(len(sizes))
    found = []
    for left_out in (-1, *every):
        kept = every != left_out
        line = fit_laws(sizes[kept], held[None, kept], 1 / held[kept] ** 2, LINE)
        found.append(float(line.at(rows)[0]))
    return Interval(value=found[0], low=min(found), high=max(found))


def _interval(drawn: NDArray[np.float64]) -> Interval:
    """The first is the estimate, the others its resamples."""
    low, high = interval_of(drawn[1:], CONFIDENCE)
    value = float(drawn[0])
    return Interval(value=value, low=min(low, value), high=max(high, value))
