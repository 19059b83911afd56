"""A small project whose runs are ended from outside at any moment, and what is looked at afterwards."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq

from mlops_actions.adapters.containers.docker.engine import OWNER_LABEL
from mlops_actions.adapters.containers.process.group import MARK, process_table

if TYPE_CHECKING:
    from signal import Signals

    from docker import DockerClient

MLOPS = Path(sys.executable).with_name("mlops")
BASE_IMAGE = os.environ.get("MLOPS_BASE_IMAGE", "mlops-base:bookworm")
LONGEST = 120  # seconds of a run on a busy machine
OLD = 3600  # seconds; a folder for temporary files without a lock is a left one when it is not young
TRAIN = """\
import os, subprocess, sys, time
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
rows = open(os.environ["SM_CHANNEL_TRAIN"] + "/train.csv").read()
with open(os.environ["SM_MODEL_DIR"] + "/model", "w") as model:
    model.write("half of it ")
    model.flush()
    print("half of it", flush=True)
    time.sleep(float(os.environ.get("SM_HP_SECONDS", "0.3")))
    model.write(str(len(rows)))
"""
DOCKERFILE = """\
ARG BASE_IMAGE
FROM ${BASE_IMAGE}
WORKDIR /opt/program
COPY train.py serve.py main.py ./
ENTRYPOINT ["python3", "main.py"]
"""
MAIN = "import runpy, sys\nrunpy.run_path({'train': 'train.py', 'serve': 'serve.py'}[sys.argv[1]])\n"


@dataclass
class KilledRuns:
    """Runs of the program in one project, each a process of its own with one folder for temporary files."""

    root: Path
    pids: list[int] = field(default_factory=list)

    @property
    def temporary(self) -> Path:
        return self.root.parent / "tmp"

    @property
    def results(self) -> Path:
        return self.root / ".mlops/results"

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Begin; its log can be read line by line."""
        self.temporary.mkdir(exist_ok=True)
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GITHUB_")}
        environment |= {"TMPDIR": str(self.temporary), "MLOPS_BASE_IMAGE": BASE_IMAGE}
        process = subprocess.Popen(
            [MLOPS, *arguments],
            cwd=self.root,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            bufsize=1,
        )
        self.pids.append(process.pid)
        return process

    def whole(self, *arguments: str) -> str:
        """A run that nobody ends: it succeeds; its candidate's digest."""
        process = self.start(*arguments)
        said = process.communicate(timeout=LONGEST)[1]
        assert process.returncode == 0, said
        training = json.loads((self.results / "training.json").read_text())
        digest = training["payload"]["runs"][0]["model_digest"]
        assert digest.startswith("sha256:"), said
        return str(digest)

    def ended(self, moment: str | float, numbers: tuple[tuple[Signals, float], ...], *arguments: str) -> int:
        """Begin a run, and at a moment (seconds, or a word of its log) send signals, each with a pause."""
        process = self.start(*arguments)
        if isinstance(moment, str):
            wait_for(process, moment)
        else:
            time.sleep(moment)
        for number, pause in numbers:
            process.send_signal(number)
            with suppress(subprocess.TimeoutExpired):
                process.wait(pause)
                break
        process.communicate(timeout=60)
        return process.returncode

    def results_are_whole(self) -> list[str]:
        """Every result that is there can be read to its end; their names."""
        found = []
        for path in sorted(self.results.glob("*")) if self.results.is_dir() else ():
            if path.name.startswith("."):
                continue  # written beside its place, and not renamed
            if path.name.endswith(".cdx.json"):
                assert json.loads(path.read_text())["bomFormat"] == "CycloneDX"
            elif path.suffix == ".json":
                assert json.loads(path.read_text())["kind"] == path.stem
            elif path.suffix == ".parquet":
                assert pq.read_table(path).num_rows > 0
            found.append(path.name)
        return found

    def grow_old(self) -> None:
        """As if the folders for temporary files had been left an hour ago."""
        for each in self.temporary.iterdir():
            os.utime(each, (time.time() - OLD,) * 2)

    def left(self, client: DockerClient | None = None) -> list[str]:
        """What its runs that are no more have left: processes, folders, containers, networks, volumes."""
        mine = tuple(f":{pid}:" for pid in self.pids)
        found = [f"process {row.pid}" for row in process_table() if of_job(row.pid, mine)]
        found += [str(each) for each in self.temporary.iterdir() if not is_locked(each)]
        if client is not None:
            filters: dict[str, Any] = {"label": OWNER_LABEL}
            api = client.api
            listed = [*api.containers(all=True, filters=filters), *api.networks(filters=filters)]
            listed += api.volumes(filters=filters).get("Volumes") or []
            for each in listed:
                if any(pid in str(each["Labels"].get(OWNER_LABEL)) for pid in mine):
                    found.append(str(each.get("Names") or each.get("Name")))
        return found


def wait_for(process: subprocess.Popen[str], word: str) -> None:
    """Until a line of its log holds the word. AssertionError when it ends before."""
    assert process.stderr is not None
    lines = []
    for line in process.stderr:
        lines.append(line)
        if word in line:
            return
    raise AssertionError("".join(lines))


def of_job(pid: int, owners: tuple[str, ...]) -> bool:
    """Whether a process is of a job of one of the owners."""
    with suppress(OSError):
        for each in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0"):
            if each.startswith(MARK.encode()):
                return any(owner.encode() in each for owner in owners)
    return False


def is_locked(folder: Path) -> bool:
    """Whether a living process has it."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False


def in_docker(root: Path) -> None:
    """The same project, trained and served in containers."""
    text = (root / "mlops.yaml").read_text()
    text = text.replace("train:\n  process", "train:\n  executor: docker\n  container: {build: .}\n  process")
    (root / "mlops.yaml").write_text(text)
    (root / "Dockerfile").write_text(DOCKERFILE)
    (root / "main.py").write_text(MAIN)
    serve = (root / "serve.py").read_text()
    (root / "serve.py").write_text(serve.replace('"127.0.0.1"', '"0.0.0.0"'))
