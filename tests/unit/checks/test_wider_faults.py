"""The checks that need more than two splits and a schema, each against its fault, in the manual's words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mlops_actions.checks.fitted import judge_cost, judge_curve, judge_label_errors
from mlops_actions.checks.manual import entry
from mlops_actions.checks.parameters import CostParameters, LabelErrorParameters, PowerParameters
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
from tests.unit.checks.wider import DAY, Wider

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlops_actions.results.dataset import CheckResult

FAIL, WARN = Outcome.FAIL, Outcome.WARN
UNDECLARED = "DS701"  # the wider samples belong to no source


def _train(column: str, *values: object) -> Callable[[Wider], None]:
    return lambda world: world.train[column].__setitem__(slice(len(values)), list(values))


def _double(world: Wider) -> None:
    world.evaluation["churned"] = [int(value > 1400) for value in world.evaluation["income"]]


def _new_category(world: Wider) -> None:
    world.evaluation["city"][:30] = ["Narvik"] * 30


def _moved(role: str) -> Callable[[Wider], None]:
    def move(world: Wider) -> None:
        world.others[role]["income"] = [value * 1.5 for value in world.others[role]["income"]]

    return move


def _predictions(world: Wider) -> None:
    log = world.others["serving_log"]
    log["prediction"] = [int(value > 1400) for value in log["income"]]


def _future(world: Wider) -> None:
    world.train["signed"][:40] = [value + 2 * DAY for value in world.train["signed"][:40]]


def _rare(world: Wider) -> None:
    world.train["churned"] = [int(place < 3) for place in range(400)]


def _stale(world: Wider) -> None:
    for name in ("seen", "signed"):
        world.train[name] = [value - 365 * DAY for value in world.train[name]]


def _swapped(world: Wider) -> None:
    pairs = zip(world.train["churned"], world.train["annotator"], strict=True)
    world.train["churned"] = [1 - value if name == "bob" else value for value, name in pairs]


def _small_slice(world: Wider) -> None:
    world.evaluation["city"] = ["Oslo"] * 251 + ["Bergen"] * 49


FAULTS: dict[str, tuple[Callable[[Wider], None], str, str, Outcome]] = {
    "DS109": (_train("city", "Oslo-Gardermoen"), "train", "city", FAIL),
    "DS110": (_train("visits", 0), "train", "visited", FAIL),
    "DS111": (
        lambda world: (_train("customer", "C0003")(world), _train("city", "Oslo")(world), None)[-1],
        "train", "customer, city", FAIL,
    ),
    "DS112": (_new_category, "evaluation", "city", FAIL),
    "DS302": (_double, "evaluation", "churned", WARN),
    "DS303": (_new_category, "evaluation", "training against evaluation", WARN),
    "DS304": (_moved("reference"), "train", "the reference against training", WARN),
    "DS305": (_moved("serving_log"), "serving_log", "training against the serving log", WARN),
    "DS306": (_predictions, "serving_log", "prediction", WARN),
    "DS405": (_future, "train", "signed", WARN),
    "DS503": (_rare, "train", "churned", WARN),
    "DS504": (_stale, "train", "seen", WARN),
    "DS505": (_swapped, "train", "annotator", WARN),
    "DS506": (_train("annotator", None), "train", "annotator", WARN),
    "DS604": (_small_slice, "evaluation", "city", WARN),
}  # fmt: skip


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
            model="logistic", rows=4000, share=_interval(0.097, 0.081, 0.114), disagreements=610, suspects=377
        ),
        "churned",
        LabelErrorParameters(),
    ),
    "DS602": lambda: judge_curve(
        LearningCurve(
            metric="roc_auc", model="logistic", rows=4000, repeats=5, sizes_planned=4,
            points=_points(0.79, 0.81, 0.825, 0.834), level=_interval(0.871, 0.858, 0.889),
            now=_interval(0.841, 0.835, 0.847), gain=_interval(0.006, 0.003, 0.009), target=0.86,
            needed=_interval(31_000, 18_000, 76_000),
        )
    ),
    "DS603": lambda: judge_cost(
        TrainingCost(
            model="logistic", rows=6_700_000, timed_rows=20_000, seconds=_interval(1500, 1320, 1740),
            peak_bytes=_interval(3.1e9, 2.8e9, 3.5e9),
        ),
        CostParameters(max_minutes=15),
    ),
}  # fmt: skip


def loud(world: Wider, identifier: str) -> list[CheckResult]:
    """Results of one check that are neither pass nor skipped."""
    quiet = {Outcome.PASS, Outcome.SKIPPED}
    return [each for each in world.judged() if each.id == identifier and each.outcome not in quiet]


def test_the_wider_world_is_silent_without_a_fault() -> None:
    quiet = {Outcome.PASS, Outcome.SKIPPED}
    found = Wider().judged()
    assert [each.sentence for each in found if each.outcome not in quiet and each.id != UNDECLARED] == []
    passed = {each.id for each in found if each.outcome is Outcome.PASS}
    assert [identifier for identifier in FAULTS if identifier not in passed] == []


@pytest.mark.parametrize("identifier", FAULTS)
def test_a_fault_is_noticed_by_its_check_in_the_words_of_the_manual(identifier: str) -> None:
    change, role, subject, outcome = FAULTS[identifier]
    world = Wider()
    change(world)
    seen = [(each.role, each.subject, each.outcome) for each in loud(world, identifier)]
    assert seen == [(role, subject, outcome)]
    assert loud(world, identifier)[0].sentence == entry(identifier).example


@pytest.mark.parametrize("identifier", FITTED)
def test_what_a_model_measured_is_judged_in_the_words_of_the_manual(identifier: str) -> None:
    found = FITTED[identifier]()
    assert (found.id, found.outcome) == (identifier, WARN)
    assert found.sentence == entry(identifier).example
