"""DS205: a model input that evaluation or the serving log lacks."""

from __future__ import annotations

import pytest

from mlops_actions.checks.inputs_there import LOG_REMEDY, judge_inputs
from mlops_actions.results.verdict import Outcome
from tests.unit.checks.drifting import case, column, rows, table

A = [1, 2, 3]


def test_each_sample_is_looked_at() -> None:
    seen = case(rows("train", a=A, b=A, y=A), rows("evaluation", a=A, b=A), rows("serving_log", a=A, b=A))
    assert [(each.role, each.outcome, each.sentence) for each in judge_inputs(seen)] == [
        ("evaluation", Outcome.PASS, "evaluation: all 2 model inputs of training are there"),
        ("serving_log", Outcome.PASS, "serving_log: all 2 model inputs of training are there"),
    ]


def test_an_input_that_is_not_served_fails() -> None:
    log = table("serving_log", column("served_features.a", A), column("prediction", A))
    *_, seen = judge_inputs(case(rows("train", a=A, b=A, y=A), log))
    assert (seen.outcome, seen.observed) == (Outcome.FAIL, 1.0)
    assert seen.sentence == "serving_log: missing b, of 2 model inputs that training has"
    assert seen.remediation == LOG_REMEDY


def test_a_log_of_predictions_alone_leaves_it_open() -> None:
    *_, seen = judge_inputs(case(rows("train", a=A, b=A, y=A), rows("serving_log", prediction=A)))
    assert (seen.outcome, seen.sentence) == (
        Outcome.INCONCLUSIVE,
        "serving_log: none of the 2 model inputs of training is there",
    )


@pytest.mark.parametrize("with_log", [False, True])
def test_without_evaluation_that_is_said(with_log: bool) -> None:
    tables = (rows("train", a=A, y=A), *((rows("serving_log", a=A),) if with_log else ()))
    first, *more = judge_inputs(case(*tables))
    assert (first.outcome, first.reason) == (Outcome.SKIPPED, "data.evaluation is not declared")
    assert len(more) == with_log


def test_many_missing_inputs_are_named_up_to_twenty() -> None:
    names = [f"c{at}" for at in range(30)]
    seen, *_ = judge_inputs(case(rows("train", **dict.fromkeys(names, A), y=A), rows("evaluation", y=A)))
    assert seen.outcome is Outcome.FAIL
    assert seen.sentence.endswith("c19 and 10 more, of 30 model inputs that training has")
