"""The ladder's fold, and the plot of quality against training time."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from itertools import pairwise
from typing import Any

import pytest
from matplotlib.text import Text

from mlops_actions.report.markdown import render_markdown
from mlops_actions.report.plots.ladder import draw_ladder, pareto_front
from mlops_actions.report.plots.paper import THEMES, to_svg
from mlops_actions.report.sections.ladder import ladder
from mlops_actions.results.ladder import Cost, Ladder, Rung
from tests.unit.report.hostile import HOSTILE
from tests.unit.report.sample import comparison, envelope, evaluation, view


def rung(name: str, value: float | None, seconds: float | None = 1.0, **more: Any) -> Rung:
    cost = Cost(
        train_seconds=seconds, peak_rss_bytes=135 * 2**20, row_seconds=2e-6, single_p95_seconds=0.0042,
        model_bytes=2950,
    )  # fmt: skip
    ends = {"low": value - 0.02, "high": value + 0.02} if value is not None else {}
    return Rung(**{"name": name, "title": name, "value": value, "cost": cost, **ends, **more})


def climbed(*rungs: Rung, **more: Any) -> Ladder:
    given: dict[str, Any] = {
        "metric": "roc_auc", "title": "ROC AUC", "direction": "higher_is_better", "confidence": 0.95,
        "n": 2081, "rows": 400, "rows_there": 1000, "seed": 3, "threads": 1, "budget_seconds": 30.0,
        "seconds": 4.2,
        "candidate": rung("candidate", 0.85, 24.0, title="the submitted model"), "enough": "linear",
        "verdict": "simpler_is_enough", "sentence": "A linear model is enough: -0.0050 [-0.0120, 0.0020].",
    }  # fmt: skip
    return Ladder(rungs=rungs, **{**given, **more})


LINEAR = rung("linear", 0.845, gain=0.005, gain_low=-0.002, gain_high=0.012)
RUNGS = (rung("dummy", 0.5, gain=0.35, gain_low=0.33, gain_high=0.37), LINEAR)


def shown(found: Ladder) -> str:
    payload = evaluation(comparison()).model_copy(update={"ladder": found})
    fold = ladder(view(evaluation=envelope("evaluation", payload)))
    assert fold is not None
    return render_markdown((fold,))


def test_the_verdict_the_table_and_how_it_was_made() -> None:
    page = shown(climbed(*RUNGS)).replace("\u00a0", " ")
    assert "<summary>Simple models: a simpler one is enough</summary>" in page
    assert "**A linear model is enough: \u22120.0050 \\[\u22120.0120, 0.0020\\].**" in page
    assert "| **linear ◂** | 0.8450 \\[0.8250, 0.8650\\] | +0.0050 \\[\u22120.0020, 0.0120\\] |" in page
    assert "| **linear ◂** | 135 MiB | 2.9 KiB | 2.0 µs | 4.2 ms |" in page
    assert "| **the submitted model** | 0.8500 \\[0.8300, 0.8700\\] | — | 24.0 s |" in page
    assert "400 of 1,000 training rows, the same 2,081 evaluation rows" in page


def test_a_loss_is_told_as_it_changes() -> None:
    loss = rung("linear", 0.5, gain=0.04, gain_low=0.02, gain_high=0.06)
    page = shown(climbed(loss, title="Log loss", direction="lower_is_better")).replace("\u00a0", " ")
    assert "Log loss ↓ \\[95 %\\]" in page
    assert "\u22120.0400 \\[\u22120.0600, \u22120.0200\\]" in page


def test_what_was_stopped_or_not_climbed_is_said() -> None:
    stopped = rung("boosting", 0.8, stopped="stopped at 20 s: best so far, default settings")
    none = rung("tree", None, None, reason="no feature can be learnt from")
    page = shown(climbed(none, stopped, notes=("3 training rows without a label left out",)))
    assert "- boosting: stopped at 20 s: best so far, default settings" in page
    assert "- tree: no feature can be learnt from" in page
    assert "- 3 training rows without a label left out" in page


def test_nothing_where_there_is_no_ladder() -> None:
    assert ladder(view()) is None
    assert ladder(view(evaluation=None)) is None


def test_names_of_columns_are_escaped() -> None:
    for text in HOSTILE:
        page = shown(climbed(*RUNGS, sentence=f"A tree with one feature ({text}).", notes=(text,)))
        assert "<script" not in page.lower()
        assert page.count("<details>") == 1


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
@pytest.mark.parametrize("direction", ["higher_is_better", "lower_is_better"])
def test_the_plot_names_every_model_inside_the_picture(theme: Any, direction: str) -> None:
    alike = [rung(f"model {at}", 0.84 + at / 1000, 1.0 + at / 10) for at in range(5)]
    found = climbed(*RUNGS, *alike, direction=direction)
    payload = evaluation(comparison()).model_copy(update={"ladder": found})
    figure = draw_ladder(payload, theme)
    assert figure is not None
    assert to_svg(figure) == to_svg(draw_ladder(payload, theme) or figure)
    assert ET.fromstring(to_svg(figure)).tag.endswith("svg")
    figure.draw_without_rendering()
    axes = figure.axes[0]
    boxes = sorted((Text.get_window_extent(each) for each in axes.texts), key=lambda box: box.y0)
    assert len(boxes) == 8
    for below, above in pairwise(boxes):
        assert above.y0 >= below.y1 - 3
    assert all(figure.bbox.x0 <= box.x0 and box.x1 <= figure.bbox.x1 for box in boxes)
    assert all(figure.bbox.y0 <= box.y0 and box.y1 <= figure.bbox.y1 for box in boxes)
    assert axes.yaxis_inverted() == (direction == "lower_is_better")


@pytest.mark.parametrize("longest", [4.5, 24.0, 3000.0])
def test_the_scale_has_ticks_and_no_name_touches_the_edge(longest: float) -> None:
    own = rung("candidate", 0.852, longest, title="the submitted model")
    found = climbed(rung("dummy", 0.5, 2.1), rung("linear", 0.851, 3.0), candidate=own)
    figure = draw_ladder(evaluation(comparison()).model_copy(update={"ladder": found}), THEMES[0])
    assert figure is not None
    figure.draw_without_rendering()
    axes = figure.axes[0]
    low, high = axes.get_xlim()
    assert 3 <= sum(low <= tick <= high for tick in axes.get_xticks()) <= 12
    top = axes.get_window_extent().y1
    assert all(Text.get_window_extent(each).y1 < top for each in axes.texts)


def test_the_front_is_what_no_other_beats_for_less() -> None:
    models = [rung("a", 0.5, 1), rung("b", 0.9, 9), rung("c", 0.7, 2), rung("d", 0.6, 3), rung("e", 0.9, 12)]
    assert [each.name for each in pareto_front(models, 1)] == ["a", "c", "b"]
    assert [each.name for each in pareto_front(models, -1)] == ["a"]


def test_one_point_is_no_plot() -> None:
    payload = evaluation(comparison()).model_copy(update={"ladder": climbed(LINEAR, candidate=None)})
    assert draw_ladder(payload, THEMES[0]) is None
