"""The verdict for each way that quality can lie, in words that a reader can act on."""

from __future__ import annotations

from typing import Any

import pytest

from mlops_actions.evaluation.ladder_verdict import judge_ladder
from mlops_actions.results.ladder import Cost, Ladder, Rung


def rung(name: str, value: float | None, gain: tuple[float, float, float] | None = None, **more: Any) -> Rung:
    """One with a standard error of 0.01; gain is of the candidate over it: value, low, high."""
    middle, low, high = gain or (None, None, None)
    given: dict[str, Any] = {"standard_error": 0.01, "worth_less": False, "features": ("a", "b"), **more}
    return Rung(name=name, title=name, value=value, gain=middle, gain_low=low, gain_high=high, **given)


def ladder(*rungs: Rung, candidate: Rung | None, best: str, **more: Any) -> Ladder:
    given: dict[str, Any] = {"metric": "roc_auc", "title": "ROC AUC", "direction": "higher_is_better", **more}
    return Ladder(
        confidence=0.95, n=1000, rows=900, rows_there=900, seed=0, threads=1, budget_seconds=30, seconds=3,
        rungs=rungs, candidate=candidate, best=best, **given,
    )  # fmt: skip


DUMMY = rung("dummy", 0.5, (0.3, 0.28, 0.32), worth_less=True)
OWN = rung("candidate", 0.8, cost=Cost(train_seconds=24.0))


def test_a_simpler_model_within_one_standard_error_is_enough() -> None:
    linear = rung("linear", 0.795, (0.005, -0.002, 0.012))
    found = judge_ladder(ladder(DUMMY, linear, candidate=OWN, best="candidate"))
    assert (found.verdict, found.enough) == ("simpler_is_enough", "linear")
    assert found.sentence == (
        "A linear model with 2 features is within one standard error (0.0100) of the submitted model, "
        "which does not earn its complexity (+0.0050 ROC AUC [-0.0020, 0.0120] over it)."
    )


def test_a_gain_that_is_real_but_small_is_said_to_be() -> None:
    linear = rung("linear", 0.795, (0.005, 0.002, 0.008))
    found = judge_ladder(ladder(DUMMY, linear, candidate=OWN, best="candidate"))
    assert found.verdict == "simpler_is_enough"
    assert "over it, shown but small)" in found.sentence


def test_a_simpler_model_that_is_the_best() -> None:
    linear = rung("linear", 0.83, (-0.03, -0.05, -0.01))
    found = judge_ladder(ladder(DUMMY, linear, candidate=OWN, best="linear"))
    assert found.verdict == "simpler_is_enough"
    assert found.sentence == (
        "The submitted model does not earn its complexity: it is worse than a linear model with 2 features "
        "(-0.0300 ROC AUC [-0.0500, -0.0100])."
    )


def test_it_earns_its_complexity_at_a_price() -> None:
    linear = rung("linear", 0.76, (0.04, 0.02, 0.06), worth_less=True, cost=Cost(train_seconds=2.0))
    found = judge_ladder(ladder(DUMMY, linear, candidate=OWN, best="candidate"))
    assert (found.verdict, found.enough) == ("earns", "candidate")
    assert found.sentence == (
        "The submitted model earns its complexity: +0.0400 ROC AUC [0.0200, 0.0600] over the best simple "
        "model (linear), for 12 times the training time."
    )


@pytest.mark.parametrize(
    ("gain", "verdict", "said"),
    [
        ((0.03, 0.01, 0.05), "earns", "; it beats gradient boosting by this toolkit, too"),
        (
            (0.001, -0.01, 0.012),
            "earns",
            "; gradient boosting by this toolkit, which is no simpler, is about as good (+0.0010",
        ),
        ((-0.005, -0.009, -0.001), "earns", "better by less than one standard error (-0.0050"),
        ((-0.03, -0.05, -0.01), "behind", "but gradient boosting by this toolkit is better (-0.0300"),
    ],
)
def test_beside_the_boosting(gain: tuple[float, float, float], verdict: str, said: str) -> None:
    linear = rung("linear", 0.76, (0.04, 0.02, 0.06), worth_less=True)
    best = "boosting" if verdict == "behind" else "candidate"
    boosting = rung("boosting", 0.8 - gain[0], gain, worth_less=gain[1] > 0)
    own = OWN.model_copy(update={"worth_less": verdict == "behind"})
    found = judge_ladder(ladder(DUMMY, linear, boosting, candidate=own, best=best))
    assert found.verdict == verdict
    assert found.enough == ("boosting" if verdict == "behind" else "candidate")
    assert said in found.sentence


