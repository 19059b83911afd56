"""Builds that need BuildKit: what they offer, and that a secret stays in its step."""

from __future__ import annotations

import json
import os
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from mlops_actions.adapters.containers.docker import buildkit
from mlops_actions.adapters.containers.docker.engine import connect
from mlops_actions.adapters.containers.job import BuildSpec
from mlops_actions.errors import ConfigError, ContainerError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from docker import DockerClient

    from mlops_actions.adapters.containers.job import TrainingJob
    from tests.adapters.containers.bench import Bench

pytestmark = pytest.mark.docker
NEEDLE = "needle-5c0a\nsecond-line-77"
VARIABLE = "MLOPS_TEST_BUILD_TOKEN"


@pytest.fixture
def client(engine: None) -> Iterator[DockerClient]:
    assert engine is None
    if buildkit.buildkit_client(os.environ) is None:
        pytest.skip("no docker command line with BuildKit is on PATH")
    made, _ = connect()
    yield made
    made.close()


@pytest.fixture
def job(docker_bench: Bench, client: DockerClient) -> Iterator[TrainingJob]:
    """A job whose image has a name of its own; `secrets` are told, their value is in the environment."""
    name = f"mlops-actions/test-{uuid.uuid4().hex[:12]}"
    environ = {**os.environ, VARIABLE: NEEDLE}
    executor = docker_bench.engine
    docker_bench.executor = replace(executor, build_options=replace(executor.build_options, environ=environ))
    yield replace(docker_bench.job("success"), build=BuildSpec(tag=f"{name}:x", secrets={"token": VARIABLE}))
    for image in client.images.list(name):
        client.images.remove(str(image.id), force=True)


def steps(job: TrainingJob, *lines: str) -> None:
    """More lines at the end of the fixture's Dockerfile."""
    file = job.source / "Dockerfile"
    file.write_text(f"{file.read_text()}{chr(10).join(lines)}\n")


def holding(folder: Path, needle: bytes) -> list[str]:
    return [str(path) for path in folder.rglob("*") if path.is_file() and needle in path.read_bytes()]


def test_a_secret_is_seen_by_its_step_and_by_nothing_else(
    docker_bench: Bench, client: DockerClient, job: TrainingJob
) -> None:
    steps(
        job,
        f"ARG AGAIN={uuid.uuid4().hex}",
        "RUN --mount=type=secret,id=token,required=true sha256sum < /run/secrets/token > /opt/seen",
        "RUN --mount=type=secret,id=token cat /run/secrets/token",
    )
    run = docker_bench.executor.train(job, docker_bench.lines.append)
    assert run.succeeded
    image = str(run.image_digest)
    saved = b"".join(client.images.get(image).save())
    for part in NEEDLE.encode().split(b"\n"):
        assert part not in saved
        assert part.decode() not in json.dumps(client.images.get(image).history())
        assert part.decode() not in json.dumps(client.images.get(image).attrs)
        assert part.decode() not in repr(run) + "".join(docker_bench.lines)
        assert holding(job.output, part) == []
    log = (job.output / "build.log").read_text()
    assert log.count("***") == 2  # it was printed, a line at a time
    assert any(line.startswith("build ") and "RUN --mount=type=secret" in line for line in docker_bench.lines)


def test_a_secret_s_step_is_not_built_again_and_its_value_is_not_in_the_arguments(
    docker_bench: Bench, job: TrainingJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands: list[list[str]] = []
    real = buildkit._command

    def seen(*arguments: object) -> list[str]:
        commands.append(real(*arguments))  # type: ignore[arg-type]  # as it was called
        return commands[-1]

    monkeypatch.setattr(buildkit, "_command", seen)
    steps(job, "RUN --mount=type=secret,id=token test -s /run/secrets/token")
    first = docker_bench.executor.train(job).image_digest
    docker_bench.lines.clear()
    again = docker_bench.executor.train(job, docker_bench.lines.append).image_digest
    assert first == again
    assert docker_bench.lines[0].startswith("image: all ")
    assert "needle" not in json.dumps(commands)


def test_a_secret_that_is_not_there_is_named(docker_bench: Bench, job: TrainingJob) -> None:
    assert job.build is not None
    build = replace(job.build, secrets={"token": VARIABLE, "other": "MLOPS_TEST_ABSENT"})
    with pytest.raises(ConfigError, match=r"secrets: other \(MLOPS_TEST_ABSENT\): no such environment"):
        docker_bench.executor.train(replace(job, build=build))


def test_a_failed_step_s_error_and_log_are_told_without_the_secret(
    docker_bench: Bench, job: TrainingJob
) -> None:
    steps(job, "RUN --mount=type=secret,id=token cat /run/secrets/token && exit 9")
    with pytest.raises(ContainerError, match=r"does not build: .*exit code: 9") as caught:
        docker_bench.executor.train(job)
    told = f"{caught.value}{caught.value.log_tail}{(job.output / 'build.log').read_text()}"
    assert "needle-5c0a" not in told
    assert "second-line-77" not in told
    assert "***" in told


def test_evaluation_rows_are_not_in_its_context_either(docker_bench: Bench, job: TrainingJob) -> None:
    steps(job, "COPY --chmod=755 . /context", "RUN ! grep -r evaluation-row-7f3a9[1] /context")
    assert docker_bench.executor.train(job).succeeded


def test_a_superseded_image_of_buildkit_is_removed(
    docker_bench: Bench, client: DockerClient, job: TrainingJob
) -> None:
    steps(job, "COPY --chmod=755 version.txt /version.txt")
    made = []
    for _ in range(3):
        (job.source / "version.txt").write_text(uuid.uuid4().hex)
        made.append(docker_bench.executor.train(job).image_digest)
    ids = {each["Id"] for each in client.api.images(all=True)}
    assert made[0] not in ids
    assert set(made[1:]) <= ids  # the one before stays: built again it is the same


def test_a_build_that_takes_too_long_is_ended(docker_bench: Bench, job: TrainingJob) -> None:
    executor = docker_bench.engine
    options = replace(executor.build_options, timeout_seconds=1.0)
    steps(job, f"ARG AGAIN={uuid.uuid4().hex}", "RUN --mount=type=secret,id=token sleep 60")
    with pytest.raises(ContainerError, match="took more than 1 s"):
        replace(executor, build_options=options).train(job)


def test_a_client_without_buildkit_is_passed_over(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    for folder, plugin in ((old, "exit 1"), (new, "echo github.com/docker/buildx")):
        folder.mkdir()
        program = folder / "docker"
        program.write_text(
            f'#!/bin/sh\n[ "$1" = --version ] && echo "Docker version 28.2.2, build x" && exit\n{plugin}\n'
        )
        program.chmod(0o755)
    assert buildkit.buildkit_client({"PATH": f"{old}"}) is None
    assert buildkit.buildkit_client({"PATH": f"{old}:{new}"}) == str(new / "docker")
    (new / "docker").write_text('#!/bin/sh\necho "Docker version 20.10.24, build x"\n')
    buildkit._client.cache_clear()
    assert buildkit.buildkit_client({"PATH": f"{new}"}) == str(new / "docker")


def test_the_child_is_given_no_other_variable() -> None:
    environment = buildkit._environment({"GITHUB_TOKEN": "x", "PATH": "/bin", "DOCKER_CONTEXT": "y"})
    assert not {"GITHUB_TOKEN", "DOCKER_CONTEXT"} & set(environment)
    assert environment["BUILDX_BUILDER"] == "default"
