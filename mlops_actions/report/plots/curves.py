"""ROC, precision-recall and calibration of both models; of values predicted against actual, and errors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.report.plots.paper import new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from mlops_actions.report.plots.paper import Theme
    from mlops_actions.results.evaluation import Curve, EvaluationResult


def draw_roc(evaluation: EvaluationResult, theme: Theme) -> Figure | None:
    """False against true positive rate; the diagonal is chance."""
    return _draw(evaluation, theme, "roc", ("False positive rate", "True positive rate"), diagonal=True)


def draw_precision_recall(evaluation: EvaluationResult, theme: Theme) -> Figure | None:
    """Recall against precision."""
    return _draw(evaluation, theme, "precision_recall", ("Recall", "Precision"), diagonal=False)


def draw_calibration(evaluation: EvaluationResult, theme: Theme) -> Figure | None:
    """Mean score against the share of positives in ten bins of equally many rows."""
    labels = ("Mean predicted probability", "Share of positives")
    return _draw(evaluation, theme, "calibration", labels, diagonal=True, marker="o")


def draw_predicted_actual(evaluation: EvaluationResult, theme: Theme) -> Figure | None:
    """Mean prediction against mean actual value in ten groups of equally many rows."""
    labels = ("Mean prediction", "Mean actual value")
    return _draw(evaluation, theme, "predicted_actual", labels, diagonal=True, marker="o", shares=False)


def draw_errors(evaluation: EvaluationResult, theme: Theme) -> Figure | None:
    """The share of rows whose prediction is at most that far off."""
    labels = ("Absolute error at most", "Share of rows")
    return _draw(evaluation, theme, "errors", labels, diagonal=False, shares=False)


def _draw(
    evaluation: EvaluationResult,
    theme: Theme,
    name: str,
    labels: tuple[str, str],
    *,
    diagonal: bool,
    marker: str = "",
    shares: bool = True,
) -> Figure | None:
    curves = [curve for curve in evaluation.curves if curve.name == name]
    if not curves:
        return None
    figure = new_figure(theme)
    axes = figure.axes[0]
    if diagonal:
        ends = (0.0, 1.0) if shares else _ends(curves)
        axes.plot(ends, ends, color=theme.soft, linewidth=1, linestyle=(0, (2, 3)))
    for curve in sorted(curves, key=lambda each: each.role):
        candidate = curve.role == "candidate"
        axes.plot(
            curve.x,
            curve.y,
            color=theme.candidate if candidate else theme.baseline,
            linewidth=2,
            linestyle="-" if candidate else (0, (5, 2)),
            marker=marker,
            markersize=4,
            label=curve.role,
        )
    if shares:
        axes.set_xlim(0, 1)
        axes.set_ylim(0, 1.01)
    axes.set_xlabel(labels[0])
    axes.set_ylabel(labels[1])
    axes.legend(frameon=False, labelcolor=theme.ink, fontsize=10)
    return figure


def _ends(curves: list[Curve]) -> tuple[float, float]:
    values = [value for curve in curves for value in (*curve.x, *curve.y)]
    return min(values), max(values)
