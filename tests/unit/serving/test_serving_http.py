"""What callers of all kinds send, over a socket: nothing but an answer, and the server lives on."""

from __future__ import annotations

import gzip
import io
import json
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from mlops_actions.serving.model import ServedModel
from mlops_actions.serving.server import Limits, ModelServer, make_server

if TYPE_CHECKING:
    from collections.abc import Iterator

LIMITS = Limits(max_bytes=100_000, seconds=0.6, connections=8, at_once=2)
JSON = b"Content-Type: application/json\r\n"


class Doubling:
    """Answers twice its one column; slow or failing when asked."""

    feature_names_in_ = ("x",)

    def __init__(self) -> None:
        self.at_work = self.most = 0
        self.lock = threading.Lock()

    def predict(self, rows: pd.DataFrame) -> Any:
        with self.lock:
            self.at_work += 1
            self.most = max(self.most, self.at_work)
        first = float(rows["x"].iloc[0])
        if first == 99:
            time.sleep(0.4)
        with self.lock:
            self.at_work -= 1
        if first == 13:
            raise KeyError(f"secret of row {rows.to_dict()}")
        return rows["x"].to_numpy(dtype=float) * 2


@pytest.fixture
def made() -> Iterator[ModelServer]:
    with make_server(ServedModel(Doubling()), "127.0.0.1", 0, limits=LIMITS) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join(5)


def connect(server: ModelServer) -> socket.socket:
    host, port = server.server_address[:2]
    return socket.create_connection((str(host), int(port)), timeout=90)


def said(connection: socket.socket) -> bytes:
    """All until the server closes."""
    parts = []
    while part := connection.recv(65536):
        parts.append(part)
    return b"".join(parts)


def exchange(server: ModelServer, request: bytes) -> tuple[int, bytes, bytes]:
    """Status, head and body of the answer to one request that ends its connection."""
    with connect(server) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        head, _, body = said(connection).partition(b"\r\n\r\n")
    return int(head.split()[1]), head, body


def post(body: bytes, head: bytes = JSON, path: bytes = b"/invocations", *, length: bool = True) -> bytes:
    size = b"Content-Length: %d\r\n" % len(body) if length else b""
    return b"POST " + path + b" HTTP/1.1\r\nHost: x\r\n" + head + size + b"\r\n" + body


def rows(*values: float) -> bytes:
    return json.dumps({"instances": [[value] for value in values]}).encode()


