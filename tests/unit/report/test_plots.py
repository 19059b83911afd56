from __future__ import annotations

import xml.etree.ElementTree as ET

from mlops_actions.report.plots import draw_all
from mlops_actions.results.evaluation import Curve
from tests.unit.report.sample import comparison, evaluation

CURVES = tuple(
    Curve(name=name, role=role, x=(0.0, 0.4, 1.0), y=(0.0, 0.8, 1.0))
    for name in ("roc", "precision_recall", "calibration")
    for role in ("baseline", "candidate")
)


def test_every_plot_in_both_themes_is_svg_without_script() -> None:
    money = comparison("profit", 1, 2, 0.5, kind="kpi", unit="EUR")
    run = evaluation(comparison(), comparison(slice="a=$1$"), money).model_copy(update={"curves": CURVES})
    made = draw_all(run)
    names = ("kpi", "metrics", "slices", "roc", "precision_recall", "calibration")
    assert set(made) == {f"{name}-{theme}.svg" for name in names for theme in ("light", "dark")}
    for svg in made.values():
        tags = {element.tag.rpartition("}")[2] for element in ET.fromstring(svg).iter()}
        assert "svg" in tags
        assert not {"script", "image", "foreignObject", "a"} & tags


def test_the_same_run_draws_the_same_bytes() -> None:
    run = evaluation(comparison()).model_copy(update={"curves": CURVES})
    assert draw_all(run) == draw_all(run)


def test_nothing_to_draw() -> None:
    assert draw_all(evaluation(comparison(difference=None))) == {}
