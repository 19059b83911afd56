"""The batch client against servers that keep the contract and ones that break it. No model, no engine."""

from __future__ import annotations

import datetime as dt
import json
import math
import threading
from contextlib import contextmanager
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from mlops_actions.adapters.containers.served_answer import read_answer
from mlops_actions.adapters.containers.serving_client import predict
from mlops_actions.errors import InputError, ServingError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Answer = tuple[int, bytes]


@contextmanager
def server(
    answer: Callable[[dict[str, Any]], Answer], *, drop_idle: bool = False
) -> Iterator[tuple[str, list[Any]]]:
    """A server on a loopback port; the requests it got, parsed strictly."""
    got: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            document = json.loads(body, parse_constant=lambda name: pytest.fail(f"{name} was sent"))
            got.append((self.path, self.headers["Content-Type"], document))
            status, content = answer(document)
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)
            if drop_idle:  # without saying Connection: close
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            pass

    made = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{made.server_address[1]}", got
    finally:
        made.shutdown()
        thread.join()
        made.server_close()


def echo(document: dict[str, Any]) -> Answer:
    rows = document["dataframe_split"]["data"]
    return 200, json.dumps({"predictions": [row[0] for row in rows]}).encode()


@pytest.mark.parametrize("drop_idle", [False, True])
def test_batches_keep_the_order(*, drop_idle: bool) -> None:
    rows = [{"x": number, "y": "unused", "secret": 1} for number in range(25)]
    with server(echo, drop_idle=drop_idle) as (url, got):
        assert predict(url, rows, ["x", "y"], 10, 5) == list(range(25))
    assert [len(each[2]["dataframe_split"]["data"]) for each in got] == [10, 10, 5]
    assert {each[0] for each in got} == {"/invocations"}
    assert {each[1] for each in got} == {"application/json"}
    assert all(each[2]["dataframe_split"]["columns"] == ["x", "y"] for each in got)
    assert "secret" not in json.dumps(got)


def test_no_rows_need_no_request() -> None:
    with server(echo) as (url, got):
        assert predict(url, [], ["x"], 10, 5) == []
    assert got == []


def test_values_become_json() -> None:
    row = {
        "a": math.nan, "b": None, "c": np.float64("nan"), "d": np.int64(3),
        "e": np.bool_(1), "f": Decimal("1.5"),
        "g": dt.date(2024, 2, 29), "h": dt.datetime(2024, 2, 29, 1, 2, tzinfo=dt.UTC), "i": "\u2603",
        "j": True,
    }  # fmt: skip
    with server(lambda _: (200, b'{"predictions": [1]}')) as (url, got):
        predict(url, [row], list(row), 10, 5)
    assert got[0][2]["dataframe_split"]["data"] == [
        [None, None, None, 3, True, 1.5, "2024-02-29", "2024-02-29T01:02:00+00:00", "\u2603", True]
    ]


@pytest.mark.parametrize("value", [math.inf, b"bytes", [1], {"a": 1}])
def test_a_value_without_a_json_form_is_an_input_error(value: object) -> None:
    with server(echo) as (url, got), pytest.raises(InputError, match=r"row 1, column x: .*has no JSON form"):
        predict(url, [{"x": 1}, {"x": value}], ["x"], 10, 5)
    assert got == []


@pytest.mark.parametrize("status", [400, 404, 415, 500, 503])
def test_a_refusal_shows_the_start_of_its_body(status: int) -> None:
    with (
        server(lambda _: (status, b"bad column x" + b"y" * 10_000)) as (url, _),
        pytest.raises(ServingError, match=f"answered {status}, wanted 200: bad column x") as caught,
    ):
        predict(url, [{"x": 1}], ["x"], 10, 5)
    assert len(caught.value.message) < 700


def test_a_silent_server_is_left_within_the_timeout() -> None:
    release = threading.Event()

    def slow(_: object) -> Answer:
        release.wait(10)
        return 200, b"{}"

    with server(slow) as (url, _):
        with pytest.raises(ServingError, match=r"no full answer within 0.3 s"):
            predict(url, [{"x": 1}], ["x"], 10, 0.3)
        release.set()


def test_nobody_listening_is_a_serving_error() -> None:
    with server(echo) as (url, _):
        pass
    with pytest.raises(ServingError, match="the connection broke: ConnectionRefusedError"):
        predict(url, [{"x": 1}], ["x"], 10, 5)


@pytest.mark.parametrize(
    "element",
    [1, 0.5, "stay", True, None, [0.25, 0.75], {"prediction": "stay", "score": 0.5}, {"score": 1},
     {"scores": {"stay": 0.1, "go": 0.9}}, {"prediction": 1, "scores": {"0": 0.1}}],
)  # fmt: skip
def test_every_shape_of_the_contract_passes(element: object) -> None:
    assert read_answer(json.dumps({"predictions": [element]}).encode(), 1, 0) == [element]


def test_not_a_number_passes_so_that_it_can_be_counted() -> None:
    (answered,) = read_answer(b'{"predictions": [{"score": NaN}]}', 1, 0)
    assert math.isnan(answered["score"])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"<html>hello</html>", "not JSON .*<html>hello"),
        (b"\xff\xfe", "not JSON"),
        (b'{"outputs": []}', r"no predictions: \{\"outputs\""),
        (b"[1, 2]", "no predictions"),
        (b'{"predictions": {"0": 1, "1": 2}}', "predictions is no list"),
        (b'{"predictions": [1]}', "2 rows sent, 1 prediction came back"),
        (b'{"predictions": [1, 2, 3]}', "2 rows sent, 3 predictions"),
        (b'{"predictions": [1, {"answer": 1}]}', "row 8: unknown key 'answer'"),
        (b'{"predictions": [1, {}]}', "row 8: an empty object"),
        (b'{"predictions": [1, []]}', "row 8: not a list of numbers"),
        (b'{"predictions": [1, ["a"]]}', "row 8: not a list of numbers"),
        (b'{"predictions": [1, [[1]]]}', "row 8: not a list of numbers"),
        (b'{"predictions": [1, {"score": "high"}]}', "row 8: its score is not a number"),
        (b'{"predictions": [1, {"prediction": [1]}]}', "row 8: its prediction is neither"),
        (b'{"predictions": [1, {"scores": [1]}]}', "row 8: its scores are not numbers"),
        (b'{"predictions": [1, {"scores": {}}]}', "row 8: its scores are not numbers"),
    ],
)
def test_another_shape_is_refused_with_what_was_seen(content: bytes, message: str) -> None:
    with pytest.raises(ServingError, match=message) as caught:
        read_answer(content, 2, 7)
    assert "Allowed:" in str(caught.value)
