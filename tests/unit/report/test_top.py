from __future__ import annotations

from typing import Any

import pytest

from mlops_actions.report.markdown import render_markdown
from mlops_actions.report.sections.top import top
from mlops_actions.results.evaluation import Change, Comparison, Interval, Reproduction
from mlops_actions.results.failure import Failure
from mlops_actions.results.verdict import Outcome
from tests.unit.report.sample import change, comparison, envelope, evaluation, gate, kpi, rule, view


def page(**parts: object) -> str:
    return render_markdown(top(view(**parts))).replace("\u00a0", " ").replace("\\", "").replace("\u200b", "")


@pytest.mark.parametrize(
    ("outcome", "line"),
    [
        (Outcome.PASS, "## ✅ churn: pass"),
        (Outcome.WARN, "## ⚠️ churn: pass, with warnings"),
        (Outcome.FAIL, "## ❌ churn: fail"),
        (Outcome.ERROR, "## ❌ churn: not judged"),
    ],
)
def test_the_verdict_first(outcome: Outcome, line: str) -> None:
    assert page(gate=envelope("gate", gate(outcome=outcome))).splitlines()[0] == line


def test_no_gate_is_no_pass() -> None:
    said = page(gate=None)
    assert said.startswith("## ❌ churn: not judged\n\nThe rules could not be judged")


def test_each_failed_rule_is_said_up_to_five() -> None:
    rules = [rule(f"rule {index} is broken", Outcome.FAIL) for index in range(7)]
    said = page(gate=envelope("gate", gate(*rules, rule("fine"), outcome=Outcome.FAIL)))
    assert "1 of 8 rules hold, 7 fail" in said
    assert said.count("is broken") == 5
    assert "and 2 more, below" in said
    assert "> [!CAUTION]" in said


def test_shown_faults_that_only_warn_are_counted_apart_from_what_is_not_known() -> None:
    rules = (
        rule("a", Outcome.FAIL),
        rule("b", Outcome.WARN, reason="regressed", severity="warn"),
        rule("c", Outcome.WARN, reason="inconclusive"),
        rule("d", Outcome.WARN, reason="missing"),
        rule("e", Outcome.INCONCLUSIVE, reason="too_few_rows"),
        rule("f", Outcome.SKIPPED, reason="no_baseline"),
        rule("g"),
    )
    said = page(gate=envelope("gate", gate(*rules, outcome=Outcome.FAIL)))
    assert "1 of 7 rules hold, 1 fails, 1 warns, 3 not decided, 1 skipped. Judged by abc." in said
    assert "Warn: shown, but declared not to block. Not decided: the interval" in said
    assert "Not decided:" not in page()


def test_the_caution_names_people_s_titles_and_has_true_minus_signs() -> None:
    sentence = "kept_per_1000 90 -> 70, regressed: change -20 (n=9, 95 % interval [-30, -10], id a-1)"
    bad = rule(sentence, Outcome.FAIL, subject="kept_per_1000", title="Kept per 1,000", kind="kpi")
    said = page(gate=envelope("gate", gate(bad, outcome=Outcome.FAIL)))
    assert "> Kept per 1,000 90 → 70, regressed: change −20 (n=9, 95 % interval [−30, −10], id a-1)" in said


def test_money_is_formatted_alike_from_nothing_to_much() -> None:
    money = comparison("profit", 0, 13804.2, 400, kind="kpi", unit="EUR", title="Profit")
    said = page(evaluation=envelope("evaluation", evaluation(comparison(), money, kpis=(kpi(),))))
    assert "0 → **13,804 EUR**, +13,804 EUR (95 % interval [13,404, 14,204])" in said


def test_a_first_pull_request_sees_a_preview() -> None:
    said = page(gate=envelope("gate", gate(rule("low", Outcome.FAIL), preview=True)))
    assert said.startswith("## ✅ churn: preview")
    assert "> [!NOTE]\n> low" in said


def test_changed_policy_is_shown_with_its_place() -> None:
    said = page(gate=envelope("gate", gate(changes=(change("0.5"),))))
    assert "changes 1 part of what judges it" in said
    assert "gate.rules[0].minimum: 0.8 → 0.5 (mlops.yaml:9)" in said


def test_money_with_interval_and_target() -> None:
    said = page()
    assert (
        "**Profit per 1,000 customers:** 9,120 → **9,873 EUR**, +753 EUR (95 % interval [353, 1,153])" in said
    )


@pytest.mark.parametrize(
    ("target", "words"), [(9800.0, "target 9,800 reached"), (9999.0, "target 9,999 not reached")]
)
def test_the_target(target: float, words: str) -> None:
    money = comparison("profit", 9120, 9873, 400, kind="kpi", unit="EUR")
    run = evaluation(comparison(), money, kpis=(kpi(target=target),))
    assert words in page(evaluation=envelope("evaluation", run))


