"""The docker executor in the hands of a malicious repository, and an engine to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mlops_actions.adapters.containers.docker.engine import connect
from mlops_actions.adapters.containers.docker.executor import DockerExecutor
from mlops_actions.adapters.containers.docker.images import BuildOptions
from tests.adapters.containers.bench import BASE_IMAGE
from tests.adapters.containers.escape_bench import EscapeBench

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from docker import DockerClient


@pytest.fixture
def engine_client(engine: None) -> Iterator[DockerClient]:
    """The engine, asked by the test itself."""
    assert engine is None
    made, _ = connect()
    yield made
    made.close()


@pytest.fixture
def escapes(tmp_path: Path, engine_client: DockerClient) -> Iterator[EscapeBench]:
    """A bench for attempts; afterwards no container and no volume of them is there."""
    options = BuildOptions(base_image=BASE_IMAGE, network="none", timeout_seconds=120)
    bench = EscapeBench(DockerExecutor(options, grace_seconds=1), tmp_path)
    yield bench
    assert bench.left(engine_client) == []
