"""Forest plots: the improvement of each metric, and of the first metric on each slice, with intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.report.plots.paper import new_figure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

    from mlops_actions.report.plots.paper import Theme
    from mlops_actions.results.evaluation import Comparison, EvaluationResult

MAX_ROWS = 20
LABEL = 34


def draw_metrics(evaluation: EvaluationResult, theme: Theme) -> Figure | None:
    """All metrics on all rows."""
    chosen = [each for each in evaluation.comparisons if each.kind == "metric" and not each.slice]
    return _forest(chosen, theme, [each.title for each in chosen])


def draw_slices(evaluation: EvaluationResult, theme: Theme) -> Figure | None:
    """The first metric on every judged slice."""
    first = next((each.name for each in evaluation.comparisons if each.kind == "metric"), "")
    chosen = [each for each in evaluation.comparisons if each.slice and each.name == first]
    return _forest(chosen, theme, [each.slice for each in chosen])


def draw_kpis(evaluation: EvaluationResult, theme: Theme) -> Figure | None:
    """The KPIs on all rows and on every judged slice, when all have one unit."""
    chosen = [each for each in evaluation.comparisons if each.kind == "kpi"]
    units = {each.unit for each in chosen}
    if len(units) != 1:
        return None
    names = [each.slice or each.title for each in chosen]
    return _forest(chosen, theme, names, unit=next(iter(units)))


def _forest(
    chosen: Sequence[Comparison], theme: Theme, names: Sequence[str], *, unit: str = ""
) -> Figure | None:
    rows = [
        (_short(name), each.difference)
        for name, each in zip(names, chosen, strict=True)
        if each.difference is not None
    ][:MAX_ROWS]
    if not rows:
        return None
    figure = new_figure(theme, height=1.2 + 0.36 * len(rows))
    axes = figure.axes[0]
    axes.axvline(0, color=theme.soft, linewidth=1)
    for place, (_, difference) in enumerate(reversed(rows)):
        low, high = difference.interval.low, difference.interval.high
        colour = theme.better if low > 0 else theme.worse if high < 0 else theme.soft
        axes.plot([low, high], [place, place], color=colour, linewidth=2, solid_capstyle="round")
        axes.plot([difference.improvement], [place], color=colour, marker="o", markersize=6)
    axes.set_yticks(range(len(rows)), [name for name, _ in reversed(rows)])
    axes.tick_params(axis="y", labelcolor=theme.ink)
    axes.grid(visible=False, axis="y")
    axes.set_xlabel(f"improvement{f' in {unit}' if unit else ''} (right is better)")
    return figure


def _short(name: str) -> str:
    plain = name.replace("$", r"\$")
    return plain if len(plain) <= LABEL else f"{plain[: LABEL - 1]}…"