def alive(server: ModelServer) -> None:
    assert exchange(server, post(rows(2.0)))[2] == b'{"predictions": [4.0]}'


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"GET /ping HTTP/1.1\r\nHost: x\r\n\r\n", 200),
        (b"GET /ping?probe=1 HTTP/1.0\r\n\r\n", 200),
        (b"HEAD /ping HTTP/1.1\r\nHost: x\r\n\r\n", 200),
        (b"OPTIONS /invocations HTTP/1.1\r\nHost: x\r\n\r\n", 204),
        (b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", 204),
        (b"GET /invocations HTTP/1.1\r\nHost: x\r\n\r\n", 405),
        (post(b"", path=b"/ping"), 405),
        (post(b"{}", path=b"/predict"), 404),
        (b"PUT /invocations HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}", 405),
        (b"DELETE /nowhere HTTP/1.1\r\nHost: x\r\n\r\n", 404),
        (b"BREW /ping HTTP/1.1\r\nHost: x\r\n\r\n", 501),
        (b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n", 414),
        (b"GET /ping HTTP/1.1\r\n" + b"A: b\r\n" * 200 + b"\r\n", 431),
        (b"GET /ping HTTP/9.9\r\n\r\n", 505),
        (b"\x16\x03\x01\x02\x00\x01\x00 hello tls\r\n\r\n", 400),
        (post(rows(1.0), b"Content-Type: text/plain\r\n"), 415),
        (post(rows(1.0), b""), 415),
        (post(rows(1.0), JSON + b"Content-Encoding: br\r\n"), 415),
        (post(b"", JSON + b"Content-Length: 5\r\n"), 411),
        (post(b"", JSON + b"Content-Length: +5\r\n", length=False), 411),
        (post(b"", JSON + b"Content-Length: 200000\r\n", length=False), 413),
        (post(b"{}", JSON + b"Content-Length: 50\r\n", length=False), 400),
        (post(b"2\r\n{}\r\n0\r\n\r\n", JSON + b"Transfer-Encoding: chunked\r\n"), 400),
        (post(b"zz\r\n", JSON + b"Transfer-Encoding: chunked\r\n", length=False), 400),
        (post(b"-2\r\n{}\r\n", JSON + b"Transfer-Encoding: chunked\r\n", length=False), 400),
        (post(b"ffffffff\r\n", JSON + b"Transfer-Encoding: chunked\r\n", length=False), 413),
        (post(b"5\r\n{}", JSON + b"Transfer-Encoding: chunked\r\n", length=False), 400),
        (post(b"not gzip", JSON + b"Content-Encoding: gzip\r\n"), 400),
        (post(gzip.compress(rows(1.0))[:-9], JSON + b"Content-Encoding: gzip\r\n"), 400),
        (post(gzip.compress(b" " * 500_000), JSON + b"Content-Encoding: gzip\r\n"), 413),
        (post(b""), 400),
        (post(b"{"), 400),
        (post(b'{"instances": [[1e999]]}'), 400),
        (post(b'{"instances": [[NaN]]}'), 400),
        (post(b'{"instances": [[' + b"9" * 5000 + b"]]}"), 400),
        (post(rows()), 200),
    ],
)  # fmt: skip
def test_every_request_has_its_answer(made: ModelServer, request_: bytes, status: int) -> None:
    seen, head, body = exchange(made, request_)
    assert seen == status, body
    if status >= 400:
        assert set(json.loads(body)) == {"error"}
        assert b"application/json" in head
    if status in {405, 204}:
        assert b"\r\nAllow: " in head
    if request_.startswith(b"HEAD"):
        assert body == b""
        assert b"Content-Length: 19" in head
    alive(made)


def test_chunks_and_gzip_are_read(made: ModelServer) -> None:
    body = rows(1.0, 2.0)
    chunks = b"".join(
        b"%x;ext=1\r\n%s\r\n" % (len(body[at : at + 7]), body[at : at + 7]) for at in range(0, len(body), 7)
    )
    sent = post(chunks + b"0\r\nTrailer: x\r\n\r\n", JSON + b"Transfer-Encoding: chunked\r\n", length=False)
    assert exchange(made, sent)[2] == b'{"predictions": [2.0, 4.0]}'
    packed = post(gzip.compress(body), JSON + b"Content-Encoding: gzip\r\n")
    assert exchange(made, packed)[2] == b'{"predictions": [2.0, 4.0]}'


def test_one_connection_takes_many_requests_also_after_a_refused_one(made: ModelServer) -> None:
    with connect(made) as connection:
        for body, status in ((rows(1.0), b"200"), (b"{", b"400"), (rows(13.0), b"500"), (rows(1.0), b"200")):
            connection.sendall(post(body))
            assert connection.recv(65536).split()[1] == status


def test_a_large_body_is_refused_before_it_is_sent(made: ModelServer) -> None:
    with connect(made) as connection:
        head = JSON + b"Content-Length: 200000\r\nExpect: 100-continue\r\n"
        connection.sendall(post(b"", head, length=False))
        assert connection.recv(1000).startswith(b"HTTP/1.1 413")
    with connect(made) as connection:
        connection.sendall(post(b"", JSON + b"Content-Length: 21\r\nExpect: 100-continue\r\n", length=False))
        assert connection.recv(1000).startswith(b"HTTP/1.1 100")
        connection.sendall(b'{"instances": [[1.0]]')
        connection.sendall(b"}")
        assert connection.recv(1000).split()[1] == b"400"  # 21 bytes are announced


