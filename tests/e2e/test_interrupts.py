"""SIGTERM and SIGINT end the program with everything that it started; a second one changes nothing."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from docker.errors import ImageNotFound

from mlops_actions.adapters.containers.docker.engine import OWNER_LABEL, connect, docker_available
from mlops_actions.adapters.containers.process.group import process_table
from tests.e2e.trained_project import TRAINED, make_trained_project

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from docker import DockerClient

MLOPS = Path(sys.executable).with_name("mlops")
BASE_IMAGE = os.environ.get("MLOPS_BASE_IMAGE", "mlops-base:bookworm")
INT, TERM = signal.SIGINT, signal.SIGTERM
SLEEPS = """\
import subprocess
subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'], start_new_session=True)
print('ready', flush=True)
time.sleep(600)
"""
TRAINS = "open(os.environ['SM_MODEL_DIR'] + '/m', 'w').write('x')\n"
SERVER = """\
import http.server, os, time

class Slow(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()

    def do_POST(self):
        time.sleep(600)

port = int(os.environ["AIP_HTTP_PORT"])
http.server.ThreadingHTTPServer(("0.0.0.0", port), Slow).serve_forever()
"""
DOCKERFILE = """\
ARG BASE_IMAGE
FROM ${BASE_IMAGE}
WORKDIR /opt/program
COPY . .
ENTRYPOINT ["python3", "main.py"]
"""
STEPS = """\
  steps:
    - {id: ingest, command: [python3, ingest.py], inputs: [train], outputs: [raw]}
    - {id: features, command: [python3, train.py], inputs: [raw], outputs: [features]}
    - {id: fit, command: [python3, fit.py], inputs: [features]}
"""
MAIN = "import runpy, sys\nrunpy.run_path({'train': 'train.py', 'serve': 'serve.py'}[sys.argv[1]])\n"


class Run:
    """`mlops <arguments>` as a process of its own, with its own folder for temporary files."""

    def __init__(self, project: Path, *arguments: str) -> None:
        self.temporary = project.parent / "tmp"
        self.temporary.mkdir(exist_ok=True)
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GITHUB_")}
        environment |= {"TMPDIR": str(self.temporary), "MLOPS_BASE_IMAGE": BASE_IMAGE}
        self.process = subprocess.Popen(
            [MLOPS, *arguments], cwd=project, env=environment, stderr=subprocess.PIPE, text=True, bufsize=1
        )

    def wait_for(self, word: str) -> None:
        """Until a line of its log holds the word."""
        assert self.process.stderr is not None
        lines = []
        for line in self.process.stderr:
            lines.append(line)
            if word in line:
                return
        pytest.fail("".join(lines))

    def end(self, *signals: signal.Signals) -> str:
        """Send the signals a few milliseconds apart; its last words."""
        for number in signals:
            self.process.send_signal(number)
            time.sleep(0.004)
        said = self.process.communicate(timeout=30)[1]
        assert self.process.returncode == 130, said
        assert list(self.temporary.iterdir()) == []
        return said


def descendants(pid: int) -> set[int]:
    """Its children and theirs."""
    rows, found = process_table(), {pid}
    while more := {row.pid for row in rows if row.parent in found} - found:
        found |= more
    return found - {pid}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """The small project; its training sleeps, its server answers /ping and no more."""
    root = make_trained_project(tmp_path / "project", monkeypatch, capsys, SLEEPS).root
    text = TRAINED.replace("timeout: 2s", "timeout: 60s")
    (root / "mlops.yaml").write_text(text.replace("executor: process", "executor: process\n  reproduce: 1"))
    (root / "serve.py").write_text(SERVER)
    return root


@pytest.fixture
def start(project: Path) -> Iterator[Callable[..., Run]]:
    """Starts the program; what a failed test leaves is killed."""
    runs: list[Run] = []

    def begin(*arguments: str) -> Run:
        runs.append(Run(project, *arguments))
        return runs[-1]

    yield begin
    for run in runs:
        run.process.kill()


@pytest.fixture
def client(project: Path) -> Iterator[DockerClient]:
    """The engine of the docker tier; the project's images do not stay."""
    if docker_available() is None:
        if os.environ.get("MLOPS_REQUIRE_DOCKER") == "1":
            pytest.fail("no container engine answers")
        pytest.skip("no container engine answers")
    made, _ = connect()
    yield made
    place = str(project / "mlops.yaml")
    name = f"mlops-actions/{hashlib.sha256(place.encode()).hexdigest()[:12]}:candidate"
    with suppress(ImageNotFound):
        made.images.remove(name)
    made.close()


@pytest.mark.parametrize("signals", [(TERM,), (INT,), (TERM, TERM, INT), (INT, TERM, TERM)])
def test_the_children_of_a_training_and_every_folder_are_gone(
    start: Callable[..., Run], project: Path, signals: tuple[signal.Signals, ...]
) -> None:
    run = start("train")
    run.wait_for("ready")
    children = descendants(run.process.pid)
    assert len(children) >= 2
    assert "Interrupted." in run.end(*signals)
    assert children & {row.pid for row in process_table()} == set()
    assert not (project / ".mlops/results/training.json").exists()


def test_a_model_server_is_gone(start: Callable[..., Run], project: Path) -> None:
    (project / "train.py").write_text("import os\n" + TRAINS)
    assert start("train").process.wait(timeout=90) == 0
    run = start("evaluate")
    run.wait_for("serve candidate")
    deadline = time.monotonic() + 20
    while not (children := descendants(run.process.pid)) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert children
    time.sleep(0.5)  # it answers /ping by now, and the program waits for its answer
    run.end(TERM)
    assert children & {row.pid for row in process_table()} == set()


def left(client: DockerClient, pid: int) -> list[Any]:
    """Containers and networks of a run of ours."""
    filters: dict[str, Any] = {"label": OWNER_LABEL}
    containers = client.containers.list(all=True, filters=filters, ignore_removed=True)
    owners = {each.name: each.labels[OWNER_LABEL] for each in containers}
    owners |= {
        str(each.name): (each.attrs or {})["Labels"][OWNER_LABEL]
        for each in client.networks.list(filters=filters)
    }
    return [name for name, owner in owners.items() if f":{pid}:" in owner]


def in_docker(project: Path) -> None:
    text = (project / "mlops.yaml").read_text()
    text = text.replace("executor: process", "executor: docker\n  container: {build: .}")
    (project / "mlops.yaml").write_text(text)
    (project / "Dockerfile").write_text(DOCKERFILE)
    (project / "main.py").write_text(MAIN)


def in_steps(project: Path) -> None:
    """The second of three steps sleeps; the first has handed a folder on."""
    text = (project / "mlops.yaml").read_text()
    for old, new in (("{command: [python, train.py], ", "{"), ("disk: 4MiB}", f"disk: 4MiB}}\n{STEPS}")):
        assert old in text
        text = text.replace(old, new)
    (project / "mlops.yaml").write_text(text)
    program = "import os\nopen(os.environ['MLOPS_OUTPUT_RAW'] + '/rows', 'w').write('x')\n"
    (project / "ingest.py").write_text(program)
    (project / "fit.py").write_text(TRAINS)


@pytest.mark.parametrize(
    "docker", [pytest.param(False, id="process"), pytest.param(True, id="docker", marks=pytest.mark.docker)]
)
def test_nothing_is_left_of_a_pipeline_that_ends_in_its_second_step(
    start: Callable[..., Run], project: Path, request: pytest.FixtureRequest, *, docker: bool
) -> None:
    client: DockerClient | None = request.getfixturevalue("client") if docker else None
    in_steps(project)
    if docker:
        in_docker(project)
        (project / "Dockerfile").write_text(DOCKERFILE.replace("ENTRYPOINT", "# ENTRYPOINT"))
    model = project / ".mlops/results/models/candidate/model"
    model.mkdir(parents=True)
    (model / "m").write_text("of an earlier run")
    run = start("train")
    run.wait_for("ready")
    children = descendants(run.process.pid)
    assert children or docker
    if client is not None:
        assert len(left(client, run.process.pid)) == 1
    assert "Interrupted." in run.end(TERM)
    assert children & {row.pid for row in process_table()} == set()
    if client is not None:
        assert left(client, run.process.pid) == []
    assert list(model.iterdir()) == []
    assert not (project / ".mlops/results/training.json").exists()


@pytest.mark.docker
@pytest.mark.parametrize("signals", [(TERM,), (INT, TERM, TERM)])
def test_the_container_of_a_training_is_gone(
    start: Callable[..., Run], project: Path, client: DockerClient, signals: tuple[signal.Signals, ...]
) -> None:
    in_docker(project)
    run = start("train")
    run.wait_for("ready")
    assert len(left(client, run.process.pid)) == 1
    run.end(*signals)
    assert left(client, run.process.pid) == []


@pytest.mark.docker
def test_the_container_and_the_network_of_a_server_are_gone(
    start: Callable[..., Run], project: Path, client: DockerClient
) -> None:
    in_docker(project)
    (project / "train.py").write_text("import os\n" + TRAINS)
    assert start("train").process.wait(timeout=90) == 0
    run = start("evaluate")
    run.wait_for("serve candidate")
    deadline = time.monotonic() + 30
    wanted = 1 if os.getuid() == 0 else 2  # root serves without a network
    while len(left(client, run.process.pid)) < wanted and time.monotonic() < deadline:
        time.sleep(0.05)
    assert len(left(client, run.process.pid)) == wanted
    run.end(TERM, TERM)
    assert left(client, run.process.pid) == []
