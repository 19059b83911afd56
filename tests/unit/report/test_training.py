"""The training's part of the report: a protection given up stands there as what it had, with a sign."""

from __future__ import annotations

from mlops_actions.report.markdown import render_markdown
from mlops_actions.report.sections.training import training
from mlops_actions.results.steps import StepRun
from mlops_actions.results.training import ModelRun, TrainingResult
from mlops_actions.results.verdict import Outcome
from mlops_actions.stages.train import _line as console_line
from tests.unit.report.sample import envelope, view


def run(*opted: str, **more: object) -> ModelRun:
    values = {"role": "candidate", "outcome": Outcome.PASS, "executor": "docker", "contained": True}
    return ModelRun.model_validate({**values, "opt_outs": opted, **more})


def shown(made: ModelRun) -> str:
    fold = training(view(training=envelope("training", TrainingResult(runs=(made,)))))
    assert fold is not None
    return render_markdown((fold,))


def test_what_was_opened_is_told_as_what_it_had() -> None:
    page = shown(run("network", "root_user"))
    assert "⚠️ docker, contained, but with a network, as root" in page
    assert "<summary>Training: 1 run, ⚠️ docker, contained, but with a network, as root</summary>" in page
    assert "without network" not in page
    assert "root_user" not in page


def test_all_protections_need_no_sign() -> None:
    page = shown(run())
    assert "<summary>Training: 1 run, docker, contained</summary>" in page
    assert "⚠️" not in page


def test_a_step_says_what_it_had() -> None:
    fetch = StepRun(id="fetch", outcome=Outcome.PASS, opt_outs=("network",))
    page = shown(run("network (in fetch)", steps=(fetch, StepRun(id="fit", outcome=Outcome.PASS))))
    assert "| fetch ⚠️ with a network |" in page
    assert "| fit |" in page
    assert "⚠️ docker, contained, but with a network (in fetch)" in page


def test_the_console_says_it_too() -> None:
    said = console_line(run("network", "keep_capabilities"))
    assert said.startswith("! candidate: ")
    assert "with docker (contained, but with a network, with the engine's capabilities), model" in said
    assert "with docker (contained), model" in console_line(run())
    assert not console_line(run()).startswith("!")
