"""What the builds of a job leave in the engine, and what they say."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from mlops_actions.adapters.containers.docker.engine import connect
from mlops_actions.adapters.containers.job import BuildSpec
from mlops_actions.errors import ContainerError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from docker import DockerClient

    from mlops_actions.adapters.containers.job import TrainingJob
    from tests.adapters.containers.bench import Bench

pytestmark = pytest.mark.docker


@pytest.fixture
def client(engine: None) -> Iterator[DockerClient]:
    assert engine is None
    made, _ = connect()
    yield made
    made.close()


@pytest.fixture
def name(client: DockerClient) -> Iterator[str]:
    """A repository of images of its own."""
    made = f"mlops-actions/test-{uuid.uuid4().hex[:12]}"
    yield made
    for image in client.images.list(made):
        client.images.remove(str(image.id), force=True)


def job_of(bench: Bench, name: str, role: str, content: str) -> TrainingJob:
    job = bench.job("success")
    (job.source / "version.txt").write_text(content)
    return replace(job, build=BuildSpec(tag=f"{name}:{role}"))


def ids(client: DockerClient) -> set[Any]:
    return {each["Id"] for each in client.api.images(all=True)}  # list() asks for each, and one may be gone


def test_a_superseded_image_is_removed_and_no_other(
    docker_bench: Bench, client: DockerClient, name: str
) -> None:
    first = docker_bench.executor.train(job_of(docker_bench, name, "candidate", name)).image_digest
    again = docker_bench.executor.train(job_of(docker_bench, name, "baseline", name)).image_digest
    assert first == again
    second = docker_bench.executor.train(job_of(docker_bench, name, "candidate", name + "2")).image_digest
    assert second != first
    assert {first, second} <= ids(client)  # the baseline's name still holds the first
    third = docker_bench.executor.train(job_of(docker_bench, name, "baseline", name + "2")).image_digest
    assert third == second
    assert {first, second} <= ids(client)  # the one before stays, of either role
    for role in ("candidate", "baseline"):
        last = docker_bench.executor.train(job_of(docker_bench, name, role, name + "3")).image_digest
    assert first not in ids(client)
    assert {image.id for image in client.images.list(name)} == {second, last}


def test_an_image_built_again_after_another_is_the_same(
    docker_bench: Bench, client: DockerClient, name: str
) -> None:
    """What ran in it is found by its id: back to the code of before is no other training."""
    made = [
        docker_bench.executor.prepare(job_of(docker_bench, name, "candidate", name + content))
        for content in ("x", "y", "x", "y")
    ]
    assert made[0] == made[2] != made[1] == made[3]
    assert {image.id for image in client.images.list(name)} == set(made)


def test_an_image_of_others_under_the_name_is_kept(
    docker_bench: Bench, client: DockerClient, name: str
) -> None:
    theirs = client.images.get(docker_bench.engine.build_options.base_image or "")
    theirs.tag(name, "candidate")
    docker_bench.executor.train(job_of(docker_bench, name, "candidate", name))
    assert theirs.id in ids(client)


def test_an_image_in_use_is_kept(docker_bench: Bench, client: DockerClient, name: str) -> None:
    first = docker_bench.executor.train(job_of(docker_bench, name, "candidate", name)).image_digest
    holder = client.containers.create(str(first), ["train"])
    try:
        docker_bench.executor.train(job_of(docker_bench, name, "candidate", name + "2"))
        assert first in ids(client)
    finally:
        holder.remove()
        client.images.remove(str(first))


def test_a_build_says_its_new_steps_once(docker_bench: Bench, name: str) -> None:
    job = job_of(docker_bench, name, "candidate", name)
    docker_bench.executor.train(job, docker_bench.lines.append)
    built = [line for line in docker_bench.lines if line.startswith("build ")]
    assert [line.partition(": ")[2].split()[0] for line in built] == ["COPY", "ENTRYPOINT", "LABEL"]
    docker_bench.lines.clear()
    docker_bench.executor.train(job, docker_bench.lines.append)
    assert docker_bench.lines[0] == "image: all 6 steps cached"
    assert not [line for line in docker_bench.lines if "--->" in line or line.startswith("Step ")]
    assert "Using cache" in (job.output / "build.log").read_text()


def test_a_failed_build_names_its_whole_log(docker_bench: Bench) -> None:
    job = docker_bench.job("success")
    dockerfile = job.source / "Dockerfile"
    dockerfile.write_text(dockerfile.read_text() + "RUN seq 200 && exit 7\n")
    with pytest.raises(ContainerError, match="does not build") as caught:
        docker_bench.executor.train(job)
    assert str(job.output / "build.log") in caught.value.hint
    assert {"1", "200"} <= set((job.output / "build.log").read_text().splitlines())
