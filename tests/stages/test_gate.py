"""The gate stage: whose rules judge, what head's own would say, notes, costs, the order of the summary."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from mlops_actions.results.dataset import CheckResult, DatasetResult
from mlops_actions.results.envelope import Trust
from mlops_actions.results.evaluation import EvaluationResult
from mlops_actions.results.gate import GateResult
from mlops_actions.results.training import ModelRun, TrainingResult
from mlops_actions.results.verdict import Outcome
from mlops_actions.stages import gate
from mlops_actions.stages.base_score import BaseScore
from mlops_actions.stages.policy import Texts, decide_policy
from tests.stages.small import CONFIG, make_small
from tests.unit.gate.cases import compared, estimate, score_of
from tests.unit.report.sample import change

if TYPE_CHECKING:
    from pathlib import Path

    from mlops_actions.results.score import ScoreResult
    from mlops_actions.stages.context import RunContext, StageOutcome

PASS, WARN, FAIL, ERROR = Outcome.PASS, Outcome.WARN, Outcome.FAIL, Outcome.ERROR
HELD = "roc_auc 0.81 >= minimum 0.75 (n=1,000, 95 % interval [0.79, 0.83])"


def rules(*lines: str) -> str:
    return CONFIG + "gate:\n  rules:\n" + "".join(f"    - {{{line}}}\n" for line in lines)


FLOOR = rules("metric: roc_auc, minimum: 0.75")
HIGH = rules("metric: roc_auc, minimum: 0.9")


def _model(role: Any, seconds: float, outcome: Outcome = PASS) -> ModelRun:
    return ModelRun(role=role, outcome=outcome, duration_seconds=seconds, model_bytes=2048)


def _check(identifier: str, outcome: Outcome, sentence: str) -> CheckResult:
    return CheckResult(
        id=identifier, title="t", subject="s", role="train", outcome=outcome, sentence=sentence
    )


def fill(
    context: RunContext, *, checks: tuple[CheckResult, ...] = (), runs: tuple[ModelRun, ...] = ()
) -> None:
    """Green results of all four stages: roc_auc 0.81 against 0.80, score 2."""
    figures = (compared(0.0, 0.02, base=0.8, candidate=estimate(0.81, 0.79, 0.83)),)
    evaluation = EvaluationResult(
        task="binary",
        n=1000,
        threshold=0.5,
        confidence=0.95,
        resamples=300,
        seed=0,
        baseline_kind="retrained",
        comparisons=figures,
    )
    for kind, payload in (
        ("dataset", DatasetResult(datasets=(), checks=checks)),
        ("training", TrainingResult(runs=runs or (_model("candidate", 60.0),))),
        ("evaluation", evaluation),
        ("score", score_of(2)),
    ):
        context.results.write(context.envelope(kind, PASS, payload))  # type: ignore[arg-type]  # four of the kinds


def judge(
    context: RunContext, base: ScoreResult | None = None, **filled: Any
) -> tuple[StageOutcome, GateResult]:
    fill(context, **filled)
    outcome = gate.run(context, BaseScore(base) if base is not None else None)
    payload = context.results.read("gate", GateResult)[0].payload
    assert isinstance(payload, GateResult)
    assert payload.outcome is outcome.outcome
    return outcome, payload


def test_what_holds_is_counted_and_says_who_judged(tmp_path: Path) -> None:
    context = make_small(tmp_path, head=FLOOR, base=FLOOR)
    outcome, payload = judge(context)
    assert outcome.outcome is PASS
    assert outcome.lines == ("1 of 1 rule holds", "judged by bbbbbbbbbbbb (the test)")
    assert [each.sentence for each in payload.rules] == [HELD]
    assert (payload.policy_sha, payload.preview, payload.head_preview) == ("b" * 40, False, ())
    envelope, _ = context.results.read("gate", GateResult)
    assert [each.role for each in envelope.inputs] == ["dataset", "training", "evaluation", "score"]


@pytest.mark.parametrize(
    ("head", "base", "outcome", "previewed"),
    [(FLOOR, HIGH, FAIL, PASS), (HIGH, FLOOR, PASS, FAIL)],
)
def test_the_base_commits_rules_judge_and_heads_are_previewed(
    tmp_path: Path, head: str, base: str, outcome: Outcome, previewed: Outcome
) -> None:
    stage, payload = judge(make_small(tmp_path, head=head, base=base))
    assert stage.outcome is outcome
    assert [each.outcome for each in payload.rules] == [outcome]
    assert [each.outcome for each in payload.head_preview] == [previewed]


@pytest.mark.parametrize(("preview", "outcome"), [(True, WARN), (False, FAIL)])
def test_a_preview_says_so_first_and_never_blocks(tmp_path: Path, *, preview: bool, outcome: Outcome) -> None:
    context = make_small(tmp_path, head=HIGH, base=None)
    object.__setattr__(context.policy, "preview", preview)
    stage, payload = judge(context)
    assert (stage.outcome, payload.preview) == (outcome, preview)
    assert payload.rules[0].outcome is FAIL
    assert (stage.lines[0] == "preview: this never blocks") is preview


def test_red_stands_before_amber_before_the_count_before_changes(tmp_path: Path) -> None:
    text = rules(
        "metric: roc_auc, minimum: 0.95, severity: warn",
        "metric: roc_auc, minimum: 0.75",
        "check: DS301",
        "metric: roc_auc, minimum: 0.9",
        "check: DS999, on_missing: fail",
    )
    context = make_small(tmp_path, head=text, base=text)
    object.__setattr__(context.policy, "changes", (change("rules looser"),))
    outcome, payload = judge(context, checks=(_check("DS301", WARN, "1 of 3 columns drift"),))
    assert outcome.outcome is FAIL
    assert outcome.lines == (
        "✗ roc_auc 0.81 < minimum 0.9 (n=1,000, 95 % interval [0.79, 0.83])",
        "✗ DS999: was not run (on_missing: fail)",
        "! roc_auc 0.81 < minimum 0.95 (n=1,000, 95 % interval [0.79, 0.83])",
        "! DS301: 1 of 3 columns drift",
        "1 of 5 rules hold, 2 fail, 2 warn",
        "judged by bbbbbbbbbbbb (the test)",
        "policy change: rules looser",
    )
    assert payload.changes == (change("rules looser"),)


def test_a_rule_on_a_check_follows_its_worst_result(tmp_path: Path) -> None:
    text = rules("check: DS102", "check: DS201, severity: warn")
    checks = (
        _check("DS102", PASS, "fine"),
        _check("DS102", FAIL, "train.a: null rate 0.5"),
        _check("DS201", FAIL, "rows repeat"),
    )
    _, payload = judge(make_small(tmp_path, head=text, base=text), checks=checks)
    assert [(each.outcome, each.sentence) for each in payload.rules] == [
        (FAIL, "DS102: train.a: null rate 0.5"),
        (WARN, "DS201: rows repeat"),
    ]


@pytest.mark.parametrize(
    ("candidate", "baseline", "outcome"),
    [(60.0, 50.0, PASS), (61.0, 50.0, FAIL), (10.0, None, WARN)],
)
def test_costs_are_compared_with_the_baselines_training(
    tmp_path: Path, candidate: float, baseline: float | None, outcome: Outcome
) -> None:
    text = rules("cost: training_seconds, max_regression: 0.2, relative: true")
    runs = [_model("candidate", candidate)]
    if baseline is not None:
        runs.append(_model("baseline", baseline))
    stage, payload = judge(make_small(tmp_path, head=text, base=text), runs=tuple(runs))
    assert stage.outcome is outcome
    assert payload.rules[0].baseline == baseline


def test_a_failed_baseline_has_no_costs_to_compare_with(tmp_path: Path) -> None:
    text = rules("cost: model_bytes, max_regression: 0.2, relative: true")
    runs = (_model("candidate", 60.0), _model("baseline", 1.0, FAIL))
    _, payload = judge(make_small(tmp_path, head=text, base=text), runs=runs)
    assert payload.rules[0].outcome is WARN
    assert "no baseline to compare with" in payload.rules[0].sentence


@pytest.mark.parametrize(("before", "outcome"), [(2.0, PASS), (2.5, FAIL), (None, WARN)])
def test_the_score_is_compared_with_the_base_commits(
    tmp_path: Path, before: float | None, outcome: Outcome
) -> None:
    text = rules("score: effective, max_regression: 0")
    base = None if before is None else score_of(before)
    stage, _ = judge(make_small(tmp_path, head=text, base=text), base)
    assert stage.outcome is outcome


@pytest.mark.parametrize(
    ("text", "pull_request", "trust", "notes"),
    [
        (FLOOR, True, Trust.CLAIMED, [gate.CLAIMED]),
        (FLOOR, True, Trust.RECOMPUTED, []),
        (FLOOR, False, Trust.CLAIMED, []),
        (
            CONFIG,
            False,
            Trust.TRUSTED,
            ["gate.rules: no rule is declared, so nothing but a red stage can fail"],
        ),
        (
            rules("metric: roc_auc, minimum: 0.5", "metric: roc_auc, max_regression: 0"),
            False,
            Trust.TRUSTED,
            [
                "gate.rules[1].max_regression: 0 calls any shown difference a regression; give it a margin",
            ],
        ),
        (rules("score: effective, max_regression: 0"), False, Trust.TRUSTED, []),
    ],
)
def test_notes_say_what_a_reader_must_know(
    tmp_path: Path, text: str, *, pull_request: bool, trust: Trust, notes: list[str]
) -> None:
    context = make_small(tmp_path, head=text, base=text, pull_request_event=pull_request, trust=trust)
    assert list(judge(context)[1].notes) == notes


@pytest.mark.parametrize(("executor", "said"), [("process", [gate.UNCONTAINED]), ("docker", [])])
@pytest.mark.parametrize("pull_request", [True, False])
def test_code_of_a_pull_request_outside_a_container_is_told(
    tmp_path: Path, executor: Any, said: list[str], *, pull_request: bool
) -> None:
    context = make_small(tmp_path, head=FLOOR, base=FLOOR, pull_request_event=pull_request)
    run = _model("candidate", 60.0).model_copy(update={"executor": executor})
    assert list(judge(context, runs=(run,))[1].notes) == (said if pull_request else [])


def test_a_result_of_another_commit_is_red(tmp_path: Path) -> None:
    context = make_small(tmp_path, head=FLOOR, base=FLOOR)
    fill(context)
    other = context.source.model_copy(update={"sha": "c" * 40})
    envelope, _ = context.results.read("evaluation", EvaluationResult)
    context.results.write(envelope.model_copy(update={"source": other}))
    outcome = gate.run(context)
    assert outcome.outcome is FAIL
    assert outcome.lines[0] == (
        "✗ evaluate: evaluation.json: made for commit cccccccccccc, this run is aaaaaaaaaaaa"
    )


def _data_result(context: RunContext) -> GateResult:
    """Only validate has run."""
    context.results.write(context.envelope("dataset", PASS, DatasetResult(datasets=(), checks=())))
    gate.run(context)
    payload = context.results.read("gate", GateResult)[0].payload
    assert isinstance(payload, GateResult)
    return payload


TRAINS = CONFIG + "train:\n  process: {}\n"


def test_where_only_data_is_declared_only_validate_is_to_run(tmp_path: Path) -> None:
    payload = _data_result(make_small(tmp_path, head=CONFIG, base=CONFIG))
    assert (payload.outcome, payload.rules) == (PASS, ())
    assert gate.DATA_ALONE in payload.notes


@pytest.mark.parametrize(
    ("head", "base"), [(CONFIG, TRAINS), (TRAINS, CONFIG), (TRAINS, TRAINS), (TRAINS, None)]
)
def test_train_that_either_side_declares_must_have_run(tmp_path: Path, head: str, base: str | None) -> None:
    """A pull request that deletes `train:` is red, too."""
    payload = _data_result(make_small(tmp_path, head=head, base=base))
    assert payload.outcome is FAIL
    assert [each.subject for each in payload.rules] == ["train", "score"]
    assert gate.DATA_ALONE not in payload.notes


def test_a_deleted_train_is_still_expected_by_the_merged_policy() -> None:
    policy = decide_policy(Texts(CONFIG, TRAINS, "b" * 40, "the test"), "mlops.yaml", pull_request=True)
    assert not gate.data_alone(policy)


def test_a_base_configuration_that_cannot_be_read_excuses_nothing() -> None:
    policy = decide_policy(Texts(CONFIG, "version: [", "b" * 40, "the test"), "mlops.yaml")
    assert not gate.data_alone(policy)
