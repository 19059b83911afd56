"""Which run gets build secrets and pushes, and what is said of base images."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from mlops_actions.errors import ConfigError
from mlops_actions.results.envelope import Source, Trust
from mlops_actions.results.training import TrainingResult
from mlops_actions.stages import train
from mlops_actions.stages.image_trust import (
    build_secrets,
    image_notes,
    image_warnings,
    pushes,
    registry_of,
)
from mlops_actions.stages.training_jobs import training_job
from tests.stages.world import FakePort, good_model, make_context

if TYPE_CHECKING:
    from pathlib import Path

    from mlops_actions.stages.context import RunContext

CONTAINER = 'container: {build: ., build_args: {BASE_IMAGE: "python:3.12-slim"}}'
TRUSTING = {
    CONTAINER: (
        f"{CONTAINER[:-1]}, secrets: {{pip: PIP_TOKEN}}}}\n"
        "  registry: {repository: ghcr.io/org/churn, username: U, password: P}"
    )
}
GIVEN = {"U": "me", "P": "needle-password", "PIP_TOKEN": "x"}
RUNS = {
    "push": (Trust.TRUSTED, False),
    "merge_group": (Trust.TRUSTED, False),
    "schedule": (Trust.TRUSTED, False),
    "pull_request": (Trust.CLAIMED, True),
    "pull_request_target": (Trust.CLAIMED, True),
    "workflow_run": (Trust.CLAIMED, True),
    "issue_comment": (Trust.CLAIMED, False),
    "": (Trust.CLAIMED, False),  # one's own machine
}


def context_of(tmp_path: Path, event: str, edit: dict[str, str] | None = None) -> RunContext:
    trust, pull_request = RUNS[event]
    made = make_context(tmp_path, edit=TRUSTING if edit is None else edit)
    source = Source(sha="a" * 40, event=event)
    return replace(made, source=source, trust=trust, pull_request_event=pull_request)


@pytest.mark.parametrize("event", RUNS)
def test_secrets_go_to_trusted_code_and_to_one_s_own_machine(tmp_path: Path, event: str) -> None:
    context = context_of(tmp_path, event)
    trusted = event in {"push", "merge_group", "schedule"}
    expected = {"pip": "PIP_TOKEN"} if trusted or event == "" else {}
    assert build_secrets(context) == expected
    job = training_job(context, context.config, "candidate", context.root, 0, "docker")
    assert job.build is not None
    assert job.build.secrets == expected
    said = [note for note in image_notes(context) if "secrets" in note]
    assert len(said) == (not expected)
    if event == "pull_request":
        assert said[0].startswith(
            "train.container.secrets: not given to this build: the Dockerfile of a pull "
        )
        assert said[0].endswith(
            "request could print them; runs of pushes, merge queues and schedules get them"
        )


@pytest.mark.parametrize("event", RUNS)
def test_only_a_trusted_run_pushes(tmp_path: Path, event: str) -> None:
    context = context_of(tmp_path, event)
    trusted = event in {"push", "merge_group", "schedule"}
    assert pushes(context) == trusted
    assert any("not pushed" in note for note in image_notes(context)) != trusted
    registry = registry_of(context, GIVEN)
    assert registry is not None
    assert (registry.password == "needle-password") == (trusted or event == "")
    assert "needle-password" not in repr(registry)


def test_a_trusted_run_without_its_password_is_told_before_it_trains(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"train\.registry\.password \(P\): no such environment"):
        registry_of(context_of(tmp_path, "push"), {"U": "me"})


def test_one_s_own_machine_needs_no_password(tmp_path: Path) -> None:
    registry = registry_of(context_of(tmp_path, ""), {})
    assert registry is not None
    assert registry.username == ""


def test_nothing_is_said_where_nothing_is_declared(tmp_path: Path) -> None:
    context = context_of(tmp_path, "pull_request", {})
    assert image_notes(context) == ()
    assert not pushes(context)
    assert registry_of(context, {}) is None


def test_a_base_image_that_can_move_is_a_warning_with_its_line(tmp_path: Path) -> None:
    context = context_of(tmp_path, "push", {})
    (said,) = image_warnings(context)
    assert said.startswith(
        "Dockerfile:3: base image python:3.12-slim (ARG BASE_IMAGE) is a tag that can move"
    )
    assert said.endswith("; pin it as python:3.12-slim@sha256:...")
    pinned = context_of(tmp_path / "b", "push", {"python:3.12-slim": f"python@sha256:{'0' * 64}"})
    assert image_warnings(pinned) == ()


class _DockerPort(FakePort):
    def choose(self, context: RunContext) -> str:
        del context
        return "docker"


def test_training_json_and_its_lines_hold_the_warning(tmp_path: Path) -> None:
    context = context_of(tmp_path, "pull_request")
    roles = ("candidate", "candidate_again", "perturbed", "baseline")
    outcome = train.run(context, _DockerPort(dict.fromkeys(roles, good_model)))
    payload = context.results.read("training", TrainingResult)[0].payload
    assert isinstance(payload, TrainingResult)
    assert payload.warnings == image_warnings(context)
    assert set(image_notes(context)) <= set(payload.notes)
    assert outcome.lines[-1] == f"! {payload.warnings[0]}"