@pytest.mark.parametrize(
    ("gain", "said"),
    [((0.0, -0.01, 0.01), "not shown to be better than"), ((-0.02, -0.03, -0.01), "worse than")],
)
def test_worse_than_a_simple_model_and_the_boosting_above_both(
    gain: tuple[float, float, float], said: str
) -> None:
    linear = rung("linear", 0.8 - gain[0], gain, worth_less=True)
    boosting = rung("boosting", 0.9, (-0.1, -0.12, -0.08))
    own = OWN.model_copy(update={"worth_less": True})
    found = judge_ladder(ladder(DUMMY, linear, boosting, candidate=own, best="boosting"))
    assert (found.verdict, found.enough) == ("not_earned", "boosting")
    assert said in found.sentence
    assert "better than both" in found.sentence


def test_losses_are_told_as_they_change() -> None:
    linear = rung("linear", 0.5, (0.04, 0.02, 0.06), worth_less=True)
    own = rung("candidate", 0.46)
    given = {"metric": "log_loss", "title": "Log loss", "direction": "lower_is_better"}
    found = judge_ladder(ladder(linear, candidate=own, best="candidate", **given))
    assert "-0.0400 Log loss [-0.0600, -0.0200]" in found.sentence


def test_what_cannot_be_told_is_not_decided() -> None:
    few = rung("linear", 0.7, worth_less=None, reason="too_few_rows: 20 rows")
    found = judge_ladder(ladder(few, candidate=OWN, best="candidate"))
    assert found.verdict == "undecided"
    assert found.sentence == "Not decided: 20 rows."
    none = judge_ladder(ladder(rung("linear", None, reason="no time"), candidate=OWN, best="candidate"))
    assert none.sentence == "Not decided: no simple model could be fitted (no time)."
    silent = judge_ladder(
        ladder(DUMMY, candidate=rung("candidate", None, reason="it gives no score"), best="dummy")
    )
    assert silent.sentence == "Not decided: the submitted model has no ROC AUC (it gives no score)."
    boosting = rung("boosting", 0.81, (-0.01, -0.03, 0.01))
    alone = judge_ladder(ladder(boosting, candidate=OWN, best="boosting"))
    assert alone.sentence == (
        "Not decided: there is no model below gradient boosting to hold the submitted one against."
    )


@pytest.mark.parametrize(
    ("gain", "said"),
    [
        ((0.0031, -0.0111, 0.0210), "it is not shown to be better than a linear model"),
        ((0.0060, 0.0010, 0.0110), "it is better by less than one standard error than a linear model"),
    ],
)
def test_no_step_above_a_simple_model_is_not_earned_whatever_the_boosting(
    gain: tuple[float, float, float], said: str
) -> None:
    linear = rung("linear", 0.8 - gain[0], gain, worth_less=True)
    tree = rung("tree", 0.7, (0.1, 0.05, 0.15), worth_less=True)
    boosting = rung("boosting", 0.81, (-0.01, -0.03, 0.01))
    found = judge_ladder(ladder(DUMMY, tree, linear, boosting, candidate=OWN, best="boosting"))
    assert (found.verdict, found.enough) == ("not_earned", "boosting")
    assert found.sentence.startswith(f"The submitted model does not earn its complexity: {said}")
    assert found.sentence.endswith(
        "and gradient boosting by this toolkit is shown to be better than that one."
    )


def test_worse_than_a_dummy_is_said_first() -> None:
    dummy = rung("dummy", 0.5, (-0.2, -0.25, -0.15), worth_less=True)
    linear = rung("linear", 0.8, (-0.5, -0.55, -0.45))
    own = rung("candidate", 0.3, worth_less=True)
    found = judge_ladder(ladder(dummy, linear, candidate=own, best="linear"))
    assert found.sentence == (
        "The submitted model is worse than a dummy that knows no feature "
        "(-0.2000 ROC AUC [-0.2500, -0.1500]). "
        "It does not earn its complexity: it is worse than a linear model with 2 features "
        "(-0.5000 ROC AUC [-0.5500, -0.4500])."
    )


def test_a_simple_model_that_could_not_be_fitted_is_named() -> None:
    none = rung("linear", None, reason="stopped at 1 s")
    found = judge_ladder(ladder(DUMMY, none, candidate=OWN, best="candidate"))
    assert found.verdict == "earns"
    assert "over the only simple model (dummy) (not held against: linear, see below)." in found.sentence


def test_without_a_submitted_model() -> None:
    linear, boosting = rung("linear", 0.79), rung("boosting", 0.795)
    found = judge_ladder(ladder(DUMMY, linear, boosting, candidate=None, best="boosting"))
    assert found.enough == "linear"
    assert (
        "within one standard error (0.0100) of the best, gradient boosting by this toolkit" in found.sentence
    )
