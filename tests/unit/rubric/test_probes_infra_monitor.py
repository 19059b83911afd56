"""Every judge both ways: pass, fail, inconclusive, and absent where it can look and find nothing."""

from __future__ import annotations

from typing import Any

import pytest

from mlops_actions.results.dataset import SelfTest
from mlops_actions.results.evaluation import (
    Perturbation,
    Reproduction,
    ServingFacts,
)
from mlops_actions.results.gate import RuleVerdict
from mlops_actions.results.score import Status
from mlops_actions.results.verdict import Outcome
from mlops_actions.rubric import facts as f
from tests.unit.rubric.judging import SEEN, judge, said

CHANGED = Perturbation(differs=True, rows=200, max_abs_difference=0.02)
FROZEN = Perturbation(differs=False, rows=1409, max_abs_difference=0.0)
UNKNOWN = Perturbation(reason="answers of that model")
COPIED = Perturbation(copied=True, reason="a training on fewer rows")


# INFRA1


def twice(change: float | None = None, limit: float | None = None, **changes: Any) -> f.Facts:
    values = {"rows": 1409, "max_abs_difference": 0.0, "flips": 0, "same_model_digest": True}
    seen = changes.pop("fewer", CHANGED)
    fact = f.ReproductionFact(
        evidence=SEEN,
        reproduction=Reproduction(**{**values, **changes}),
        perturbation=seen,
        metric_change=change,
        metric_limit=limit,
    )
    return f.Facts(reproduction=fact)


@pytest.mark.parametrize(
    ("facts", "result", "word"),
    [
        (twice(), "pass", "same model digest (n=1,409)"),
        (twice(max_abs_difference=1e-6, same_model_digest=False), "pass", "different model digest"),
        (twice(), "pass", "5% of the training rows were left out and predictions change by up to 0.02."),
        (twice(fewer=None), "inconclusive", "needs a training of the candidate on fewer rows"),
        (twice(fewer=UNKNOWN), "inconclusive", "needs answers of that model. Trained twice"),
        (twice(fewer=None, max_abs_difference=0.2, flips=31), "fail", "31 flipped labels"),
        (twice(max_abs_difference=0.2, flips=31), "fail", "31 flipped labels"),
        (twice(fewer=FROZEN), "fail", "no prediction changed (n=1,409): it was not trained. Trained twice"),
        (twice(fewer=FROZEN, rows=99), "fail", "it was not trained"),
        (twice(fewer=COPIED), "fail", "Copied, not trained: every file of the model"),
        (twice(rows=99), "inconclusive", "Only 99 rows"),
        (twice(max_abs_difference=0.01, flips=1), "inconclusive", "0.01"),
        (twice(0.001, 0.002, max_abs_difference=0.01, flips=1), "pass", "maximum 0.002"),
        (twice(0.003, 0.002, max_abs_difference=0.01, flips=1), "fail", "maximum 0.002"),
    ],
)
def test_infra1(facts: f.Facts, result: str, word: str) -> None:
    said(judge("INFRA1", facts), result, word)


# INFRA3


def serving(**changes: Any) -> ServingFacts:
    values: dict[str, Any] = {
        "role": "candidate",
        "rows": 1409,
        "answered": 1409,
        "fuzz_rows": 64,
        "fuzz_errors": 3,
        "batch_vs_single_max_difference": 0.0,
    }
    return ServingFacts(**{**values, **changes})


def pipeline(
    train: Outcome = Outcome.PASS,
    answers: ServingFacts | None = None,
    *,
    none: bool = False,
    fewer: Perturbation | None = CHANGED,
) -> f.Facts:
    stages = (("validate", Outcome.FAIL), ("train", train), ("evaluate", Outcome.PASS))
    seen = None if none else answers or serving()
    return f.Facts(pipeline=f.PipelineFact(evidence=SEEN, stages=stages, serving=seen, perturbation=fewer))


