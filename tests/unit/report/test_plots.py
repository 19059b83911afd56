from __future__ import annotations

import xml.etree.ElementTree as ET

from mlops_actions.report.plots import draw_all
from mlops_actions.report.plots.changes import draw_kpis
from mlops_actions.report.plots.curves import draw_predicted_actual
from mlops_actions.report.plots.paper import THEMES
from mlops_actions.results.evaluation import Curve
from tests.unit.report.sample import comparison, evaluation

CURVES = tuple(
    Curve(name=name, role=role, x=(0.0, 0.4, 1.0), y=(0.0, 0.8, 1.0))
    for name in ("roc", "precision_recall", "calibration", "predicted_actual", "errors")
    for role in ("baseline", "candidate")
)


def test_every_plot_in_both_themes_is_svg_without_script() -> None:
    money = comparison("profit", 1, 2, 0.5, kind="kpi", unit="EUR")
    run = evaluation(comparison(), comparison(slice="a=$1$"), money).model_copy(update={"curves": CURVES})
    made = draw_all(run)
    names = ("kpi", "metrics", "slices", *dict.fromkeys(curve.name for curve in CURVES))
    assert set(made) == {f"{name}-{theme}.svg" for name in names for theme in ("light", "dark")}
    for svg in made.values():
        tags = {element.tag.rpartition("}")[2] for element in ET.fromstring(svg).iter()}
        assert "svg" in tags
        assert not {"script", "image", "foreignObject", "a"} & tags


def test_the_same_run_draws_the_same_bytes() -> None:
    run = evaluation(comparison()).model_copy(update={"curves": CURVES})
    assert draw_all(run) == draw_all(run)


def test_values_have_axes_of_their_own() -> None:
    curves = (Curve(name="predicted_actual", role="candidate", x=(-20.0, 300.0), y=(-10.0, 280.0)),)
    figure = draw_predicted_actual(evaluation(comparison()).model_copy(update={"curves": curves}), THEMES[0])
    assert figure is not None
    axes = figure.axes[0]
    assert axes.get_xlim()[0] < -20
    assert axes.get_ylim()[1] > 280
    assert axes.lines[0].get_xydata().tolist() == [[-20, -20], [300, 300]]  # type: ignore[union-attr]


def test_nothing_to_draw() -> None:
    assert draw_all(evaluation(comparison(difference=None))) == {}


def test_nothing_of_a_long_name_or_unit_is_cut() -> None:
    unit = "US$ of retained gross margin per 1,000 customers a year"
    title = "Retained gross margin per 1,000 customers"
    run = evaluation(comparison("profit", 1, 2, 0.5, kind="kpi", unit=unit, title=title))
    figure = draw_kpis(run, THEMES[0])
    assert figure is not None
    figure.draw_without_rendering()
    inside = figure.bbox
    texts = [*figure.axes[0].get_yticklabels(), figure._supxlabel]  # type: ignore[attr-defined]  # no reader of it
    for each in texts:
        box = each.get_window_extent()
        assert box.x0 >= inside.x0, each.get_text()
        assert box.x1 <= inside.x1, each.get_text()
        assert box.y0 >= inside.y0, each.get_text()
    assert texts[0].get_text().replace("\n", " ") == title
    assert texts[-1].get_text().replace("\n", " ") == f"improvement in US\\$ {unit[4:]} (right is better)"
