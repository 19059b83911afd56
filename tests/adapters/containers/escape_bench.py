"""A malicious repository, the machine around it, and what an attempt of it came to."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_actions.adapters.containers.job import BuildSpec, Resources, TrainingJob
from mlops_actions.errors import MlopsError

if TYPE_CHECKING:
    from docker import DockerClient

    from mlops_actions.adapters.containers.docker.executor import DockerExecutor
    from mlops_actions.adapters.containers.process.executor import ProcessExecutor
    from mlops_actions.adapters.containers.training_run import TrainingRun

MALICIOUS = Path(__file__).parents[2] / "fixtures" / "training" / "escapes"
NEEDLE = "evaluation-row-5b20cc"
MIB = 2**20
SMALL = Resources(memory_bytes=128 * MIB, timeout_seconds=30, disk_bytes=16 * MIB, pids=32)
LABEL = "mlops-test-escape"


@dataclass(frozen=True)
class Outcome:
    """How an attempt ended: the one sentence, and the value or the error that says it."""

    sentence: str
    run: TrainingRun | None
    error: MlopsError | None
    seconds: float

    @property
    def last_line(self) -> str:
        """What the training wrote last."""
        return self.run.log_tail[-1] if self.run is not None and self.run.log_tail else ""


@dataclass
class EscapeBench:
    """Makes attempts with one executor, and looks at the machine before and after each."""

    executor: ProcessExecutor | DockerExecutor
    folder: Path
    command: tuple[str, ...] = ("train",)
    lines: list[str] = field(default_factory=list)
    name: str = field(default_factory=lambda: uuid.uuid4().hex)  # of its containers

    def __post_init__(self) -> None:
        make_machine(self.folder)

    @property
    def out(self) -> Path:
        return self.folder / "checkout/.mlops/results/models/candidate"

    def job(self, attempt: str, resources: Resources = SMALL, /, **hyperparameters: str) -> TrainingJob:
        source = self.folder / "checkout"
        return TrainingJob(
            source=source,
            output=self.out,
            channels={"train": source / "data/train.csv"},
            command=self.command,
            build=BuildSpec(),
            hyperparameters={"attempt": attempt, **hyperparameters},
            resources=resources,
            excluded=("data/train.csv", "data/evaluation.csv"),
            withheld=(source / "data/evaluation.csv",),
            labels={LABEL: self.name},
        )

    def attempt(self, name: str, resources: Resources = SMALL, /, **hyperparameters: str) -> Outcome:
        """One attempt. AssertionError: anything of the machine is not what it was."""
        before, began = self.machine(), time.monotonic()
        run = error = None
        try:
            run = self.executor.train(self.job(name, resources, **hyperparameters), self.lines.append)
        except MlopsError as caught:
            error = caught
        seconds = time.monotonic() - began
        assert self.machine() == before
        sentence = run.sentence if run is not None else str(error and error.message)
        assert sentence
        assert "\n" not in sentence
        assert sentence.isprintable()
        sentence.encode()  # no half of a character, which no result and no log could hold
        return Outcome(sentence, run, error, seconds)

    def machine(self) -> dict[str, tuple[int, int, str]]:
        """Everything of the machine but what the training may write: mode, time of change and content."""
        found = {}
        for parent, folders, names in os.walk(self.folder):
            folders[:] = [name for name in folders if Path(parent, name) != self.out]
            for name in [*folders, *names]:
                path = Path(parent, name)
                status = path.lstat()
                content = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
                changed = status.st_mtime_ns if stat.S_ISREG(status.st_mode) else 0
                found[str(path.relative_to(self.folder))] = (status.st_mode, changed, content)
        return found

    def left(self, client: DockerClient) -> list[str]:
        """Containers of its attempts that are still there."""
        return [
            str(each.name)
            for each in client.containers.list(
                all=True, filters={"label": f"{LABEL}={self.name}"}, ignore_removed=True
            )
        ]

    def held(self) -> list[str]:
        """Every path that the attempt left in the model and the output folder."""
        return sorted(
            os.fsencode(path.relative_to(self.out)).decode("utf-8", "backslashreplace")
            for path in self.out.rglob("*")
            if path.name != "build.log" and not path.is_dir()
        )


def make_machine(folder: Path) -> None:
    """A checkout with history and earlier results, and files beside it that are nobody's business."""
    checkout = folder / "checkout"
    shutil.copytree(MALICIOUS, checkout, ignore=shutil.ignore_patterns("__pycache__"))
    rows = f"x,label\n{NEEDLE},1\n"
    kept = {
        "checkout/data/train.csv": "x,label\n1,0\n2,1\n",
        "checkout/data/evaluation.csv": rows,
        "checkout/secret.txt": "of the repository",
        "checkout/.git/config": "[core]\n",
        "checkout/.mlops/results/training.json": '{"kind": "training", "created_at": "earlier"}\n',
        "checkout/.mlops/results/predictions.parquet": rows + "\n",
        "checkout/.mlops/results/models/baseline/model/model.txt": "earlier model\n",
        "checkout/.mlops/baseline/model.txt": "kept\n",
        "beside/canary.txt": "of the machine\n",
    }
    for name, text in kept.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (folder / "checkout/.mlops/results/models/candidate").mkdir()
