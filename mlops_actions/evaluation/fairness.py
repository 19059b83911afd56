"""Rates by group of each sensitive feature. A ratio alone proves nothing: significance stands beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.stats import chi2_contingency

from mlops_actions.results.evaluation import FairnessRow, GroupRow, Interval
from mlops_actions.statistics.intervals import wilson

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

MAX_GROUPS = 20
TWO = 2


def by_group(
    feature: str,
    values: Sequence[Any],
    label: NDArray[np.float64],
    prediction: NDArray[np.float64],
    *,
    min_rows: int,
    confidence: float = 0.95,
) -> FairnessRow:
    """Selection, true and false positive rate per group; the smallest over the largest selection rate.

    Args:
        feature: the sensitive column; null is a group of its own.
        values: its n values.
        label: 0/1, shape (n,).
        prediction: 0/1 at the decision threshold, shape (n,).
        min_rows: groups with fewer rows are listed but not part of ratio, difference and p-value.
        confidence: of the Wilson intervals.

    The p-value is the chi-square test's of equal selection rates.
    """
    text = np.array(["(missing)" if value is None else str(value) for value in values])
    names, counts = np.unique(text, return_counts=True)
    chosen = [names[i] for i in np.argsort(-counts, kind="stable")[:MAX_GROUPS]]
    groups = tuple(_group(feature, str(name), text == name, label, prediction, confidence) for name in chosen)
    judged = [group for group in groups if group.n >= min_rows]
    rates = [group.selection_rate or 0.0 for group in judged]
    comparable = len(judged) >= TWO and max(rates) > 0
    return FairnessRow(
        feature=feature,
        groups=groups,
        selection_ratio=min(rates) / max(rates) if comparable else None,
        selection_difference=max(rates) - min(rates) if comparable else None,
        p_value=_p_value(judged) if comparable else None,
    )


def _group(
    feature: str,
    name: str,
    inside: NDArray[np.bool_],
    label: NDArray[np.float64],
    prediction: NDArray[np.float64],
    confidence: float,
) -> GroupRow:
    n = int(inside.sum())
    selected = prediction[inside]
    low, high = wilson(float(selected.sum()), n, confidence)
    return GroupRow(
        feature=feature,
        group=name,
        n=n,
        selection_rate=float(selected.mean()),
        selection_interval=Interval(low=low, high=high, confidence=confidence),
        true_positive_rate=_rate(selected[label[inside] == 1]),
        false_positive_rate=_rate(selected[label[inside] == 0]),
    )


def _rate(selected: NDArray[np.float64]) -> float | None:
    return float(selected.mean()) if len(selected) else None


def _p_value(groups: Sequence[GroupRow]) -> float | None:
    chosen = [round((group.selection_rate or 0.0) * group.n) for group in groups]
    table = np.array([chosen, [group.n - k for group, k in zip(groups, chosen, strict=True)]])
    if (table.sum(axis=1) == 0).any():
        return None
    return float(chi2_contingency(table, correction=False).pvalue)
