"""The tier of a real cluster: deselected unless `-m kubernetes` asks for it (`make test-kubernetes`)."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.adapters.containers.bench import BASE_IMAGE, REPOSITORY
from tests.kubernetes.cluster_bench import ClusterBench, left_behind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HERE = "tests/kubernetes/"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """All of this folder carries the marker."""
    mine = [item for item in items if HERE in item.path.as_posix()]
    for item in mine:
        item.add_marker("kubernetes")
        if "MLOPS_TEST_REGISTRY" not in os.environ:
            item.add_marker(pytest.mark.skip(reason="no cluster: make test-kubernetes starts one"))
    if "kubernetes" not in config.getoption("markexpr"):
        config.hook.pytest_deselected(items=mine)
        items[:] = [item for item in items if item not in mine]


@pytest.fixture(scope="session")
def image() -> Iterator[str]:
    """The fixture image in the cluster's registry, by digest; at last the cluster is as it was."""
    yield pushed(f"{os.environ['MLOPS_TEST_REGISTRY']}/fixture:test", REPOSITORY)
    assert left_behind(ending=True) == []


def pushed(tag: str, context: Path, *arguments: str) -> str:
    """Build and push an image; name@sha256:..."""
    base = ("--build-arg", f"BASE_IMAGE={BASE_IMAGE}")
    subprocess.run(["docker", "build", "-q", *base, *arguments, "-t", tag, str(context)], check=True)
    subprocess.run(["docker", "push", "-q", tag], check=True)
    look = ["docker", "inspect", "--format", "{{index .RepoDigests 0}}", tag]
    return subprocess.run(look, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def bench(tmp_path: Path, image: str) -> Iterator[ClusterBench]:
    """One that leaves nothing in the cluster."""
    made = ClusterBench(tmp_path, image)
    yield made
    assert made.left_behind() == []
