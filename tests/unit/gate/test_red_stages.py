"""A stage that did not run, or ended red, is a verdict of its own: silence is never green."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from mlops_actions.config.gate import GateConfig
from mlops_actions.errors import ServingError
from mlops_actions.results.dataset import DatasetResult
from mlops_actions.results.evaluation import EvaluationResult
from mlops_actions.results.gate import GateResult
from mlops_actions.results.training import ModelRun, TrainingResult
from mlops_actions.results.verdict import Outcome
from mlops_actions.stages import gate
from mlops_actions.stages.context import Policy
from mlops_actions.stages.failures import recorded
from tests.stages.world import make_context
from tests.unit.gate.cases import check, estimate, figure, rule, score_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from mlops_actions.config.gate import GateRule
    from mlops_actions.results.base import ResultModel
    from mlops_actions.results.envelope import Kind
    from mlops_actions.stages.context import RunContext

FINE = ModelRun(role="candidate", outcome=Outcome.PASS, duration_seconds=61.5, model_bytes=2048)
PAYLOADS: dict[Kind, ResultModel] = {
    "dataset": DatasetResult(datasets=(), checks=()),
    "training": TrainingResult(runs=(FINE,)),
    "evaluation": EvaluationResult(
        task="binary",
        n=1000,
        threshold=0.5,
        confidence=0.95,
        resamples=300,
        seed=0,
        baseline_kind="none",
        comparisons=(figure(candidate=estimate(0.8, 0.78, 0.82)),),
    ),
    "score": score_of(2),
}
STAGE = {"dataset": "validate", "training": "train", "evaluation": "evaluate", "score": "score"}


@pytest.fixture
def context(tmp_path: Path) -> RunContext:
    return make_context(tmp_path)


def judge(
    context: RunContext,
    *rules: GateRule,
    without: str = "",
    preview: bool = False,
    red: Mapping[str, ResultModel] | None = None,
) -> GateResult:
    """Every result but one on disk, those in `red` as failed stages; then the gate."""
    failed = red or {}
    for kind, payload in PAYLOADS.items():
        if kind != without:
            outcome = Outcome.FAIL if kind in failed else Outcome.PASS
            context.results.write(context.envelope(kind, outcome, failed.get(kind, payload)))
    config = context.policy.config.model_copy(update={"gate": GateConfig(rules=rules)})
    policy = Policy(config, config, config, preview=preview)
    outcome = gate.run(replace(context, policy=policy)).outcome
    payload = context.results.read("gate", GateResult)[0].payload
    assert isinstance(payload, GateResult)
    assert payload.outcome is outcome
    return payload


def test_green_stages_leave_the_word_to_the_rules(context: RunContext) -> None:
    rules = (rule(minimum=0.75), rule(cost="training_seconds", maximum=60, severity="warn"))
    result = judge(context, *rules)
    assert [each.sentence for each in result.rules] == [
        "roc_auc 0.80 >= minimum 0.75 (n=1,000, 95 % interval [0.78, 0.82])",
        "training_seconds 61.5 > maximum 60.0",
    ]
    assert result.outcome is Outcome.WARN


@pytest.mark.parametrize("kind", list(STAGE))
def test_a_stage_that_did_not_run_is_red(context: RunContext, kind: str) -> None:
    result = judge(context, without=kind)
    (verdict,) = result.rules
    assert result.outcome is Outcome.FAIL
    assert (verdict.kind, verdict.outcome, verdict.rule) == ("stage", Outcome.ERROR, -1)
    assert verdict.sentence == f"{STAGE[kind]}: has not run here: no {kind}.json"


@pytest.mark.parametrize(("kind", "hidden"), [("evaluation", True), ("score", False), ("training", False)])
def test_a_stage_that_failed_since_is_red_and_its_older_result_is_not_judged(
    context: RunContext, kind: str, *, hidden: bool
) -> None:
    with pytest.raises(ServingError), recorded(context, STAGE[kind]):
        raise ServingError("no answer", hint="See its log.")
    stage, floor = judge(context, rule(minimum=0.75)).rules
    assert (stage.subject, stage.outcome) == (STAGE[kind], Outcome.ERROR)
    assert stage.sentence == (
        f"{STAGE[kind]}: Serving failed: no answer. See its log. "
        f"(the {kind}.json that lies there is older and is not judged)"
    )
    assert (floor.observed is None) is hidden
    assert context.results.has("evaluation")
    assert judge(context, preview=True).outcome is Outcome.WARN
    with recorded(context, STAGE[kind]):
        pass
    assert [each.kind for each in judge(context, rule(minimum=0.75)).rules] == ["metric"]


def test_a_result_of_an_older_result_is_not_judged(context: RunContext) -> None:
    """Trained anew after the evaluation; and scored before the evaluation failed."""
    judge(context)
    _, training = context.results.read("training", TrainingResult)
    old = training.model_copy(update={"sha256": "0" * 64})
    evaluation = context.envelope("evaluation", Outcome.PASS, PAYLOADS["evaluation"], inputs=(old,))
    context.results.write(evaluation)
    (stage,) = read_gate(context).rules
    assert stage.sentence == (
        "evaluate: evaluation.json was made from another training.json than is here now. "
        "Run `mlops evaluate` again."
    )
    _, record = context.results.read("evaluation", EvaluationResult)
    context.results.write(context.envelope("score", Outcome.PASS, PAYLOADS["score"], inputs=(record,)))
    assert [each.subject for each in read_gate(context).rules] == ["evaluate", "score"]


def read_gate(context: RunContext) -> GateResult:
    """The verdict on what lies there, without a rule."""
    config = context.policy.config.model_copy(update={"gate": GateConfig(rules=())})
    gate.run(replace(context, policy=Policy(config, config, config)))
    payload = context.results.read("gate", GateResult)[0].payload
    assert isinstance(payload, GateResult)
    assert payload.outcome is Outcome.FAIL
    return payload


def test_its_red_does_not_hang_on_the_rules(context: RunContext) -> None:
    """A rule that skips what is missing cannot make a stage that did not run green."""
    result = judge(context, rule(minimum=0.75, on_missing="skip"), without="evaluation")
    assert [each.outcome for each in result.rules] == [Outcome.ERROR, Outcome.SKIPPED]
    assert result.outcome is Outcome.FAIL


def test_a_result_that_cannot_be_read_is_red(context: RunContext) -> None:
    context.results.folder.joinpath("score.json").write_text("{")
    result = judge(context, without="score")
    (verdict,) = result.rules
    assert (verdict.subject, verdict.outcome, result.outcome) == ("score", Outcome.ERROR, Outcome.FAIL)
    assert "score.json" in verdict.sentence


RED_CHECKS = (
    check("DS001", Outcome.PASS, "fine"),
    check("DS101", Outcome.FAIL, "plan has 3 nulls"),
    check("DS102", Outcome.ERROR, "could not be read"),
)
CRASHED = FINE.model_copy(
    update={"outcome": Outcome.FAIL, "sentence": "candidate: train ended with exit code 3"}
)


@pytest.mark.parametrize(
    ("kind", "payload", "sentence"),
    [
        ("dataset", DatasetResult(datasets=(), checks=RED_CHECKS), "DS101 plan has 3 nulls (1 more)"),
        ("dataset", DatasetResult(datasets=(), checks=RED_CHECKS[:2]), "DS101 plan has 3 nulls"),
        ("training", TrainingResult(runs=(CRASHED,)), "candidate: train ended with exit code 3"),
        ("training", TrainingResult(runs=()), "ended with fail"),
        ("score", PAYLOADS["score"], "ended with fail"),
    ],
)
def test_a_red_stage_says_why(context: RunContext, kind: str, payload: ResultModel, sentence: str) -> None:
    result = judge(context, red={kind: payload})
    (verdict,) = result.rules
    assert (verdict.outcome, result.outcome) == (Outcome.FAIL, Outcome.FAIL)
    assert verdict.sentence == f"{STAGE[kind]}: {sentence}"


def test_the_costs_of_a_training_that_failed_are_not_measured(context: RunContext) -> None:
    given = rule(cost="model_bytes", maximum=10_000)
    _, cost = judge(context, given, red={"training": TrainingResult(runs=(CRASHED,))}).rules
    assert cost.sentence == "model_bytes: was not measured (on_missing: warn)"


def test_a_preview_never_blocks(context: RunContext) -> None:
    result = judge(context, rule(minimum=0.9), without="score", preview=True)
    assert [each.outcome for each in result.rules] == [Outcome.ERROR, Outcome.FAIL]
    assert result.outcome is Outcome.WARN
