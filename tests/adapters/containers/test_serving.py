"""Model servers started from the fixture repository, with both ways of serving."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest

from mlops_actions.adapters.containers.docker import server as serving_docker
from mlops_actions.adapters.containers.docker.engine import connect
from mlops_actions.adapters.containers.docker.server import serve_docker
from mlops_actions.adapters.containers.job import ServingJob
from mlops_actions.adapters.containers.process.group import process_table
from mlops_actions.adapters.containers.process.server import serve_process
from mlops_actions.adapters.containers.serving_client import predict
from mlops_actions.errors import ServingError
from tests.adapters.containers.bench import NEEDLE, QUICK, SECRET, Bench

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

    from mlops_actions.adapters.containers.server_ready import Server

ROWS = [{"x": number, "label": NEEDLE} for number in (10, 20, 30)]


@dataclass
class Serving:
    """Starts the fixture's server in a mode."""

    bench: Bench
    environments: Path
    image: str | None

    def job(self, mode: str, **changes: Any) -> ServingJob:
        training = self.bench.job("success")
        model = self.bench.folder / "model"
        model.mkdir(exist_ok=True)
        (model / "mode.txt").write_text(mode)
        made = ServingJob(
            model_dir=model,
            source=training.source,
            command=("serve",) if self.bench.docker else ("python", "main.py", "serve"),
            image=self.image,
            resources=QUICK,
            excluded=training.excluded,
            withheld=training.withheld,
            start_timeout=15,
        )
        return replace(made, **changes)

    def start(self, mode: str, **changes: Any) -> AbstractContextManager[Server]:
        job = self.job(mode, **changes)
        environ = {**os.environ, "GITHUB_TOKEN": SECRET}
        if self.bench.docker:
            return serve_docker(job, environ, self.bench.lines.append)
        return serve_process(job, environ, self.bench.lines.append, cache=self.environments)


@pytest.fixture
def serving(bench: Bench, environments: Path) -> Serving:
    if not bench.docker:
        return Serving(bench, environments, None)
    client, _ = connect()
    image = bench.engine.image(client, bench.job("success"), None)
    client.close()
    return Serving(bench, environments, image)


def children() -> set[int]:
    return {row.pid for row in process_table() if row.parent == os.getpid()}


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        (
            "ok",
            [
                {"prediction": 1, "score": 0.1},
                {"prediction": 1, "score": 0.2},
                {"prediction": 1, "score": 0.3},
            ],
        ),
        ("scalar", [10, 20, 30]),
        ("list", [[0.9, 0.1], [0.8, 0.2], [0.7, 0.3]]),
    ],
)
def test_a_model_is_served_and_stopped(serving: Serving, mode: str, expected: list[object]) -> None:
    before = children()
    with serving.start(mode) as server:
        assert predict(server.base_url, ROWS, ["x"], 2, 10) == expected
        assert any(line.startswith("serving on") for line in server.log_tail())
        assert server.contained == serving.bench.docker
    assert children() <= before
    with pytest.raises(ServingError):
        predict(server.base_url, ROWS, ["x"], 2, 2)


def test_a_slow_start_is_waited_for(serving: Serving) -> None:
    with serving.start("slow_start") as server:
        assert len(predict(server.base_url, ROWS, ["x"], 2, 10)) == 3


def test_a_server_that_never_gets_ready_is_given_up(serving: Serving) -> None:
    started = time.monotonic()
    with (
        pytest.raises(ServingError, match=r"not ready within 1.5 s: GET /ping: status 503") as caught,
        serving.start("never_ready", start_timeout=1.5),
    ):
        pass
    assert time.monotonic() - started < 12
    assert any("serving on" in line for line in caught.value.log_tail), caught.value.log_tail


def test_a_server_that_ends_early_gives_its_last_lines(serving: Serving) -> None:
    with (
        pytest.raises(ServingError, match="ended before it was ready: exit code 4") as caught,
        serving.start("crash"),
    ):
        pass
    assert "cannot load the model" in caught.value.log_tail


@pytest.mark.parametrize(
    ("mode", "message"),
    [
        ("short", "3 rows sent, 2 predictions"),
        ("error", "answered 500, wanted 200: traceback"),
        ("html", "not JSON"),
        ("drop", "connection broke"),
        ("exit", "connection broke"),
    ],
)
def test_a_broken_answer_is_a_serving_error(serving: Serving, mode: str, message: str) -> None:
    with serving.start(mode) as server, pytest.raises(ServingError, match=message):
        predict(server.base_url, ROWS, ["x"], 10, 5)


@pytest.mark.docker
def test_where_containers_have_no_address_for_us_a_loopback_port_is_published(
    docker_bench: Bench, environments: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on Docker Desktop and rootless engines."""
    client, engine = connect()
    monkeypatch.setattr(
        serving_docker, "connect", lambda: (client, replace(engine, reaches_containers=False))
    )
    image = docker_bench.engine.image(client, docker_bench.job("success"), None)
    with Serving(docker_bench, environments, image).start("scalar") as server:
        assert server.base_url.startswith("http://127.0.0.1:")
        assert predict(server.base_url, ROWS, ["x"], 2, 10) == [10, 20, 30]


def test_an_error_inside_still_stops_the_server(serving: Serving) -> None:
    before = children()
    with pytest.raises(KeyboardInterrupt), serving.start("ok"):
        raise KeyboardInterrupt
    assert children() <= before
