"""Points of the report's plots; at most 200 a curve."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mlops_actions.results.evaluation import Curve

if TYPE_CHECKING:
    from numpy.typing import NDArray

MAX_POINTS = 200
BINS = 10
LARGEST_ERRORS = 0.99  # a few huge ones would leave no room for the others


def curves_of(
    role: str, label: NDArray[np.float64], score: NDArray[np.float64]
) -> tuple[Curve, Curve, Curve]:
    """ROC (false against true positive rate), precision-recall, calibration (mean score against share).

    Args:
        role: candidate or baseline.
        label: 0/1, shape (n,), both classes present.
        score: probability of the positive class, shape (n,).
    """
    order = np.argsort(-score, kind="stable")
    last = np.r_[np.flatnonzero(np.diff(score[order])), len(order) - 1]
    hits = np.cumsum(label[order])[last]
    taken = last + 1.0
    true_rate = np.r_[0.0, hits / label.sum()]
    false_rate = np.r_[0.0, (taken - hits) / (len(label) - label.sum())]
    return (
        _curve("roc", role, false_rate, true_rate),
        _curve("precision_recall", role, hits / label.sum(), hits / taken),
        _calibration(role, label, score),
    )


def value_curves_of(
    role: str, label: NDArray[np.float64], prediction: NDArray[np.float64]
) -> tuple[Curve, Curve]:
    """Predicted against actual in ten groups of equally many rows; the share of rows within each error.

    Args:
        role: candidate or baseline.
        label: the true values, shape (n,), n > 0.
        prediction: the predicted ones, shape (n,). The largest errors, one row in a hundred, are cut off.
    """
    means = _calibration(role, label, prediction)
    levels = np.linspace(0, LARGEST_ERRORS, MAX_POINTS)
    errors = np.quantile(np.abs(label - prediction), levels)
    return means.model_copy(update={"name": "predicted_actual"}), _curve("errors", role, errors, levels)


def _curve(name: str, role: str, x: NDArray[np.float64], y: NDArray[np.float64]) -> Curve:
    keep = np.unique(np.linspace(0, len(x) - 1, min(len(x), MAX_POINTS)).round().astype(int))
    return Curve(name=name, role=role, x=tuple(map(float, x[keep])), y=tuple(map(float, y[keep])))


def _calibration(role: str, label: NDArray[np.float64], score: NDArray[np.float64]) -> Curve:
    """Ten bins of equally many rows; the mean score and the share of positives (the mean value) of each."""
    parts = [part for part in np.array_split(np.argsort(score, kind="stable"), BINS) if len(part)]
    x = np.array([score[part].mean() for part in parts])
    y = np.array([label[part].mean() for part in parts])
    return _curve("calibration", role, x, y)


def kpi_by_threshold(
    role: str, thresholds: NDArray[np.float64], values: NDArray[np.float64], name: str
) -> Curve:
    """The KPI at each decision threshold."""
    return _curve(f"kpi_by_threshold:{name}", role, thresholds, values)
