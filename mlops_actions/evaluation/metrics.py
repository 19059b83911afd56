"""Metrics by scikit-learn's names, for many weightings of the same rows at once.

A metric is prepared once (sorting) and then computed for a block of weights of shape (b, n), so that a paired
bootstrap costs matrix products instead of b calls. Values equal scikit-learn's with `sample_weight`; where
scikit-learn warns or raises because a figure is undefined the value is NaN; callers turn it into a reason.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from mlops_actions.results.evaluation import Direction

Array = NDArray[np.float64]
Prepared = Callable[[Array], Array]
Needs = Literal["score", "prediction"]


@dataclass(frozen=True)
class Metric:
    """One metric: its name, direction, what it needs of a model, and how it is prepared."""

    name: str
    title: str
    direction: Direction
    needs: Needs
    prepare: Callable[[Array, Array], Prepared]

    @property
    def sign(self) -> int:
        """+1 when higher is better, else -1."""
        return 1 if self.direction == "higher_is_better" else -1


def _divide(top: Array, bottom: Array) -> Array:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(bottom > 0, top / bottom, np.nan)


def _sorted_groups(label: Array, score: Array, *, descending: bool) -> tuple[NDArray[np.intp], ...]:
    """The order by score and where each run of equal scores begins."""
    order = np.argsort(-score if descending else score, kind="stable")
    ranked = score[order]
    starts = np.flatnonzero(np.r_[True, ranked[1:] != ranked[:-1]])
    del label
    return order, starts


def _roc_auc(label: Array, score: Array) -> Prepared:
    order, starts = _sorted_groups(label, score, descending=False)
    positive = label[order]

    def compute(weights: Array) -> Array:
        ranked = weights[:, order]
        above = np.add.reduceat(ranked * positive, starts, axis=1)
        below = np.add.reduceat(ranked * (1 - positive), starts, axis=1)
        beaten = np.cumsum(below, axis=1) - below / 2
        return _divide((above * beaten).sum(axis=1), above.sum(axis=1) * below.sum(axis=1))

    return compute


def _average_precision(label: Array, score: Array) -> Prepared:
    order, starts = _sorted_groups(label, score, descending=True)
    positive = label[order]

    def compute(weights: Array) -> Array:
        ranked = weights[:, order]
        hits = np.add.reduceat(ranked * positive, starts, axis=1)
        taken = np.cumsum(np.add.reduceat(ranked, starts, axis=1), axis=1)
        precision = np.divide(np.cumsum(hits, axis=1), taken, out=np.zeros_like(taken), where=taken > 0)
        return _divide((hits * precision).sum(axis=1), hits.sum(axis=1))

    return compute


def _mean_of(values: Array) -> Prepared:
    return lambda weights: _divide(weights @ values, weights.sum(axis=1))


def _share(top: Array, bottom: Array) -> Prepared:
    return lambda weights: _divide(weights @ top, weights @ bottom)


def _log_loss(label: Array, score: Array) -> Prepared:
    tiny = np.finfo(np.float64).eps
    if score.ndim > 1:
        own = score[np.arange(len(label)), label.astype(np.intp)]
        return _mean_of(-np.log(np.clip(own, tiny, 1 - tiny)))
    chance = np.clip(score, tiny, 1 - tiny)
    return _mean_of(-(label * np.log(chance) + (1 - label) * np.log1p(-chance)))


def _f1_macro(label: Array, prediction: Array) -> Prepared:
    """The mean F1 of the classes that some row has or is predicted to have; 0 where a resample has none."""
    classes = np.union1d(label, prediction)[:, None]
    own, given = (label == classes).astype(float), (prediction == classes).astype(float)

    def compute(weights: Array) -> Array:
        top, bottom = 2 * weights @ (own * given).T, weights @ (own + given).T
        each = np.divide(top, bottom, out=np.zeros_like(top), where=bottom > 0)
        mean: Array = each.mean(axis=1)
        return mean

    return compute


def _r2(label: Array, value: Array) -> Prepared:
    residual = (label - value) ** 2
    centred = label - label.mean()

    def compute(weights: Array) -> Array:
        total = weights.sum(axis=1)
        spread = weights @ centred**2 - _divide((weights @ centred) ** 2, total)
        return 1 - _divide(weights @ residual, spread)

    return compute


def _root_mean(label: Array, value: Array) -> Prepared:
    mean = _mean_of((label - value) ** 2)
    return lambda weights: np.sqrt(mean(weights))


_UP: Direction = "higher_is_better"
_DOWN: Direction = "lower_is_better"

METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        Metric("roc_auc", "ROC AUC", _UP, "score", _roc_auc),
        Metric("average_precision", "Average precision", _UP, "score", _average_precision),
        Metric("brier_score_loss", "Brier score", _DOWN, "score", lambda y, s: _mean_of((s - y) ** 2)),
        Metric("log_loss", "Log loss", _DOWN, "score", _log_loss),
        Metric("accuracy", "Accuracy", _UP, "prediction", lambda y, p: _mean_of((y == p).astype(float))),
        Metric("precision", "Precision", _UP, "prediction", lambda y, p: _share(y * p, p)),
        Metric("recall", "Recall", _UP, "prediction", lambda y, p: _share(y * p, y)),
        Metric("f1", "F1", _UP, "prediction", lambda y, p: _share(2 * y * p, y + p)),
        Metric("f1_macro", "Macro F1", _UP, "prediction", _f1_macro),
        Metric(
            "mean_absolute_error",
            "Mean absolute error",
            _DOWN,
            "prediction",
            lambda y, v: _mean_of(np.abs(y - v)),
        ),
        Metric("root_mean_squared_error", "Root mean squared error", _DOWN, "prediction", _root_mean),
        Metric("r2", "R²", _UP, "prediction", _r2),
    )
}


def measure(metric: Metric, label: Array, values: Array, weight: Array | None = None) -> float | None:
    """The metric on all rows once; None when it is undefined there.

    Args:
        metric: one of METRICS.
        label: shape (n,).
        values: shape (n,), probabilities of the positive class or predictions; or (n, k) of several classes.
        weight: shape (n,), or None for equal weights.
    """
    row = np.ones((1, len(label))) if weight is None else weight[None, :]
    value = float(metric.prepare(label, values)(row)[0])
    return value if np.isfinite(value) else None