def test_a_slow_caller_is_left_and_others_are_answered(made: ModelServer) -> None:
    """A byte now and then renews nothing: a request has one deadline (slowloris)."""
    with connect(made) as header, connect(made) as body, connect(made) as silent:
        started = time.monotonic()
        body.sendall(post(b"{", JSON + b"Content-Length: 50\r\n", length=False))
        dripped = 0
        for letter in b"GET /ping?" + b"a" * 15:
            try:
                header.sendall(bytes([letter]))
                body.sendall(b" ")
            except OSError:
                break
            dripped += 1
            alive(made)
            time.sleep(0.15)
        assert dripped < 20
        assert said(body).split()[1] == b"408"
        assert said(header) == b""
        assert said(silent) == b""
        assert time.monotonic() - started < 4
    alive(made)


def test_more_connections_than_allowed_are_told_to_come_again(made: ModelServer) -> None:
    held = [connect(made) for _ in range(LIMITS.connections)]
    try:
        for each in held:  # so that all are accepted
            each.sendall(b"GET /ping HTTP/1.1\r\nHost: x\r\n\r\n")
            assert each.recv(1000).startswith(b"HTTP/1.1 200")
        with connect(made) as one_more:
            assert said(one_more).startswith(b"HTTP/1.1 503 ")
    finally:
        for each in held:
            each.close()
    time.sleep(0.1)
    alive(made)


def test_parallel_callers_get_their_own_answers(made: ModelServer) -> None:
    def ask(number: int) -> bool:
        return bool(json.loads(exchange(made, post(rows(number)))[2]) == {"predictions": [number * 2.0]})

    with ThreadPoolExecutor(6) as pool:
        assert all(pool.map(ask, range(100, 300)))


def test_only_so_many_compute_at_once(made: ModelServer) -> None:
    with ThreadPoolExecutor(6) as pool:
        assert {seen[0] for seen in pool.map(lambda _: exchange(made, post(rows(99.0))), range(6))} == {200}
    assert made.model.estimator.most == LIMITS.at_once


def test_a_models_failure_tells_no_rows(made: ModelServer, capsys: pytest.CaptureFixture[str]) -> None:
    assert exchange(made, post(rows(13.0)))[2] == b'{"error": "the model failed: KeyError"}'
    assert "the model failed: KeyError" in (told := capsys.readouterr().err)
    assert "secret" not in told


def test_callers_that_go_away_leave_no_trace(made: ModelServer, capsys: pytest.CaptureFixture[str]) -> None:
    for sent in (
        b"",
        b"GET /pi",
        post(rows(99.0)),
        post(b"{", JSON + b"Content-Length: 9\r\n", length=False),
    ):
        with connect(made) as connection:
            connection.sendall(sent)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # a reset
    time.sleep(0.6)
    alive(made)
    assert "Traceback" not in capsys.readouterr().err


def test_the_end_waits_for_requests_at_work_and_closes_idle_ones(made: ModelServer) -> None:
    with connect(made) as idle, connect(made) as at_work:
        idle.sendall(b"GET /ping HTTP/1.1\r\nHost: x\r\n\r\n")
        assert idle.recv(1000).startswith(b"HTTP/1.1 200")
        at_work.sendall(post(rows(99.0)))
        time.sleep(0.1)
        started = time.monotonic()
        assert made.drain(5)
        assert time.monotonic() - started < 2
        assert b'{"predictions": [198.0]}' in said(at_work)
        assert idle.recv(1000) == b""
        with pytest.raises(OSError, match="refused"):
            connect(made)


def test_a_million_rows_are_answered_in_order() -> None:
    limits = Limits(max_bytes=2**26, seconds=60)
    with make_server(ServedModel(Doubling()), "127.0.0.1", 0, limits=limits) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        values = np.arange(1_000_000, dtype=float)
        body = json.dumps({"dataframe_split": {"columns": ["x"], "data": values[:, None].tolist()}}).encode()
        status, _, answer = exchange(server, post(body))
        assert status == 200
        assert json.loads(answer)["predictions"] == (values * 2).tolist()
        buffer = io.BytesIO()
        pd.DataFrame({"x": values}).to_parquet(buffer)
        kind = b"Content-Type: application/vnd.apache.parquet\r\n"
        assert json.loads(exchange(server, post(buffer.getvalue(), kind))[2]) == json.loads(answer)
        server.shutdown()
