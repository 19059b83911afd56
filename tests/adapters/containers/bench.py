"""A small user repository and a bench that runs its scenarios with one executor."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_actions.adapters.containers.docker.executor import DockerExecutor
from mlops_actions.adapters.containers.job import BuildSpec, Resources, TrainingJob

if TYPE_CHECKING:
    from mlops_actions.adapters.containers.process.executor import ProcessExecutor
    from mlops_actions.adapters.containers.training_run import TrainingRun

REPOSITORY = Path(__file__).parents[2] / "fixtures" / "training" / "repository"
NEEDLE = "evaluation-row-7f3a91"
SECRET = "hunter2-token"
BASE_IMAGE = os.environ.get("MLOPS_BASE_IMAGE", "mlops-base:bookworm")
QUICK = Resources(memory_bytes=256 * 2**20, timeout_seconds=30, disk_bytes=32 * 2**20, pids=64)


@dataclass
class Bench:
    """Runs scenarios of the fixture repository with one executor."""

    executor: ProcessExecutor | DockerExecutor
    folder: Path
    lines: list[str] = field(default_factory=list)

    @property
    def engine(self) -> DockerExecutor:
        assert isinstance(self.executor, DockerExecutor)
        return self.executor

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
