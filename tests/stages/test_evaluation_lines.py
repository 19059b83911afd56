"""An evaluation on the terminal: raw changes, one kind of decimals."""

from __future__ import annotations

from mlops_actions.results.evaluation import Change, Estimate, Reproduction
from mlops_actions.stages.evaluation_lines import evaluation_lines
from tests.unit.report.sample import comparison, evaluation


def test_a_change_is_candidate_minus_baseline_also_where_lower_is_better() -> None:
    brier = comparison(
        "brier", 0.1956, 0.2204, 0.0091, Change.REGRESSED, title="Brier score", direction="lower_is_better"
    )
    assert evaluation_lines(evaluation(brier))[1] == (
        "Brier score: 0.1956 -> 0.2204, change +0.0248 [0.0157, 0.0339], regressed"
    )


def test_money_is_formatted_alike() -> None:
    money = comparison("profit", 0, 13804.2, 400, kind="kpi", title="Profit", unit="EUR")
    assert evaluation_lines(evaluation(money))[1] == (
        "Profit: 0 -> 13,804 EUR, change +13,804 [13,404, 14,204], improved"
    )
    alone = money.model_copy(update={"difference": None, "baseline": Estimate(value=-0.00001)})
    assert evaluation_lines(evaluation(alone))[1] == "Profit: 0 -> 13,804 EUR"


def test_a_training_that_cannot_be_repeated_has_a_sign() -> None:
    same = Reproduction(
        rows=9, max_abs_difference=0.0, flips=0, same_model_digest=True, differing=0, beyond=0, tolerance=1e-9
    )
    close = same.model_copy(update={"max_abs_difference": 1e-12, "differing": 3})
    apart = same.model_copy(update={"max_abs_difference": 0.2, "differing": 4, "beyond": 4})
    flipped = same.model_copy(update={"flips": 1})
    for found, sign in ((same, False), (close, False), (apart, True), (flipped, True)):
        line = evaluation_lines(evaluation().model_copy(update={"reproduction": found}))[-1]
        assert "Trained twice" in line
        assert line.startswith("! ") == sign
