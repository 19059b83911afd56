"""A pull request that gives a step what the base commit keeps from it: in containers that really run."""

from __future__ import annotations

import csv
import io
import os
from typing import TYPE_CHECKING

import pytest

from mlops_actions.adapters.containers.docker.engine import docker_available
from mlops_actions.errors import TrustError
from mlops_actions.results.verdict import Outcome
from mlops_actions.stages import train
from mlops_actions.stages.containers import BASE_IMAGE, ContainerPort
from tests.stages.small import rows
from tests.stages.small_repository import as_event, make_repository, open_pull_request, session
from tests.stages.stepped import CONFIG, FIXTURE, own_layers, remove_images, trained

if TYPE_CHECKING:
    from pathlib import Path

    from mlops_actions.stages.context import RunContext

OWN = "resources: {memory: 128MiB, timeout: 30s}"
WIDE = f"hardening: {{network: true, root_user: true}}\n      {OWN}"


def table(count: int, letter: str) -> str:
    columns, text = rows(count, letter), io.StringIO()
    csv.writer(text).writerows([columns, *zip(*columns.values(), strict=True)])
    return text.getvalue()


def files(config: str = CONFIG) -> dict[str, str]:
    """The project with its data, as texts."""
    found = {
        path.relative_to(FIXTURE).as_posix(): path.read_text()
        for path in sorted(FIXTURE.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }
    data = {"data/train.csv": table(280, "C"), "data/evaluation.csv": table(210, "E")}
    return {**found, **data, "mlops.yaml": config}


@pytest.fixture
def propose(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    """A run on the merge of head's mlops.yaml into the base's."""

    def made(base: str, head: str) -> RunContext:
        texts = files(base)
        for name in ("Dockerfile", "features/Dockerfile"):
            texts[name] = own_layers(texts[name], tmp_path)
        repository = make_repository(tmp_path / "here", texts)
        pull = open_pull_request(repository, {"mlops.yaml": head})
        as_event(monkeypatch, tmp_path, "pull_request", pull.payload)
        return session(repository)

    monkeypatch.setenv(BASE_IMAGE, os.environ.get(BASE_IMAGE, "mlops-base:bookworm"))
    return made


def run_in_docker(context: RunContext) -> None:
    if docker_available() is None:
        if os.environ.get("MLOPS_REQUIRE_DOCKER") == "1":
            pytest.fail("no container engine answers")
        pytest.skip("no container engine answers")
    try:
        train.run(context, ContainerPort("docker"))
    finally:
        remove_images(context)


@pytest.mark.docker
def test_a_network_and_root_are_not_head_s_to_give(propose: object) -> None:
    context = propose(CONFIG, CONFIG.replace("how: honest", "how: network").replace(OWN, WIDE))  # type: ignore[operator]  # a fixture's function
    keys = {change.key for change in context.policy.changes}
    assert keys == {f"train.steps[1].hardening.{name}" for name in ("network", "root_user")}
    run_in_docker(context)
    run = trained(context)
    assert run.outcome is Outcome.PASS, run.sentence
    assert run.opt_outs == ()
    assert {step.opt_outs for step in run.steps} == {()}


@pytest.mark.docker
def test_what_the_base_gives_one_step_is_that_step_s_alone(propose: object) -> None:
    """The same look finds the network where the base allows it, and the report's opt-outs say where."""
    base = CONFIG.replace(OWN, f"hardening: {{network: true}}\n      {OWN}")
    context = propose(base, base.replace("how: honest", "how: network"))  # type: ignore[operator]  # as above
    assert context.policy.changes == ()
    run_in_docker(context)
    run = trained(context)
    assert run.sentence.startswith("step features ended with exit code 1")
    assert "found the network" in "\n".join(run.log_tail)
    assert [step.opt_outs for step in run.steps] == [(), ("network",), ()]
    assert run.opt_outs == ("network (in features)",)


@pytest.mark.docker
def test_more_memory_than_the_base_s_ceiling(propose: object) -> None:
    head = CONFIG.replace("memory: 128MiB", "memory: 2GiB").replace("memory: 256MiB", "memory: 2GiB")
    context = propose(CONFIG, head.replace("how: honest", "how: memory"))  # type: ignore[operator]  # as above
    keys = {change.key for change in context.policy.changes}
    assert keys == {"train.resources.memory", "train.steps[1].resources.memory"}
    run_in_docker(context)
    run = trained(context)
    assert run.steps[1].reason == "oom"
    assert "step features: killed after" in run.sentence
    assert "limit 256 MiB" in run.sentence


def test_processes_are_refused_as_for_one_training(propose: object) -> None:
    context = propose(CONFIG, CONFIG.replace("how: honest", "how: look"))  # type: ignore[operator]  # as above
    with pytest.raises(TrustError, match="pull-request code outside a container"):
        train.run(context, ContainerPort("process"))
