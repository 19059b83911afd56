"""The executors under test, and the engine the docker tier needs."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from mlops_actions.adapters.containers.docker.engine import (
    OWNER_LABEL,
    connect,
    docker_available,
    owner,
)
from mlops_actions.adapters.containers.docker.executor import DockerExecutor
from mlops_actions.adapters.containers.docker.images import BuildOptions
from mlops_actions.adapters.containers.process.executor import ProcessExecutor
from tests.adapters.containers.bench import BASE_IMAGE, SECRET, Bench
from tests.adapters.containers.engine_proxy import engine_proxy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.adapters.containers.engine_proxy import EngineProxy


@pytest.fixture(scope="session")
def engine() -> None:
    """Skip without an engine; fail when MLOPS_REQUIRE_DOCKER=1 asked for one."""
    if docker_available() is None:
        reason = "no container engine answers; `scripts/container-engine.sh up` starts one"
        if os.environ.get("MLOPS_REQUIRE_DOCKER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)


@pytest.fixture
def process_bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, environments: Path) -> Bench:
    monkeypatch.setenv("GITHUB_TOKEN", SECRET)
    return Bench(ProcessExecutor(dict(os.environ), cache=environments, grace_seconds=0.5), tmp_path)


@pytest.fixture
def docker_bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: None) -> Bench:
    assert engine is None
    monkeypatch.setenv("GITHUB_TOKEN", SECRET)
    options = BuildOptions(base_image=BASE_IMAGE, network="none", timeout_seconds=120)
    return Bench(DockerExecutor(options, grace_seconds=1), tmp_path)


@pytest.fixture
def proxy(engine: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[EngineProxy]:
    """The engine, reached by TCP: nothing of this machine can be mounted."""
    assert engine is None
    if os.environ.get("DOCKER_HOST", "").startswith(("tcp:", "ssh:")):
        pytest.skip("the engine is elsewhere already")
    with engine_proxy() as made:
        monkeypatch.setenv("DOCKER_HOST", made.address)
        yield made


@pytest.fixture
def remote_bench(docker_bench: Bench, proxy: EngineProxy) -> Iterator[Bench]:
    """The same bench with an engine elsewhere; afterwards: nothing was mounted, and nothing stays there."""
    yield docker_bench
    assert b'"Type": "bind"' not in proxy.said()
    client, _ = connect()
    left = client.volumes.list(filters={"label": f"{OWNER_LABEL}={owner()}"})
    assert [each.name for each in left] == []
    client.close()


@pytest.fixture(
    params=[
        pytest.param("process", id="process"),
        pytest.param("docker", id="docker", marks=pytest.mark.docker),
        pytest.param("remote", id="remote", marks=pytest.mark.docker),
    ]
)
def bench(request: pytest.FixtureRequest) -> Bench:
    """Each test that takes it runs with both executors, and with an engine elsewhere."""
    made: Bench = request.getfixturevalue(f"{request.param}_bench")
    return made


@pytest.fixture(scope="session")
def environments(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One cache of virtual environments for the whole session."""
    return tmp_path_factory.mktemp("envs")