@pytest.mark.parametrize(
    ("facts", "result", "word"),
    [
        (pipeline(), "pass", "without a container (validate fail, train pass, evaluate pass)"),
        (pipeline(answers=serving(container=True)), "pass", "in a container"),
        (pipeline(), "pass", "predictions change by up to 0.02."),
        (pipeline(fewer=FROZEN), "fail", "output is cached. 5% of the training rows were left out and no"),
        (pipeline(fewer=COPIED), "fail", "Copied, not trained"),
        (pipeline(fewer=None), "inconclusive", "needs a training of the candidate on fewer rows"),
        (pipeline(fewer=UNKNOWN), "inconclusive", "needs answers of that model"),
        (pipeline(Outcome.ERROR), "fail", "broke in train"),
        (pipeline(answers=serving(answered=1400)), "fail", "1,400 of 1,409 rows"),
        (pipeline(answers=serving(batch_vs_single_max_difference=2e-6)), "fail", "2e-06, maximum 1e-06"),
        (pipeline(Outcome.SKIPPED), "inconclusive", "the train stage did not run"),
        (pipeline(none=True), "inconclusive", "answers of the candidate's server"),
        (
            pipeline(answers=serving(batch_vs_single_max_difference=None)),
            "inconclusive",
            "No row was sent alone",
        ),
        (pipeline(answers=serving(rows=29, answered=29)), "inconclusive", "Only 29 outputs (minimum 30)"),
    ],
)
def test_infra3(facts: f.Facts, result: str, word: str) -> None:
    said(judge("INFRA3", facts), result, word)


# INFRA4


def rule(condition: str, outcome: Outcome = Outcome.PASS) -> RuleVerdict:
    return RuleVerdict(
        rule=0,
        kind="metric",
        subject="roc_auc",
        condition=condition,
        outcome=outcome,
        sentence=f"roc_auc 0.84, {condition} (n=1,409).",
        observed=0.84,
        limit=0.75,
        n=1409,
    )


FLOOR, CHANGE = rule("minimum 0.75"), rule("max_regression 0.01")


def quality(*, floors: Any = (FLOOR,), changes: Any = (CHANGE,), vetoed: bool | None = True) -> f.Facts:
    tests = () if vetoed is None else (SelfTest(probe="INFRA4", fault="a degraded model", noticed=vetoed),)
    fact = f.QualityFact(evidence=SEEN, floors=floors, changes=changes)
    return f.Facts(quality=fact, self_tests=tests)


@pytest.mark.parametrize(
    ("facts", "result", "word"),
    [
        (
            quality(),
            "pass",
            "1 absolute rule and 1 change rule hold, a degraded model is vetoed.",
        ),
        (quality(vetoed=False), "fail", "deliberately degraded model passed"),
        (quality(floors=(rule("minimum 0.9", Outcome.FAIL),)), "fail", "vetoed: roc_auc 0.84, minimum 0.9"),
        (quality(changes=(rule("max_regression 0", Outcome.FAIL),)), "fail", "max_regression 0"),
        (quality(vetoed=None), "inconclusive", "the self-test with a degraded model"),
        (quality(floors=()), "inconclusive", "an absolute rule"),
        (quality(changes=()), "inconclusive", "a change rule"),
        (
            quality(changes=(rule("max_regression 0", Outcome.WARN),)),
            "inconclusive",
            "roc_auc max_regression 0: warn",
        ),
        (quality(changes=(rule("max_regression 0", Outcome.SKIPPED),)), "inconclusive", "skipped"),
    ],
)
def test_infra4(facts: f.Facts, result: str, word: str) -> None:
    said(judge("INFRA4", facts), result, word, "n=1,409")


def test_infra4_is_absent_without_metric_rules() -> None:
    assert judge("INFRA4", quality(floors=(), changes=())).status is Status.ABSENT


# MONITOR5


def numerics(**changes: Any) -> f.Facts:
    return f.Facts(numerics=f.NumericsFact(evidence=SEEN, serving=serving(**changes)))


@pytest.mark.parametrize(
    ("facts", "result", "word"),
    [
        (numerics(), "pass", "maximum 0 (n=1,409 rows, 64 fuzz rows, 3 of them refused)"),
        (numerics(non_finite=1), "fail", "1 non-finite predictions"),
        (numerics(outside_unit_interval=2), "fail", "2 probabilities outside [0, 1]"),
        (numerics(bad_sums=3), "fail", "3 probability rows"),
        (numerics(fuzz_non_finite=4), "fail", "4 non-finite answers to fuzz rows"),
        (numerics(fuzz_rows=0, non_finite=1), "fail", "1 non-finite"),
        (numerics(fuzz_rows=0), "inconclusive", "No fuzz rows"),
        (numerics(answered=99), "inconclusive", "Only 99 predictions"),
        (numerics(constant=True), "fail", "Every row is given the same answer"),
        (numerics(constant=True, answered=99), "inconclusive", "Only 99 predictions"),
    ],
)
def test_monitor5(facts: f.Facts, result: str, word: str) -> None:
    said(judge("MONITOR5", facts), result, word)
