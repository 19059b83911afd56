"""Metrics and KPIs as figures to compare: prepared on given rows, for both models."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mlops_actions.evaluation.comparison import Figure
from mlops_actions.evaluation.metrics import METRICS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from mlops_actions.config.evaluate import KpiConfig
    from mlops_actions.evaluation.comparison import Compute
    from mlops_actions.evaluation.metrics import Metric
    from mlops_actions.evaluation.rows import Outputs, Rows


def metric_figures(rows: Rows, names: Sequence[str]) -> tuple[Figure, ...]:
    """The named metrics; one that a label-only server cannot give carries its reason."""
    figures = []
    for name in names:
        metric = METRICS[name]
        candidate = _prepared(metric, rows, rows.candidate)
        reason = "" if candidate else f"not_served: {name} needs a {metric.needs}, the server gives none"
        figures.append(
            Figure(
                kind="metric",
                name=name,
                title=metric.title,
                direction=metric.direction,
                candidate=candidate,
                baseline=_prepared(metric, rows, rows.baseline),
                reason=reason,
            )
        )
    return tuple(figures)


def _prepared(metric: Metric, rows: Rows, outputs: Outputs | None) -> Compute | None:
    values = outputs.values(metric.needs) if outputs is not None else None
    return metric.prepare(rows.label, values) if values is not None else None


def kpi_figure(
    kpi: KpiConfig,
    candidate: tuple[NDArray[np.float64], NDArray[np.float64] | None],
    baseline: tuple[NDArray[np.float64], NDArray[np.float64] | None] | None,
) -> Figure:
    """A KPI from its row values (and denominators for a ratio) of each model, shape (n,) each."""
    return Figure(
        kind="kpi",
        name=kpi.id,
        title=kpi.title,
        direction=kpi.direction,
        candidate=_aggregate(kpi, *candidate),
        baseline=_aggregate(kpi, *baseline) if baseline is not None else None,
        unit=kpi.unit,
        smooth=kpi.aggregate != "quantile",
    )


def _aggregate(
    kpi: KpiConfig, values: NDArray[np.float64], denominator: NDArray[np.float64] | None
) -> Compute:
    if kpi.aggregate == "sum":
        return lambda weights: kpi.scale * (weights @ values)
    if kpi.aggregate == "quantile":
        return lambda weights: kpi.scale * _quantile(values, weights, kpi.quantile or 0.5)
    bottom = np.ones_like(values) if denominator is None else denominator

    def compute(weights: NDArray[np.float64]) -> NDArray[np.float64]:
        total = weights @ bottom
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(total != 0, kpi.scale * (weights @ values) / total, np.nan)

    return compute


def _quantile(values: NDArray[np.float64], weights: NDArray[np.float64], level: float) -> NDArray[np.float64]:
    """The weighted quantile (inverse of the weighted distribution function), one per weighting."""
    order = np.argsort(values, kind="stable")
    heaped = np.cumsum(weights[:, order], axis=1)
    reached = heaped >= level * heaped[:, -1:]
    result: NDArray[np.float64] = values[order][np.argmax(reached, axis=1)]
    return result
