"""The server as callers see it: over a socket, and as a process."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
import skops.io
from sklearn.linear_model import LogisticRegression

from mlops_actions.serving.model import ServedModel
from mlops_actions.serving.server import MAX_BYTES, Routes, make_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ROWS = pd.DataFrame({"a": [0.0, 1.0, 2.0, 3.0]})


def fitted() -> LogisticRegression:
    return LogisticRegression().fit(ROWS, [0, 0, 1, 1])


class Exploding:
    """A model that raises what no caller caused."""

    def predict(self, _: Any) -> Any:
        raise KeyError("secret")


def serve(model: ServedModel, routes: Routes | None = None) -> Iterator[str]:
    with make_server(model, "127.0.0.1", 0, routes) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join(5)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    yield from serve(ServedModel(fitted()))


def call(url: str, body: bytes | None = None, kind: str = "application/json") -> tuple[int, Any]:
    request = urllib.request.Request(url, data=body, headers={"Content-Type": kind})  # noqa: S310 - loopback
    try:
        with urllib.request.urlopen(request, timeout=10) as response:  # noqa: S310 - loopback
            return response.status, json.loads(response.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


def test_ping(url: str) -> None:
    assert call(url + "/ping") == (200, {"status": "ready"})
    assert call(url + "/nope")[0] == 404


def test_predictions_in_order_one_per_row(url: str) -> None:
    status, answer = call(url + "/invocations", b'{"instances": [[3.0], [0.0]]}')
    expected = fitted().predict_proba(pd.DataFrame({"a": [3.0, 0.0]}))[:, 1].tolist()
    assert status == 200
    assert answer == {
        "predictions": [
            {"prediction": label, "scores": {"0": pytest.approx(1 - score), "1": score}}
            for label, score in zip((1, 0), expected, strict=True)
        ]
    }
    assert call(url + "/invocations", b"a\n3.0\n0.0\n", "text/csv") == (200, answer)


@pytest.mark.parametrize(
    ("path", "body", "kind", "status"),
    [
        ("/invocations", b"{", "application/json", 400),
        ("/invocations", b'{"instances": [["x"]]}', "application/json", 400),
        ("/invocations", b'{"dataframe_records": [{"b": 1}]}', "application/json", 400),
        ("/invocations", b"a\n1", "text/plain", 415),
        ("/predict", b"{}", "application/json", 404),
        ("/invocations", b'{"instances": []}', "application/json", 200),
    ],
)
def test_status_codes(url: str, path: str, body: bytes, kind: str, status: int) -> None:
    seen, answer = call(url + path, body, kind)
    assert seen == status
    assert ("error" in answer) == (status != 200)


def raw(url: str, request: bytes) -> bytes:
    host, port = url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(request)
        return connection.recv(4096)


def test_a_body_must_say_its_length_and_be_small_enough(url: str) -> None:
    head = b"POST /invocations HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    assert raw(url, head + b"\r\n").startswith(b"HTTP/1.1 411")
    assert raw(url, head + b"Content-Length: -5\r\n\r\n").startswith(b"HTTP/1.1 411")
    huge = str(MAX_BYTES + 1).encode()
    assert raw(url, head + b"Content-Length: " + huge + b"\r\n\r\n").startswith(b"HTTP/1.1 413")
    assert call(url + "/ping")[0] == 200


def test_a_model_that_raises_answers_500_without_its_text() -> None:
    for url in serve(ServedModel(Exploding())):
        status, answer = call(url + "/invocations", b'{"instances": [[1]]}')
        assert (status, answer) == (500, {"error": "the model failed: KeyError"})
        assert call(url + "/ping")[0] == 200


def test_routes_can_be_moved() -> None:
    for url in serve(ServedModel(fitted()), Routes("/healthz", "/v1/predict")):
        assert call(url + "/healthz")[0] == 200
        assert call(url + "/v1/predict", b'{"instances": [[1.0]]}')[0] == 200
        assert call(url + "/ping")[0] == 404


def test_the_command_serves_and_stops_on_sigterm(tmp_path: Path) -> None:
    skops.io.dump(fitted(), tmp_path / "model.skops")
    command = [sys.executable, "-m", "mlops_actions.serving", "--model-dir", str(tmp_path), "--port", "0"]
    command += ["--host", "127.0.0.1"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line.startswith("serving model.skops (label and probabilities of 0, 1) on 127.0.0.1:")
            assert call(f"http://{line.split()[-1]}/ping")[0] == 200
            process.send_signal(signal.SIGTERM)
            assert process.wait(10) == 0
        finally:
            process.kill()


def test_the_command_without_a_model_says_so(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mlops_actions.serving", "--model-dir", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 8
    assert "one model file is required, seen: none" in done.stderr
