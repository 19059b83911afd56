"""The program is killed at any moment: results are whole or absent, and the next run recovers.

MLOPS_KILLS=100 makes as many kills at random moments as that (default 3).
"""

from __future__ import annotations

import hashlib
import os
import random
import signal
import socket
import threading
import time
from typing import TYPE_CHECKING

import pytest

from mlops_actions.adapters.containers.docker.engine import connect, docker_available
from tests.e2e.killed_runs import TRAIN, KilledRuns, in_docker
from tests.e2e.served_project import make_served_project

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from docker import DockerClient

KILLS = int(os.environ.get("MLOPS_KILLS", "3"))
KILL = ((signal.SIGKILL, 10.0),)
RUNNER = ((signal.SIGINT, 7.5), (signal.SIGTERM, 2.5), (signal.SIGKILL, 10.0))  # as GitHub's runner cancels
INTERRUPTED = 130
# a word of the log that says what is being done -> the command
MOMENTS = {
    "validate": "run",
    "executor": "train",
    "half of it": "train",
    "train candidate again": "train",
    "serve candidate": "evaluate",
}


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> KilledRuns:
    """The served project; its training writes its model in two halves, with a process of another session."""
    root = make_served_project(tmp_path / "project", monkeypatch, capsys).root
    (root / "train.py").write_text(TRAIN)
    text = (root / "mlops.yaml").read_text().replace("  resources:", "  reproduce: 2\n  resources:")
    (root / "mlops.yaml").write_text(text)
    return KilledRuns(root)


@pytest.fixture
def client() -> Iterator[DockerClient]:
    """The engine of the docker tier."""
    if docker_available() is None:
        if os.environ.get("MLOPS_REQUIRE_DOCKER") == "1":
            pytest.fail("no container engine answers")
        pytest.skip("no container engine answers")
    made, _ = connect()
    yield made
    made.close()


@pytest.fixture
def docker_runs(runs: KilledRuns, client: DockerClient) -> Iterator[KilledRuns]:
    """The same in containers; afterwards its images go."""
    in_docker(runs.root)
    yield runs
    name = hashlib.sha256(str(runs.root / "mlops.yaml").encode()).hexdigest()[:12]
    for image in client.api.images(f"mlops-actions/{name}"):
        for tag in image["RepoTags"] or ():
            client.api.remove_image(tag)


def recovers(runs: KilledRuns, digest: str, command: str, client: DockerClient | None) -> None:
    """What is there can be read; the next run makes the same model, and nothing of the last is left."""
    runs.results_are_whole()
    runs.grow_old()
    assert runs.whole(command) == digest
    assert "training.json" in runs.results_are_whole()
    assert [each for each in runs.results.iterdir() if each.name.startswith(".")] == []
    assert runs.left(client) == []


@pytest.mark.parametrize("word", MOMENTS)
def test_after_a_kill_the_next_run_recovers(runs: KilledRuns, word: str) -> None:
    digest = runs.whole("train")
    assert runs.ended(word, KILL, MOMENTS[word]) == -signal.SIGKILL
    recovers(runs, digest, "train", None)


def test_after_kills_at_random_moments_too(runs: KilledRuns) -> None:
    began = time.monotonic()
    digest = runs.whole("run")
    seconds = time.monotonic() - began
    chance = random.Random(int(os.environ.get("MLOPS_SEED", "7")))  # noqa: S311 - moments, no secret
    for _ in range(KILLS):
        runs.ended(chance.uniform(0, seconds), KILL, "run")
    recovers(runs, digest, "run", None)


@pytest.mark.docker
@pytest.mark.parametrize("word", ["executor", "half of it", "serve candidate"])
def test_after_a_kill_no_container_is_in_the_way(
    docker_runs: KilledRuns, client: DockerClient, word: str
) -> None:
    digest = docker_runs.whole("train")
    assert docker_runs.ended(word, KILL, MOMENTS[word]) == -signal.SIGKILL
    assert word != "half of it" or docker_runs.left(client) != []  # it runs on until somebody comes
    recovers(docker_runs, digest, "train", client)


@pytest.mark.docker
def test_after_kills_at_random_moments_no_container_is_in_the_way(
    docker_runs: KilledRuns, client: DockerClient
) -> None:
    began = time.monotonic()
    digest = docker_runs.whole("train")
    seconds = time.monotonic() - began
    chance = random.Random(int(os.environ.get("MLOPS_SEED", "7")))  # noqa: S311 - moments, no secret
    for _ in range(KILLS):
        docker_runs.ended(chance.uniform(0, seconds), KILL, "train")
    recovers(docker_runs, digest, "train", client)


@pytest.mark.docker
@pytest.mark.parametrize("word", ["half of it", "serve candidate"])
def test_a_runner_that_cancels_leaves_nothing(
    docker_runs: KilledRuns, client: DockerClient, word: str
) -> None:
    assert docker_runs.whole("train")
    code = docker_runs.ended(word, RUNNER, MOMENTS[word])
    assert code == INTERRUPTED
    assert docker_runs.left(client) == []
    docker_runs.results_are_whole()


@pytest.mark.docker
@pytest.mark.parametrize("numbers", [RUNNER, KILL])
def test_a_build_ends_with_its_run(
    docker_runs: KilledRuns, client: DockerClient, numbers: tuple[tuple[signal.Signals, float], ...]
) -> None:
    seconds = f"300.{time.time_ns() % 10**9:09d}"
    with (docker_runs.root / "Dockerfile").open("a") as file:
        file.write(f"RUN sleep {seconds}\n")
    docker_runs.ended("sleep 300", numbers, "train")
    deadline = time.monotonic() + 20

    def building() -> list[str]:
        return [each["Id"] for each in client.api.containers(all=True) if seconds in each["Command"]]

    while building() and time.monotonic() < deadline:
        time.sleep(0.2)
    assert building() == []
    folders = {str(each) for each in docker_runs.temporary.iterdir()}  # a kill leaves them to the next run
    assert set(docker_runs.left(client)) <= (folders if numbers is KILL else set())
    assert not (docker_runs.results / "training.json").exists()


@pytest.mark.docker
def test_a_pull_ends_with_its_run(docker_runs: KilledRuns, client: DockerClient) -> None:
    """From a registry that takes the request and never answers."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        threading.Thread(target=silent.accept, daemon=True).start()
        image = f"127.0.0.1:{silent.getsockname()[1]}/silent@sha256:{'0' * 64}"
        text = (docker_runs.root / "mlops.yaml").read_text()
        changed = text.replace("container: {build: .}", f"container: {{image: '{image}'}}")
        (docker_runs.root / "mlops.yaml").write_text(changed)
        began = time.monotonic()
        assert docker_runs.ended("executor", RUNNER, "train") == INTERRUPTED
        assert time.monotonic() - began < 40
    assert docker_runs.left(client) == []
    assert not (docker_runs.results / "training.json").exists()
