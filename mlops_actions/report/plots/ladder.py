"""Quality against cost: the ladder's models, the submitted one, and the Pareto front."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from mlops_actions.report.plots.paper import new_figure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from mlops_actions.report.plots.paper import Theme
    from mlops_actions.results.evaluation import EvaluationResult
    from mlops_actions.results.ladder import Ladder, Rung

FLOOR = 1e-3  # seconds: a logarithm has no 0
HEIGHT = 3.8
ROOM = 1.6  # beyond the first and the last point, as a factor
LINE = 0.085  # of the axes' height
HIGHEST = 0.96  # of a label, so that it touches no edge
MARGIN = 0.08  # above the highest and below the lowest point
NARROW = 12.0  # between the ends of the axis: with fewer ticks a reader has no scale
COARSE, FINE = (1.0, 2.0, 5.0), (1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0)


def draw_ladder(evaluation: EvaluationResult, theme: Theme) -> Figure | None:
    """Training time (logarithmic) against quality with its interval; better is up, also where lower is."""
    ladder = evaluation.ladder
    if ladder is None:
        return None
    drawn = [
        each for each in _models(ladder) if each.value is not None and each.cost.train_seconds is not None
    ]
    if len(drawn) < 2:  # noqa: PLR2004 - one point compares nothing
        return None
    figure = new_figure(theme, height=HEIGHT)
    axes = figure.axes[0]
    front = pareto_front(drawn, ladder.sign)
    line = [(_cost(each), _value(each)) for each in front]
    axes.step(*zip(*line, strict=True), where="post", color=theme.soft, linewidth=1.2, linestyle=(0, (4, 2)))
    for each in drawn:
        own = each.name == "candidate"
        colour = theme.candidate if own else theme.baseline
        axes.plot(
            [_cost(each)] * 2,
            [_value(each) if end is None else end for end in (each.low, each.high)],
            color=colour,
            linewidth=1.6,
            alpha=0.8,
        )
        filled = colour if each in front else "none"
        marker = "D" if own else "o"
        axes.plot(
            [_cost(each)], [_value(each)], marker=marker, markersize=7, markerfacecolor=filled,
            markeredgecolor=colour, color=colour,
        )  # fmt: skip
    _seconds(axes, [_cost(each) for each in drawn], theme)
    axes.margins(y=MARGIN)
    better = "up is better"
    if ladder.sign < 0:
        axes.invert_yaxis()
        better = "upside down: up is better"
    _name(axes, drawn, theme)
    axes.set_xlabel("Training time in seconds (filled: no other is better for less)")
    axes.set_ylabel(f"{ladder.title} ({better})")
    return figure


def _models(ladder: Ladder) -> tuple[Rung, ...]:
    return (*ladder.rungs, *((ladder.candidate,) if ladder.candidate is not None else ()))


def _cost(rung: Rung) -> float:
    return max(FLOOR, rung.cost.train_seconds or 0.0)


def _value(rung: Rung) -> float:
    return rung.value or 0.0


def pareto_front(models: Sequence[Rung], sign: int) -> list[Rung]:
    """Those that no other one beats in quality without costing more; by rising cost."""
    front: list[Rung] = []
    for each in sorted(models, key=lambda rung: (_cost(rung), -sign * _value(rung))):
        if not front or sign * _value(each) > sign * _value(front[-1]):
            front.append(each)
    return front


def _seconds(axes: Axes, costs: Sequence[float], theme: Theme) -> None:
    """A logarithmic axis whose ticks are seconds as people write them."""
    axes.set_xscale("log")
    axes.set_xlim(min(costs) / ROOM, max(costs) * ROOM)
    narrow = max(costs) * ROOM**2 / min(costs) < NARROW
    axes.xaxis.set_major_locator(LogLocator(subs=FINE if narrow else COARSE))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.tick_params(which="both", colors=theme.soft)


def _name(axes: Axes, drawn: Sequence[Rung], theme: Theme) -> None:
    """Names in the right margin, about as high as their points, with a thin line to each."""
    bottom, top = axes.get_ylim()
    heights = {each.name: (_value(each) - bottom) / (top - bottom) for each in drawn}
    by_height = sorted(drawn, key=lambda each: heights[each.name])
    places = _apart([heights[each.name] for each in by_height])
    for each, place in zip(by_height, places, strict=True):
        own = each.name == "candidate"
        axes.annotate(
            "submitted" if own else each.title,
            xy=(_cost(each), _value(each)),
            xytext=(1.03, place),
            textcoords="axes fraction",
            va="center",
            color=theme.candidate if own else theme.ink,
            fontsize=10,
            fontweight="bold" if own else "normal",
            arrowprops={
                "arrowstyle": "-", "color": theme.soft, "linewidth": 0.7, "linestyle": (0, (1, 2)),
                "shrinkA": 2, "shrinkB": 6,
            },
        )  # fmt: skip


def _apart(places: Sequence[float]) -> list[float]:
    """Rising places, moved up so that each is a line above the one before, then down below the top."""
    moved: list[float] = []
    for place in places:
        moved.append(max(place, moved[-1] + LINE) if moved else place)
    limit = HIGHEST
    for at in reversed(range(len(moved))):
        moved[at] = min(moved[at], limit)
        limit = moved[at] - LINE
    return moved
