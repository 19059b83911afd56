"""The share of nulls between two samples, by the rule of drift: significant, and material at its least. Pure.

A null is no value: distances are of values alone, so that a column which goes from full to half empty keeps
its distribution. Judged by the difference of the shares, not by their factor: a rare null that became
half as rare again is no drift.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mlops_actions.results.dataset import NULLS
from mlops_actions.statistics.alignment import Sample
from mlops_actions.statistics.drift import Distance, categorical_distance

if TYPE_CHECKING:
    from mlops_actions.profile.column import ColumnProfile

STATISTIC = "share of nulls"


def null_distance(first: ColumnProfile, second: ColumnProfile) -> Distance | None:
    """How far the shares of nulls are apart; None where neither sample has a null, or one has no row."""
    if not first.rows or not second.rows or not first.nulls + second.nulls:
        return None
    found = categorical_distance(_sample(first), _sample(second), np.inf)
    shares = tuple((1 - each.nulls / each.rows, each.nulls / each.rows) for each in (first, second))
    return Distance(
        kind=NULLS,
        statistic=STATISTIC,
        effect=found.effect,
        effect_low=found.effect_low,
        p_value=found.p_value,
        psi=found.psi,
        jensen_shannon=found.jensen_shannon,
        binning="null or not",
        bars=(shares[0], shares[1]),
    )


def _sample(column: ColumnProfile) -> Sample:
    rows = np.array([column.rows - column.nulls, column.nulls], dtype=np.int64)
    return Sample(np.arange(2)[rows > 0], rows[rows > 0])


def changed(distance: Distance) -> str:
    """The two shares."""
    (_, before), (_, after) = distance.bars
    return f"{before:.4f} to {after:.4f}"
