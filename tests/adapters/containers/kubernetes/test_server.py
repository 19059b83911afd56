"""A model server behind the cluster's API: real HTTP through a forwarded port of the double."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from mlops_actions.adapters.containers.job import ServingJob
from mlops_actions.adapters.containers.kubernetes.server import serve_kubernetes
from mlops_actions.adapters.containers.serving_client import predict
from mlops_actions.config.kubernetes import KubernetesConfig
from mlops_actions.errors import ConfigError, ContainerError, ServingError
from tests.adapters.containers.bench import QUICK
from tests.adapters.containers.kubernetes.conftest import IMAGE
from tests.adapters.containers.kubernetes.double_pods import Script

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.adapters.containers.kubernetes.conftest import DoubleBench

ROWS = [{"x": number} for number in range(300)]


class Echo(BaseHTTPRequestHandler):
    """Answers the first column; keeps connections open."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.answer(b"{}")

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        rows = body["dataframe_split"]["data"]
        self.answer(json.dumps({"predictions": [row[0] for row in rows]}).encode())

    def answer(self, content: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Nothing on the terminal."""


@contextmanager
def echo() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield int(server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)


def job(bench: DoubleBench, image: str | None = IMAGE) -> ServingJob:
    model = bench.folder / "model"
    model.mkdir(exist_ok=True)
    (model / "model.txt").write_text("weights\n")
    return ServingJob(model, bench.folder, image=image, resources=QUICK, start_timeout=5)


def test_rows_go_through_the_api_and_come_back(bench: DoubleBench) -> None:
    with echo() as port:
        double = bench.cluster(Script(seconds=600, lines=("ready",), port=port))
        with serve_kubernetes(job(bench), KubernetesConfig(), bench.lines.append) as server:
            assert list(predict(server.base_url, ROWS, ["x"], 64, 10)) == list(range(300))
            model = next(iter(double.pods.values())).work / "input/model/model.txt"
            assert model.read_text() == "weights\n"
        assert double.left() == []
        assert bench.lines == ["ready"]


def test_a_server_that_ends_says_how(bench: DoubleBench) -> None:
    bench.cluster(Script(code=4, lines=("cannot load the model",)))
    with (
        pytest.raises(ServingError, match="exit code 4") as told,
        serve_kubernetes(job(bench), KubernetesConfig()),
    ):
        pass
    assert told.value.log_tail == ("cannot load the model",)


def test_one_that_cannot_start_and_one_without_image(bench: DoubleBench) -> None:
    bench.cluster(Script(waiting=("InvalidImageName", "bad")))
    with (
        pytest.raises(ContainerError, match="InvalidImageName"),
        serve_kubernetes(job(bench), KubernetesConfig()),
    ):
        pass
    with (
        pytest.raises(ConfigError, match="needs the image"),
        serve_kubernetes(job(bench, None), KubernetesConfig()),
    ):
        pass
