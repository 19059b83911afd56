"""The look of all plots: two themes, colours that the colour-blind can tell apart (Okabe and Ito)."""

from __future__ import annotations

import io
from dataclasses import dataclass

import matplotlib as mpl
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

WIDTH, HEIGHT = 5.2, 3.6


@dataclass(frozen=True)
class Theme:
    """Ink on paper; candidate and baseline in every plot the same."""

    name: str
    ink: str
    soft: str
    line: str
    candidate: str
    baseline: str
    better: str
    worse: str


THEMES = (
    Theme("light", "#1f2328", "#59636e", "#d1d9e0", "#0072b2", "#d55e00", "#0072b2", "#d55e00"),
    Theme("dark", "#f0f6fc", "#9198a1", "#3d444d", "#56b4e9", "#e69f00", "#56b4e9", "#e69f00"),
)


def new_figure(theme: Theme, *, height: float = HEIGHT) -> Figure:
    """A transparent figure with one set of axes in the theme's ink."""
    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    FigureCanvasSVG(figure)
    figure.patch.set_alpha(0)
    axes = figure.subplots()
    axes.patch.set_alpha(0)
    axes.tick_params(colors=theme.soft, labelsize=10)
    axes.xaxis.label.set_color(theme.ink)
    axes.yaxis.label.set_color(theme.ink)
    axes.grid(visible=True, color=theme.line, linewidth=0.6)
    axes.set_axisbelow(True)
    for name, spine in axes.spines.items():
        spine.set_visible(name in {"left", "bottom"})
        spine.set_color(theme.line)
    return figure


def to_svg(figure: Figure) -> bytes:
    """The same bytes for the same figure: no date, a fixed hash salt, text as paths."""
    buffer = io.BytesIO()
    with mpl.rc_context({"svg.hashsalt": "mlops-actions", "svg.fonttype": "path"}):
        figure.savefig(buffer, format="svg", metadata={"Date": None})
    return buffer.getvalue()
