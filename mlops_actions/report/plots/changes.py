"""Forest plots: the improvement of each metric, and of the first metric on each slice, with intervals."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from mlops_actions.report.plots.paper import new_figure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

    from mlops_actions.report.plots.paper import Theme
    from mlops_actions.results.evaluation import Comparison, EvaluationResult

MAX_ROWS = 20
LABEL = 26  # characters of a line beside the axes
WHOLE = 58  # of a line below the whole figure


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
        (_wrapped(name), each.difference)
        for name, each in zip(names, chosen, strict=True)
        if each.difference is not None
    ][:MAX_ROWS]
    if not rows:
        return None
    lines = sum(1 + name.count("\n") for name, _ in rows)
    figure = new_figure(theme, height=1.2 + 0.36 * len(rows) + 0.16 * (lines - len(rows)))
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
    label = f"improvement{f' in {unit}' if unit else ''} (right is better)"
    figure.supxlabel(_plain(textwrap.fill(label, WHOLE)), color=theme.ink, fontsize=10)
    return figure


def _wrapped(name: str) -> str:
    """At most three lines; a name that is longer still ends in an ellipsis."""
    lines = textwrap.wrap(name, LABEL, max_lines=3, placeholder="…")
    return _plain("\n".join(lines))


def _plain(text: str) -> str:
    """Text that matplotlib reads as no formula."""
    return text.replace("$", r"\$")
