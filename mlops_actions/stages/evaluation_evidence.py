"""Evidence beside the comparison: a degraded candidate the gate must veto."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mlops_actions.evaluation.comparison import compare
from mlops_actions.evaluation.figures import metric_figures
from mlops_actions.evaluation.rows import Rows
from mlops_actions.stages.evaluation_data import at_threshold

if TYPE_CHECKING:
    from mlops_actions.evaluation.comparison import Settings
    from mlops_actions.results.evaluation import Comparison

DEGRADED_SHARE = 0.5


def degraded_comparisons(
    rows: Rows, metrics: tuple[str, ...], settings: Settings, *, threshold: float, binary: bool
) -> tuple[Comparison, ...]:
    """The gate's self-test: half of the candidate's answers are shuffled among rows, then compared again.

    The rules must veto this model; a gate that lets it pass is no gate (ML Test Score, INFRA4).
    """
    generator = np.random.default_rng(settings.seed)
    chosen = np.flatnonzero(generator.random(rows.n) < DEGRADED_SHARE)
    order = np.arange(rows.n)
    order[chosen] = generator.permutation(chosen)
    outputs = rows.candidate.take(order)
    worse = at_threshold(outputs.score, outputs.prediction, threshold) if binary else outputs
    against = rows.baseline if rows.baseline is not None else rows.candidate
    changed = Rows(rows.label, worse, against, rows.weight)
    return compare(changed, metric_figures(changed, metrics), settings, binary=binary)
