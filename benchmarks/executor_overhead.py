"""What the docker executor adds to a trivial training: against a bare `python train.py`, in the same rounds.

    MLOPS_BASE_IMAGE=IMAGE .venv/bin/python benchmarks/executor_overhead.py [--rounds 9]

IMAGE is any image with python3 on this machine. Prints the median of each, the median of the differences of a
round, and how long a build takes when nothing has changed. Exit code 1: above the goals (2 s and 1 s).
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from measured import machine, run

from mlops_actions.adapters.containers.docker.executor import DockerExecutor
from mlops_actions.adapters.containers.docker.images import BuildOptions
from mlops_actions.adapters.containers.job import BuildSpec, Resources, TrainingJob
from mlops_actions.adapters.containers.process.executor import ProcessExecutor

if TYPE_CHECKING:
    from collections.abc import Callable

TRAIN = """\
import os
rows = open(os.environ["SM_CHANNEL_TRAIN"] + "/train.csv").read().split()
open(os.environ["SM_MODEL_DIR"] + "/model.txt", "w").write(str(len(rows)))
"""
DOCKERFILE = """\
ARG BASE_IMAGE
FROM ${BASE_IMAGE}
WORKDIR /opt/program
COPY train.py .
ENTRYPOINT ["python3", "/opt/program/train.py"]
"""
OVERHEAD, REBUILD = 2.0, 1.0  # goals in seconds
MIB = 2**20


def make(folder: Path) -> TrainingJob:
    """A repository with a training that counts lines."""
    source = folder / "source"
    (source / "data").mkdir(parents=True)
    (source / "data" / "train.csv").write_text("x\n1\n2\n", encoding="utf-8")
    (source / "train.py").write_text(TRAIN, encoding="utf-8")
    (source / "Dockerfile").write_text(DOCKERFILE, encoding="utf-8")
    return TrainingJob(
        source=source,
        output=folder / "out",
        channels={"train": source / "data" / "train.csv"},
        build=BuildSpec(tag="mlops-actions/benchmark:overhead"),
        resources=Resources(memory_bytes=512 * MIB, disk_bytes=256 * MIB),
        excluded=("data/train.csv",),
    )


def seconds_of(task: Callable[[], object]) -> float:
    """By the clock."""
    started = time.perf_counter()
    task()
    return time.perf_counter() - started


def bare(job: TrainingJob) -> float:
    """The same program as a process of its own, without the toolkit."""
    model = job.output / "bare"
    model.mkdir(parents=True, exist_ok=True)
    program = f"import os; os.environ.update(SM_CHANNEL_TRAIN={str(job.source / 'data')!r}, "
    program += f"SM_MODEL_DIR={str(model)!r}); exec(open({str(job.source / 'train.py')!r}).read())"
    return run([sys.executable, "-I", "-c", program]).wall


def trained(executor: DockerExecutor | ProcessExecutor, job: TrainingJob) -> None:
    """SystemExit when it does not succeed."""
    done = executor.train(job)
    if not done.succeeded:
        sys.exit(f"{done.sentence}\n" + "\n".join(done.log_tail))


def measure(folder: Path, rounds: int) -> tuple[float, float]:
    """Print the medians; the overhead of docker and the seconds of a rebuild without changes."""
    job = make(folder)
    process = ProcessExecutor(dict(os.environ), cache=folder / "environments")
    child = TrainingJob(**{**vars(job), "command": ("python", "train.py"), "build": None})
    docker = DockerExecutor(BuildOptions(base_image=os.environ.get("MLOPS_BASE_IMAGE"), network="none"))
    docker.prepare(job)
    process.prepare(child)
    tasks: dict[str, Callable[[], float]] = {
        "bare python train.py": lambda: bare(job),
        "process executor": lambda: seconds_of(lambda: trained(process, child)),
        "docker executor": lambda: seconds_of(lambda: trained(docker, job)),
        "rebuild without a change": lambda: seconds_of(lambda: docker.prepare(job)),
    }
    found: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(rounds):
        for name, task in tasks.items():
            found[name].append(task())
    for name, times in found.items():
        print(f"{name:26s} median {statistics.median(times):6.3f} s, of {min(times):.3f} to {max(times):.3f}")
    overheads = {
        name: statistics.median(
            mine - alone for mine, alone in zip(times, found["bare python train.py"], strict=True)
        )
        for name, times in found.items()
    }
    print(f"docker over bare: {overheads['docker executor']:.3f} s (goal {OVERHEAD:g} s)")
    print(f"process over bare: {overheads['process executor']:.3f} s")
    rebuild = statistics.median(found["rebuild without a change"])
    print(f"rebuild: {rebuild:.3f} s (goal {REBUILD:g} s)")
    return overheads["docker executor"], rebuild


def main() -> int:
    """Exit code 1 above a goal."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    print(machine())
    with tempfile.TemporaryDirectory(prefix="overhead-") as scratch:
        overhead, rebuild = measure(Path(scratch), rounds)
    return int(overhead > OVERHEAD or rebuild > REBUILD)


if __name__ == "__main__":
    sys.exit(main())
