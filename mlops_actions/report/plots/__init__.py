"""Plots of an evaluation as SVG, light and dark; the only home of matplotlib."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.report.plots.changes import draw_kpis, draw_metrics, draw_slices
from mlops_actions.report.plots.curves import (
    draw_calibration,
    draw_errors,
    draw_precision_recall,
    draw_predicted_actual,
    draw_roc,
)
from mlops_actions.report.plots.ladder import draw_ladder
from mlops_actions.report.plots.paper import THEMES, Theme, to_svg

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.figure import Figure

    from mlops_actions.results.evaluation import EvaluationResult

DRAWERS: dict[str, Callable[[EvaluationResult, Theme], Figure | None]] = {
    "kpi": draw_kpis,
    "metrics": draw_metrics,
    "slices": draw_slices,
    "roc": draw_roc,
    "precision_recall": draw_precision_recall,
    "calibration": draw_calibration,
    "predicted_actual": draw_predicted_actual,
    "errors": draw_errors,
    "ladder": draw_ladder,
}


def draw_all(evaluation: EvaluationResult) -> dict[str, bytes]:
    """File name (name-light.svg, name-dark.svg) to SVG, of every plot there is data for."""
    made: dict[str, bytes] = {}
    for name, draw in DRAWERS.items():
        for theme in THEMES:
            figure = draw(evaluation, theme)
            if figure is not None:
                made[f"{name}-{theme.name}.svg"] = to_svg(figure)
    return made
