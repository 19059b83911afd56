"""Training: every end is a value, a failed baseline is not the candidate's fault, nothing is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mlops_actions.errors import ConfigError, ContainerError, InputError, TrainingError
from mlops_actions.results.training import ModelRun, TrainingResult
from mlops_actions.results.verdict import Outcome
from mlops_actions.stages import train
from tests.stages.world import FakePort, good_model, make_context, weak_model

if TYPE_CHECKING:
    from pathlib import Path

    from mlops_actions.results.steps import EndReason
    from mlops_actions.stages.context import RunContext

ALL = {
    "candidate": good_model,
    "candidate_again": good_model,
    "perturbed": good_model,
    "baseline": weak_model,
}
ALL_ROLES = ["candidate", "candidate_again", "perturbed", "baseline"]


def _written(context: RunContext) -> TrainingResult:
    payload = context.results.read("training", TrainingResult)[0].payload
    assert isinstance(payload, TrainingResult)
    return payload


def test_candidate_twice_and_baseline(tmp_path: Path) -> None:
    context = make_context(tmp_path)
    outcome = train.run(context, FakePort(ALL))
    assert outcome.outcome is Outcome.PASS
    assert [run.role for run in _written(context).runs] == ALL_ROLES
    assert _written(context).run("candidate") is not None
    assert {run.seed for run in _written(context).runs} == {7}


def test_without_a_base_commit_there_is_no_baseline(tmp_path: Path) -> None:
    context = make_context(tmp_path, base=False)
    train.run(context, FakePort(ALL))
    assert _written(context).run("baseline") is None
    assert any("no baseline" in note for note in _written(context).notes)


def test_failed_candidate_is_fail_and_its_error_ends_with_its_last_log_lines(tmp_path: Path) -> None:
    context = make_context(tmp_path)
    outcome = train.run(context, FakePort({"baseline": weak_model}))
    assert outcome.outcome is Outcome.FAIL
    assert outcome.lines[0] == "candidate: candidate: train ended with exit code 3"
    assert isinstance(outcome.error, TrainingError)
    assert (outcome.error.message, outcome.error.log_tail) == (
        "candidate: train ended with exit code 3",
        ("Traceback", "ValueError: no"),
    )
    assert [run.role for run in _written(context).runs] == ["candidate", "baseline"]


@pytest.mark.parametrize("role", ["baseline", "candidate_again"])
def test_another_failed_training_is_a_warning_with_its_log_and_no_error(tmp_path: Path, role: str) -> None:
    context = make_context(tmp_path)
    outcome = train.run(context, FakePort({name: model for name, model in ALL.items() if name != role}))
    assert (outcome.outcome, outcome.error) == (Outcome.WARN, None)
    assert any("exit code 3" in line and "ValueError: no" in line for line in outcome.lines)


@pytest.mark.parametrize(
    ("reason", "code", "hint"),
    [
        ("oom", None, "train.resources.memory"),
        ("timeout", None, "train.resources.timeout"),
        ("disk", None, "train.resources.disk"),
        ("exit_code", 0, "SM_MODEL_DIR"),
        ("oom", 0, "train.resources.memory"),
        ("exit_code", 3, "last log lines"),
    ],
)
def test_the_next_step_is_the_reason_s(reason: EndReason, code: int | None, hint: str) -> None:
    run = ModelRun(
        role="candidate", outcome=Outcome.FAIL, reason=reason, exit_code=code, sentence="it failed"
    )
    error = train._error(run)
    assert error is not None
    assert hint in error.hint


def test_failed_baseline_is_a_warning(tmp_path: Path) -> None:
    context = make_context(tmp_path)
    port = FakePort(ALL, crash={"baseline": ContainerError("its image does not build")})
    assert train.run(context, port).outcome is Outcome.WARN
    run = _written(context).run("baseline")
    assert run is not None
    assert run.reason == "not_run"
    assert "its image does not build" in run.sentence


def test_a_candidate_that_cannot_start_is_the_error_itself(tmp_path: Path) -> None:
    port = FakePort(ALL, crash={"candidate": ContainerError("no engine")})
    with pytest.raises(ContainerError, match="no engine"):
        train.run(make_context(tmp_path), port)


@pytest.mark.parametrize(
    ("reproduce", "without"), [(1, {"candidate_again", "perturbed"}), (2, {"perturbed"})]
)
def test_reproduce_less(tmp_path: Path, reproduce: int, without: set[str]) -> None:
    context = make_context(tmp_path, edit={"seed: 7": f"seed: 7\n  reproduce: {reproduce}"})
    train.run(context, FakePort(ALL))
    assert [run.role for run in _written(context).runs] == [role for role in ALL_ROLES if role not in without]


def test_a_training_on_fewer_rows_that_fails_is_told_and_no_verdict(tmp_path: Path) -> None:
    context = make_context(tmp_path)
    port = FakePort(ALL, crash={"perturbed": InputError("no row can be left out")})
    outcome = train.run(context, port)
    assert outcome.outcome is Outcome.PASS
    assert any("candidate, 5% of rows left out:" in line and "no row can" in line for line in outcome.lines)


def test_neither_train_nor_predictions(tmp_path: Path) -> None:
    context = make_context(tmp_path)
    bare = context.config.model_copy(update={"train": None})
    object.__setattr__(context.policy, "config", bare)
    with pytest.raises(ConfigError, match="neither train nor predictions"):
        train.run(context, FakePort(ALL))
