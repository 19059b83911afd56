"""A training in three steps, as processes and in containers: what each sees and hands on, how it fails."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from mlops_actions.adapters.containers.docker.engine import docker_available
from mlops_actions.errors import TrainingError, TrustError
from mlops_actions.results.evaluation import EvaluationResult
from mlops_actions.results.verdict import Outcome
from mlops_actions.stages import evaluate, report, train
from mlops_actions.stages.containers import BASE_IMAGE, ContainerPort
from tests.stages.stepped import remove_images, stepped, trained
from tests.stages.world import Said

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from mlops_actions.stages.context import RunContext, StageOutcome

    Make = Callable[..., tuple[RunContext, ContainerPort]]

NOT_RUN = "not run: features failed"


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One empty environment for all processes of this file."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(
    params=[
        pytest.param("process", id="process"),
        pytest.param("docker", id="docker", marks=pytest.mark.docker),
    ]
)
def executor(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, cache: Path) -> str:
    """Each test runs with both."""
    chosen = str(request.param)
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    monkeypatch.setenv(BASE_IMAGE, os.environ.get(BASE_IMAGE, "mlops-base:bookworm"))
    if chosen == "docker" and docker_available() is None:
        if os.environ.get("MLOPS_REQUIRE_DOCKER") == "1":
            pytest.fail("no container engine answers")
        pytest.skip("no container engine answers")
    return chosen


@pytest.fixture
def make(tmp_path: Path, executor: str) -> Iterator[Make]:
    """A project whose step features does something, and the port that trains it."""
    made: list[RunContext] = []

    def make(how: str = "honest", edit: Mapping[str, str] | None = None) -> tuple[RunContext, ContainerPort]:
        made.append(stepped(tmp_path, how, edit))
        return made[-1], ContainerPort(executor)

    yield make
    for context in made if executor == "docker" else ():
        remove_images(context)


def failed(make: Make, how: str, edit: Mapping[str, str] | None = None) -> tuple[RunContext, StageOutcome]:
    """A training whose second step fails: it is named, the third is not run, and no model is there."""
    context, port = make(how, edit)
    outcome = train.run(context, port)
    run = trained(context)
    assert (outcome.outcome, run.outcome) == (Outcome.FAIL, Outcome.FAIL)
    assert [step.outcome for step in run.steps] == [Outcome.PASS, Outcome.FAIL, Outcome.SKIPPED]
    assert run.steps[2].sentence == NOT_RUN
    assert run.model_digest == ""
    assert list((context.results.folder / "models/candidate/model").iterdir()) == []
    assert type(outcome.error) is (TrustError if run.reason == "refused" else TrainingError)
    assert outcome.error.message.startswith("step features")
    return context, outcome


def test_three_steps_make_a_model(make: Make, executor: str) -> None:
    context, port = make()
    outcome = train.run(context, port)
    assert outcome.outcome is Outcome.PASS
    run = trained(context)
    ingest, features, last = run.steps
    assert [step.id for step in run.steps] == ["ingest", "features", "train"]
    assert features.inputs == ingest.outputs
    assert set(features.inputs) == {"raw"}
    assert last.inputs == features.outputs
    assert set(last.inputs) == {"features", "counts"}
    assert last.outputs == {"model": run.model_digest}
    assert set(ingest.inputs) == {"train"}
    assert (features.metrics, run.metrics) == ({"groups": 7.0}, {"shares": 7.0})
    assert run.duration_seconds == pytest.approx(sum(step.duration_seconds for step in run.steps), abs=0.01)
    assert run.sentence.endswith("3 steps")
    assert len({step.key for step in run.steps}) == 3
    images = [step.image_digest for step in run.steps]
    assert (images[0] == images[2] != images[1]) if executor == "docker" else images == ["", "", ""]
    assert run.environment.image_digest == images[2]
    assert run.contained is (executor == "docker")
    assert isinstance(context.progress, Said)
    assert [line for line in context.progress.steps if ", step " in line] == [
        "train candidate, step 1 of 3: ingest",
        "train candidate, step 2 of 3: features",
        "train candidate, step 3 of 3: train",
    ]
    assert any("features of" in line for line in context.progress.lines)
    assert list(context.work.iterdir()) == []
    assert "ingest " in outcome.lines[0]


def test_a_step_finds_neither_evaluation_rows_nor_a_channel_it_did_not_ask_for(make: Make) -> None:
    context, port = make("look")
    assert train.run(context, port).outcome is Outcome.PASS, trained(context).sentence
    assert "found nothing" in "\n".join(context.progress.lines)  # type: ignore[attr-defined]  # Said


@pytest.mark.parametrize("how", ["write_input", "add_input"])
def test_inputs_are_read_only(make: Make, how: str, executor: str) -> None:
    context, _ = failed(make, how)
    said = trained(context).sentence + "\n".join(trained(context).log_tail)
    assert ("Read-only file system" if executor == "docker" else "wrote into its input raw") in said


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("link", "step features: output features file rows: a symbolic link"),
        ("link_folder", "step features: output features: no folder, but a symbolic link"),
        ("pipe", "step features: output features file pipe: a named pipe"),
        ("bad_name", "step features: output features file \ufffd: its name is no plain text"),
    ],
)
def test_what_is_handed_over_leads_nowhere(make: Make, how: str, words: str) -> None:
    context, outcome = failed(make, how)
    assert str(outcome.error).startswith(words)
    assert list(context.work.iterdir()) == []
    run = trained(context)
    assert [(step.outcome, step.reason) for step in run.steps] == [
        (Outcome.PASS, "completed"),
        (Outcome.FAIL, "refused"),
        (Outcome.SKIPPED, "not_run"),
    ]
    report.run(context)
    assert words.partition(": ")[2] in (context.results.folder / "report.md").read_text()


def test_a_step_that_fails_is_named_with_its_log_and_those_after_it_are_not_run(make: Make) -> None:
    context, outcome = failed(make, "fail")
    run = trained(context)
    assert run.sentence.startswith("step features failed with exit code 3 after ")
    assert run.sentence.endswith(": ValueError: visits is missing")
    assert run.reason == run.steps[1].reason == "failure_file"
    assert outcome.error is not None
    assert "about to give up" in outcome.error.log_tail
    report.run(context)
    text = (context.results.folder / "report.md").read_text()
    assert "about to give up" in text
    assert NOT_RUN in text


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("nothing", "wrote no file into the output features and the output counts"),
        ("model", "wrote into SM_MODEL_DIR, which only the last step does"),
    ],
)
def test_a_step_hands_over_what_it_promised_and_nothing_else(make: Make, how: str, words: str) -> None:
    context, outcome = failed(make, how)
    assert words in trained(context).sentence
    assert outcome.error is not None
    assert "MLOPS_OUTPUT_" in outcome.error.hint


def test_each_step_has_a_timeout_of_its_own(make: Make) -> None:
    context, outcome = failed(make, "hang", {"timeout: 30s": "timeout: 1s"})
    assert trained(context).steps[1].reason == "timeout"
    assert "timeout, limit 1 s" in trained(context).sentence
    assert outcome.error is not None
    assert "the step's own limit" in outcome.error.hint


def test_all_steps_together_have_the_time_of_one_training(make: Make) -> None:
    edit = {"timeout: 60s": "timeout: 4s", "timeout: 30s": "timeout: 4s"}
    context, _ = failed(make, "hang", edit)
    run = trained(context)
    assert run.steps[1].reason == "timeout"
    assert run.sentence.endswith("(what the steps before it left of train.resources.timeout)")
    assert run.duration_seconds < 4 + 6  # the grace before the kill is not a step's


def test_the_disk_of_a_step_is_bounded(make: Make) -> None:
    context, _ = failed(make, "fill", {"disk: 64MiB": "disk: 8MiB"})
    assert trained(context).steps[1].reason == "disk"
    assert "wrote more than" in trained(context).sentence
    assert list(context.work.iterdir()) == []


ROLES = ("candidate", "candidate_again", "perturbed", "baseline")


def test_every_role_runs_through_all_steps_and_the_last_step_s_model_is_served(make: Make) -> None:
    """The same again, other figures with rows left out, and what is evaluated is what the last step made."""
    context, port = make("honest", {"reproduce: 1": "reproduce: 3"})
    shutil.copytree(context.root, context.root.parent / "base")
    context = replace(
        context,
        base_root=context.root.parent / "base",
        policy=replace(context.policy, base=context.config, base_sha="b" * 40),
    )
    assert train.run(context, port).outcome is Outcome.PASS
    runs = {role: trained(context, role) for role in ROLES}
    digests = {role: [step.outputs for step in run.steps] for role, run in runs.items()}
    assert digests["candidate"] == digests["candidate_again"] == digests["baseline"]
    assert all(one != other for one, other in zip(digests["candidate"], digests["perturbed"], strict=True))
    keys = {role: [step.key for step in run.steps] for role, run in runs.items()}
    assert keys["candidate"] == keys["baseline"]
    assert keys["candidate"] != keys["candidate_again"]  # another hash seed and thread count
    assert set(keys["candidate"]) & set(keys["perturbed"]) == set()
    assert runs["perturbed"].rows_left_out == 14
    assert {run.copied for run in runs.values()} == {False}
    evaluate.run(context, port)
    payload = context.results.read("evaluation", EvaluationResult)[0].payload
    assert isinstance(payload, EvaluationResult)
    assert payload.reproduction is not None
    assert (payload.reproduction.max_abs_difference, payload.reproduction.flips) == (0, 0)
    assert payload.perturbation is not None
    assert payload.perturbation.differs is True


@pytest.mark.docker
def test_a_container_and_a_process_hand_over_the_same(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Digest by digest, and in every prediction."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    monkeypatch.setenv(BASE_IMAGE, os.environ.get(BASE_IMAGE, "mlops-base:bookworm"))
    if docker_available() is None:
        pytest.skip("no container engine answers")
    found = []
    for executor in ("process", "docker"):
        (tmp_path / executor).mkdir()
        context, port = stepped(tmp_path / executor), ContainerPort(executor)
        try:
            assert train.run(context, port).outcome is Outcome.PASS
            run = trained(context)
            rows: dict[str, list[Any]] = {"visits": list(range(8)), "city": ["Oslo"] * 8}
            with port.serve(context, context.config, run, context.root) as server:
                predictions = server.predict(rows)
        finally:
            if executor == "docker":
                remove_images(context)
        found.append(([(step.id, step.inputs, step.outputs) for step in run.steps], predictions))
    assert found[0] == found[1]
    assert len({each["score"] for each in found[0][1]}) > 1
