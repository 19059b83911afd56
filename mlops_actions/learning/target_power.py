"""What one feature alone says of the label: out-of-fold means of the label in bins of the feature.

A regression's label is taken by its ranks, so that one long tail neither hides a leak nor makes one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mlops_actions.learning.codes import MOST_CODES
from mlops_actions.learning.free_text import parts_of
from mlops_actions.learning.simple_model import folds_of
from mlops_actions.results.learning import Interval, TargetPower
from mlops_actions.statistics.auc import auc_interval, mean_ranks, roc_auc

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from mlops_actions.learning.simple_model import Problem

FOLDS = 5
BINS = 64  # of numbers; a code has its own
PRIOR = 1.0  # rows of the overall mean that each bin is given
Z = 1.959964
BINARY = 2


def target_powers(problem: Problem, spent: Callable[[], bool]) -> tuple[TargetPower, ...]:
    """Each feature's power, in order, then that of nearly free texts, until `spent` says stop."""
    fold = folds_of(problem, FOLDS)
    return tuple(_powers(problem, fold, spent))


def _powers(problem: Problem, fold: NDArray[np.int64], spent: Callable[[], bool]) -> Iterator[TargetPower]:
    encoded = problem.encoded
    wanted = _indicators(problem)
    for at, name in enumerate(encoded.names):
        if spent():
            return
        measure, power = _power(problem, encoded.matrix[:, at], wanted, fold, coded=bool(encoded.coded[at]))
        yield TargetPower(column=name, measure=measure, rows=problem.rows, power=power)
    for text in encoded.texts:
        if spent():
            return
        found = [
            (each.words, *_power(problem, each.column, wanted, fold, coded=each.coded))
            for each in parts_of(text)
        ]
        part, measure, power = max(found, key=lambda each: each[2].value)
        yield TargetPower(column=text.name, measure=measure, rows=problem.rows, power=power, part=part)


def _power(
    problem: Problem,
    column: NDArray[np.float64],
    wanted: NDArray[np.float64],
    fold: NDArray[np.int64],
    *,
    coded: bool,
) -> tuple[str, Interval]:
    most = MOST_CODES if coded else BINS
    predicted = _predict(column, wanted, fold, most, smooth=not problem.classes and not coded)
    return (_areas if problem.classes else _explained)(problem, predicted)


def _indicators(problem: Problem) -> NDArray[np.float64]:
    """(n, j): a column per class (of two classes the second), or the value's rank."""
    if not problem.classes:
        return mean_ranks(problem.label)[:, None]
    wanted = range(problem.classes) if problem.classes > BINARY else (1,)
    return np.column_stack([(problem.label == each).astype(np.float64) for each in wanted])


def _predict(
    column: NDArray[np.float64],
    wanted: NDArray[np.float64],
    fold: NDArray[np.int64],
    most: int,
    *,
    smooth: bool,
) -> NDArray[np.float64]:
    """(n, j) means of the other folds' rows in the same of `most` bins; `smooth`: lines between centres."""
    found = np.empty_like(wanted)
    for each in range(FOLDS):
        inside, outside = fold == each, fold != each
        known, label = column[outside], wanted[outside]
        overall = label.mean(axis=0)
        edges = _edges(known, most)
        places = _place(known, edges)
        count = np.bincount(places, minlength=len(edges) + 2)
        sums = np.column_stack([np.bincount(places, part, minlength=len(edges) + 2) for part in label.T])
        means = (sums + PRIOR * overall) / (count + PRIOR)[:, None]
        found[inside] = means[_place(column[inside], edges)]
        if smooth:
            _between(found, column, inside, known, label, places, count)
    return found


def _between(
    found: NDArray[np.float64],
    column: NDArray[np.float64],
    inside: NDArray[np.bool_],
    known: NDArray[np.float64],
    label: NDArray[np.float64],
    places: NDArray[np.int64],
    count: NDArray[np.int64],
) -> None:
    """Lines between the bins' centres, and beyond the outermost, in place of steps; not for nulls."""
    there = ~np.isnan(known)
    size = len(count)
    filled = np.flatnonzero(np.bincount(places[there], minlength=size))
    if len(filled) < 2:  # noqa: PLR2004 - a line has two ends
        return
    rows = np.bincount(places[there], minlength=size)[filled]
    x = np.bincount(places[there], known[there], minlength=size)[filled] / rows
    y = np.bincount(places[there], label[there, 0], minlength=size)[filled] / rows
    chosen = inside & ~np.isnan(column)
    at = np.clip(np.searchsorted(x, column[chosen]), 1, len(x) - 1)
    slope = (y[at] - y[at - 1]) / np.maximum(x[at] - x[at - 1], 1e-300)
    found[chosen, 0] = y[at - 1] + slope * (np.clip(column[chosen], *_reach(known)) - x[at - 1])


def _reach(known: NDArray[np.float64]) -> tuple[float, float]:
    return float(np.nanmin(known)), float(np.nanmax(known))


def _edges(known: NDArray[np.float64], most: int) -> NDArray[np.float64]:
    """Rising inner edges: between all values where they are few, else at quantiles."""
    present = known[~np.isnan(known)]
    values = np.unique(present)
    if len(values) <= most:
        return values[1:]
    found = np.quantile(present, np.linspace(0, 1, most + 1)[1:-1], method="nearest")
    repeated = found[:-1][found[1:] == found[:-1]]  # so common that its rows are a bin of their own
    return np.unique(np.r_[found, np.nextafter(repeated, np.inf)])


def _place(column: NDArray[np.float64], edges: NDArray[np.float64]) -> NDArray[np.int64]:
    """The bin of each value; nulls have the last one to themselves."""
    found = np.searchsorted(edges, column, side="right")
    found[np.isnan(column)] = len(edges) + 1
    return found


def _areas(problem: Problem, predicted: NDArray[np.float64]) -> tuple[str, Interval]:
    """The mean area under the ROC curve of each class against the others."""
    wanted = _indicators(problem) > 0
    found = []
    for score, positive in zip(predicted.T, wanted.T, strict=True):
        positives = int(positive.sum())
        area = roc_auc(score, positive)
        found.append((area, *auc_interval(area, positives, problem.rows - positives)))
    value, low, high = np.mean(found, axis=0)
    return "roc_auc", Interval(value=float(value), low=float(low), high=float(high))


def _explained(problem: Problem, predicted: NDArray[np.float64]) -> tuple[str, Interval]:
    """R2 of ranks, its interval by the delta method over rows."""
    label = mean_ranks(problem.label)
    around = (label - label.mean()) ** 2
    missed = (label - predicted[:, 0]) ** 2
    value = 1 - missed.mean() / max(around.mean(), 1e-300)
    error = (missed - (1 - value) * around).std(ddof=1) / np.sqrt(len(label)) / max(around.mean(), 1e-300)
    return "rank_r2", Interval(
        value=float(value), low=float(value - Z * error), high=float(min(1, value + Z * error))
    )
