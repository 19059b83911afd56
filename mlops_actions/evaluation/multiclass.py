"""Metrics of several classes from (n, k) probabilities, for many weightings of the same rows at once.

Values equal scikit-learn's with `sample_weight`; the predicted class is the likeliest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mlops_actions.evaluation.comparison import Compute
    from mlops_actions.results.evaluation import Direction

CALLED: dict[str, tuple[str, Direction]] = {
    "accuracy": ("Accuracy", "higher_is_better"),
    "log_loss": ("Log loss", "lower_is_better"),
    "f1_macro": ("Macro F1", "higher_is_better"),
}


def multiclass_figure(name: str) -> tuple[str, Direction]:
    """How it is called, and its direction."""
    return CALLED[name]


def prepared(name: str, label: NDArray[np.float64], shares: NDArray[np.float64]) -> Compute:
    """The metric as a function of weights (b, n) -> (b,).

    Args:
        name: accuracy, log_loss or f1_macro.
        label: (n,) class codes; -1 is a class that no share is of.
        shares: (n, k), each row sums to 1.
    """
    likeliest = shares.argmax(axis=1)
    if name == "accuracy":
        return _mean((likeliest == label).astype(np.float64))
    if name == "log_loss":
        known = label >= 0
        of_label = shares[np.arange(len(label)), np.where(known, label, 0).astype(int)]
        tiny = np.finfo(np.float64).eps
        return _mean(-np.log(np.clip(np.where(known, of_label, 0.0), tiny, 1.0)))
    return _f1_macro(label, likeliest)


def _mean(values: NDArray[np.float64]) -> Compute:
    def compute(weights: NDArray[np.float64]) -> NDArray[np.float64]:
        with np.errstate(divide="ignore", invalid="ignore"):
            found: NDArray[np.float64] = weights @ values / weights.sum(axis=1)
        return found

    return compute


def _f1_macro(label: NDArray[np.float64], likeliest: NDArray[np.int64]) -> Compute:
    """Over the classes that are a label or a prediction of some row."""
    classes = np.union1d(label, likeliest)
    hits = np.column_stack([(label == each) & (likeliest == each) for each in classes]).astype(np.float64)
    either = np.column_stack([(label == each).astype(float) + (likeliest == each) for each in classes])

    def compute(weights: NDArray[np.float64]) -> NDArray[np.float64]:
        top, bottom = 2 * weights @ hits, weights @ either
        each = np.divide(top, bottom, out=np.zeros_like(top), where=bottom > 0)
        found: NDArray[np.float64] = each.mean(axis=1)
        return found

    return compute
