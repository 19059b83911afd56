"""What the model-based checks say of figures that a fit might have measured, in the words of the manual."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mlops_actions.checks.catalog import IDS
from mlops_actions.checks.fitted import judge_cost, judge_curve, judge_label_errors
from mlops_actions.checks.limits import CostParameters, LabelErrorParameters, PowerParameters
from mlops_actions.checks.manual import entry
from mlops_actions.checks.target_leaks import judge_power
from mlops_actions.results.learning import (
    CurvePoint,
    Interval,
    LabelErrors,
    LearningCurve,
    TargetPower,
    TrainingCost,
)
from mlops_actions.results.verdict import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlops_actions.results.dataset import CheckResult


def _points(*scores: float) -> tuple[CurvePoint, ...]:
    sizes = (250, 500, 1000, 2000)
    return tuple(
        CurvePoint(rows=rows, score=score, spread=0.01, seconds=0.1, bytes=10**6)
        for rows, score in zip(sizes, scores, strict=True)
    )


def _interval(value: float, low: float, high: float) -> Interval:
    return Interval(value=value, low=low, high=high)


FITTED: dict[str, Callable[[], CheckResult]] = {
    "DS404": lambda: judge_power(
        TargetPower(column="refunded", measure="roc_auc", rows=4000, power=_interval(0.9998, 0.9991, 1.0)),
        PowerParameters(),
    ),
    "DS502": lambda: judge_label_errors(
        LabelErrors(
            model="a linear model", rows=4000, share=_interval(0.097, 0.081, 0.114), disagreements=610,
            suspects=377,
        ),
        "churned",
        LabelErrorParameters(),
    ),
    "DS602": lambda: judge_curve(
        LearningCurve(
            metric="roc_auc", model="a linear model", rows=4000, repeats=5, sizes_planned=4,
            points=_points(0.79, 0.81, 0.825, 0.834), level=_interval(0.871, 0.858, 0.889),
            now=_interval(0.841, 0.835, 0.847), gain=_interval(0.006, 0.003, 0.009), target=0.86,
            needed=_interval(31_000, 18_000, 76_000),
        )
    ),
    "DS603": lambda: judge_cost(
        TrainingCost(
            model="a linear model", rows=6_700_000, timed_rows=20_000, seconds=_interval(1500, 1320, 1740),
            peak_bytes=_interval(3.1e9, 2.8e9, 3.5e9),
        ),
        CostParameters(max_minutes=15),
    ),
}  # fmt: skip


@pytest.mark.parametrize("identifier", FITTED)
def test_what_a_model_measured_is_judged_in_the_words_of_the_manual(identifier: str) -> None:
    found = FITTED[identifier]()
    assert (found.id, found.outcome) == (identifier, Outcome.WARN)
    assert found.sentence == entry(identifier).example


def test_figures_that_no_fit_measured_are_said_to_be_made_up() -> None:
    assert {identifier for identifier in IDS if entry(identifier).made_up} == {*FITTED}
    page = (Path(__file__).parents[3] / "docs" / "checks.md").read_text(encoding="utf-8")
    assert page.count("The figures of this example are made up") == len(FITTED)