@pytest.mark.parametrize(
    ("reasons", "words"),
    [
        (["no_worse"], "= no worse"),
        (["no_worse", "regressed"], "▼ regressed"),
        (["improved", "inconclusive"], "? not decided"),
        (["too_few_rows"], "▲ improved"),
        ([], "▲ improved"),
    ],
)
def test_a_gated_figure_has_its_gravest_rule_s_verdict(reasons: list[str], words: str) -> None:
    rules = [rule("profit", reason=reason, kind="kpi", subject="profit") for reason in reasons]
    other = rule("profit", reason="regressed", kind="slice", subject="profit on slice region=north")
    said = page(gate=envelope("gate", gate(*rules, other)))
    assert f"(95 % interval [353, 1,153]), **{words}**" in said


def test_accuracy_up_money_down_is_called_out() -> None:
    money = comparison("profit", 9120, 8000, 400, Change.REGRESSED, kind="kpi", unit="EUR")
    said = page(evaluation=envelope("evaluation", evaluation(comparison(), money, kpis=(kpi(),))))
    assert "The metrics improve and the money falls" in said
    up = comparison("profit", 9120, 9900, 400, Change.IMPROVED, kind="kpi", unit="EUR")
    said = page(evaluation=envelope("evaluation", evaluation(comparison(), up, kpis=(kpi(),))))
    assert "the money falls" not in said


def test_the_worst_slice_is_the_one_that_lost_most() -> None:
    run = evaluation(
        comparison(),
        comparison(slice="a=1", after=0.9),
        comparison(slice="a=2", after=0.7),
        comparison(slice="a=3", after=0.1, difference=None, reason="too_few_rows: 2"),
    )
    assert "**Worst slice:** roc_auc on `a=2` 0.8000 → 0.7000" in page(evaluation=envelope("evaluation", run))


@pytest.mark.parametrize(
    ("figure", "warned"),
    [
        (comparison(after=0.99995, title="ROC AUC"), True),
        (comparison(after=0.9998, title="ROC AUC"), False),
        (comparison(after=1.0, title="ROC AUC", n=99), False),
        (comparison("brier", 0.2, 0.0, title="Brier score", direction="lower_is_better"), True),
        (comparison("brier", 0.2, 0.001, title="Brier score", direction="lower_is_better"), False),
        (comparison("precision", 0.9, 1.0), False),
    ],
)
def test_a_perfect_figure_is_a_warning_of_leakage(figure: Comparison, *, warned: bool) -> None:
    said = page(evaluation=envelope("evaluation", evaluation(figure)))
    assert ("is (nearly) perfect: look for leakage" in said) is warned


def test_without_an_evaluation() -> None:
    assert "No model was evaluated in this run." in page(evaluation=None)


def test_an_error_of_a_stage_says_why() -> None:
    failure = Failure(stage="train", title="Container error", exit_code=6, problems=("no image. Build it.",))
    said = page(evaluation=None, gate=None, failures=(failure,))
    assert "> [!CAUTION]\n> train: Container error: no image. Build it." in said


def test_without_a_baseline_each_figure_has_its_own_interval_and_the_reason() -> None:
    alone: dict[str, Any] = {"difference": None, "baseline": None}
    money = comparison("profit", 0, 9873, kind="kpi", title="Profit", unit="EUR", **alone)
    run = evaluation(comparison(title="ROC AUC", **alone), money).model_copy(
        update={"baseline_kind": "none", "notes": ("no baseline: its image does not build",)}
    )
    interval = Interval(low=0.84, high=0.86, confidence=0.95)
    candidate = run.comparisons[0].candidate.model_copy(update={"interval": interval})
    first = run.comparisons[0].model_copy(update={"candidate": candidate})
    run = run.model_copy(update={"comparisons": (first, run.comparisons[1])})
    said = page(evaluation=envelope("evaluation", run))
    assert "| Metric | Candidate | 95 % interval |" in said
    assert "| ROC AUC | **0.8500** | [0.8400, 0.8600] |" in said
    assert "- no baseline: its image does not build" in said
    assert "**Profit:** **9,873 EUR** (no baseline)" in said


def test_a_metric_table_row() -> None:
    assert "| Brier score ↓ | 0.2000 | **0.1800** | −0.0200 [−0.0500, 0.0100] | ? not decided |" in page()


def test_a_training_that_cannot_be_repeated_is_said_before_any_figure() -> None:
    apart = Reproduction(
        rows=228,
        max_abs_difference=0.2,
        flips=0,
        same_model_digest=False,
        differing=97,
        beyond=97,
        tolerance=1e-9,
    )
    made = evaluation().model_copy(update={"reproduction": apart})
    said = page(evaluation=envelope("evaluation", made))
    assert "> [!WARNING]\n> Trained twice: predictions differ, by up to 0.2 in 97 of 228 rows" in said
    steady = made.model_copy(update={"reproduction": apart.model_copy(update={"beyond": 0})})
    assert "Trained twice" not in page(evaluation=envelope("evaluation", steady))
