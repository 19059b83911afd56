"""A small user repository, the executors under test, and the engine the docker tier needs."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mlops_actions.adapters.containers.docker_executor import DockerExecutor
from mlops_actions.adapters.containers.engine import docker_available
from mlops_actions.adapters.containers.images import BuildOptions
from mlops_actions.adapters.containers.job import BuildSpec, Resources, TrainingJob
from mlops_actions.adapters.containers.process_executor import ProcessExecutor

if TYPE_CHECKING:
    from mlops_actions.adapters.containers.training_run import TrainingRun

REPOSITORY = Path(__file__).parents[2] / "fixtures" / "training" / "repository"
NEEDLE = "evaluation-row-7f3a91"
SECRET = "hunter2-token"
BASE_IMAGE = os.environ.get("MLOPS_BASE_IMAGE", "mlops-base:bookworm")
QUICK = Resources(memory_bytes=256 * 2**20, timeout_seconds=30, disk_bytes=32 * 2**20, pids=64)


@pytest.fixture(scope="session")
def engine() -> None:
    """Skip without an engine; fail when MLOPS_REQUIRE_DOCKER=1 asked for one."""
    if docker_available() is None:
        reason = "no container engine answers; `scripts/container-engine.sh up` starts one"
        if os.environ.get("MLOPS_REQUIRE_DOCKER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)


@dataclass
class Bench:
    """Runs scenarios of the fixture repository with one executor."""

    executor: ProcessExecutor | DockerExecutor
    folder: Path
    lines: list[str] = field(default_factory=list)

    @property
    def docker(self) -> bool:
        return isinstance(self.executor, DockerExecutor)

    def job(self, scenario: str, resources: Resources = QUICK, **hyperparameters: str) -> TrainingJob:
        source = self.folder / "checkout"
        if not source.exists():
            make_checkout(source)
        return TrainingJob(
            source=source,
            output=self.folder / "out",
            channels={"train": source / "data" / "train.csv"},
            command=("train",) if self.docker else ("python", "main.py", "train"),
            build=BuildSpec(),
            hyperparameters={"scenario": scenario, **hyperparameters},
            seed=11,
            resources=resources,
            excluded=("data/train.csv", "data/evaluation*.csv"),
            withheld=(source / "data" / "evaluation.csv",),
        )

    def run(self, scenario: str, resources: Resources = QUICK, **hyperparameters: str) -> TrainingRun:
        return self.executor.train(self.job(scenario, resources, **hyperparameters), self.lines.append)


def make_checkout(folder: Path) -> None:
    """The fixture repository as a commit that also holds data, results, and copies of evaluation rows."""
    shutil.copytree(REPOSITORY, folder, ignore=shutil.ignore_patterns("__pycache__"))
    rows = f"x,label\n{NEEDLE},1\n"
    (folder / "data").mkdir()
    (folder / "data" / "train.csv").write_text("x,label\n1,0\n2,1\n")
    (folder / "data" / "evaluation.csv").write_text(rows)
    (folder / "lookup.bin").write_text(rows)  # the same bytes under another name
    (folder / "alias.csv").symlink_to("data/evaluation.csv")
    (folder / "outside.csv").symlink_to(folder.parent / "beside.csv")
    (folder.parent / "beside.csv").write_text(rows)
    for hidden in (".git", ".mlops/results"):
        (folder / hidden).mkdir(parents=True)
        (folder / hidden / "predictions.csv").write_text(rows + "\n")


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


@pytest.fixture(
    params=[
        pytest.param("process", id="process"),
        pytest.param("docker", id="docker", marks=pytest.mark.docker),
    ]
)
def bench(request: pytest.FixtureRequest) -> Bench:
    """Each test that takes it runs with both executors."""
    made: Bench = request.getfixturevalue(f"{request.param}_bench")
    return made


@pytest.fixture(scope="session")
def environments(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One cache of virtual environments for the whole session."""
    return tmp_path_factory.mktemp("envs")
