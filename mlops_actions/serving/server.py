"""HTTP around a model: GET /ping, POST /invocations (the SageMaker and MLflow scoring contract).

The standard library's server: no dependency comes into the user's image. What it leaves open is bounded here:
slow clients, bodies, connections, and the end.
"""

from __future__ import annotations

import io
import json
import socket
import socketserver
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from mlops_actions.serving.body import Budget, RefusedError, TimedReader, announced, read_body
from mlops_actions.serving.model import AnswerError
from mlops_actions.serving.table import CONTENT_TYPES, BadRequestError, read_table

if TYPE_CHECKING:
    from mlops_actions.serving.model import ServedModel

MAX_BYTES = 64 * 2**20
_BODIES = 4  # of the largest size, in memory at once
_LINGER_SECONDS = 2.0
_PART = 65536


@dataclass(frozen=True)
class Routes:
    """Where the two answers are found."""

    health: str = "/ping"
    predict: str = "/invocations"


@dataclass(frozen=True)
class Limits:
    """Bytes of one body, seconds for one request to arrive, open connections, models computing at once."""

    max_bytes: int = MAX_BYTES
    seconds: float = 60.0
    connections: int = 128
    at_once: int = 4


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: ModelServer
    protocol_version = "HTTP/1.1"
    server_version = "mlops-serving"
    sys_version = ""
    disable_nagle_algorithm = True
    wbufsize = 65536  # head and body leave together

    def setup(self) -> None:
        """Read through a clock."""
        super().setup()
        self._clock = TimedReader(self.connection, self.server.limits.seconds)
        self.rfile = io.BufferedReader(self._clock)

    def handle_one_request(self) -> None:
        """Wait for a request and answer it; an idle connection is closed when the server ends."""
        try:
            self._clock.next_request()
            self.server.idle(self.connection)
            super().handle_one_request()
        except (OSError, ValueError):  # gone, or closed by the server's end
            self.close_connection = True

    def parse_request(self) -> bool:
        """A first line has come: this connection is at work now."""
        if not self.server.busy(self.connection):
            self.close_connection = True
            return False
        parsed = super().parse_request()
        self.path = self.path.partition("?")[0] if parsed else ""
        return parsed

    def handle_expect_100(self) -> bool:
        """Say at once that a body is too large, before it is sent."""
        try:
            announced(self.headers, self.server.limits.max_bytes)
        except RefusedError as error:
            self._refuse(error.status, str(error))
            return False
        going_on = super().handle_expect_100()
        self.wfile.flush()
        return going_on

    def do_GET(self) -> None:
        """200 on the health route: the model was loaded before the port was opened."""
        if self.path == self.server.routes.health:
            self._reply(HTTPStatus.OK, {"status": "ready"})
        else:
            self._other()

    def do_HEAD(self) -> None:
        """As GET, without the body."""
        self.do_GET()

    def do_OPTIONS(self) -> None:
        """Which methods a path has."""
        if self.path == "*" or self._allowed():
            self._reply(HTTPStatus.NO_CONTENT, None, self._allowed() or "GET, HEAD, POST, OPTIONS")
        else:
            self._other()

    def do_POST(self) -> None:
        """Predictions for the rows of the body."""
        if self.path != self.server.routes.predict:
            self._other()
            return
        try:
            size = announced(self.headers, self.server.limits.max_bytes)
            with self.server.budget.hold(self.server.limits.max_bytes if size is None else size):
                body = read_body(self.rfile, self.headers, size, self.server.limits.max_bytes)
                self._predict(self.headers.get_content_type(), body)
        except RefusedError as error:
            self._refuse(error.status, str(error))
        except TimeoutError:
            self._refuse(
                HTTPStatus.REQUEST_TIMEOUT,
                f"the request did not come within {self.server.limits.seconds:g} s",
            )

    def _other(self) -> None:
        """A path that is not there, or not with this method; a body may follow, so the connection ends."""
        if allowed := self._allowed():
            self._refuse(HTTPStatus.METHOD_NOT_ALLOWED, f"{self.command}: allowed: {allowed}", allowed)
        else:
            self._refuse(HTTPStatus.NOT_FOUND, f"no such path: {self.path[:200]}")

    do_PUT = do_DELETE = do_PATCH = do_TRACE = do_CONNECT = _other  # noqa: N815 - the base class's names

    def _allowed(self) -> str:
        routes = self.server.routes
        return {routes.health: "GET, HEAD, OPTIONS", routes.predict: "POST, OPTIONS"}.get(self.path, "")

    def _predict(self, content_type: str, body: bytes) -> None:
        if content_type not in CONTENT_TYPES:
            allowed = ", ".join(CONTENT_TYPES)
            self._fail(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"{content_type}: send one of {allowed}")
            return
        model = self.server.model
        try:
            with self.server.computing:
                predictions = model.answer(read_table(content_type, body, model.features, model.text_columns))
            self._reply(HTTPStatus.OK, {"predictions": predictions})
        except BadRequestError as error:
            self._fail(HTTPStatus.BAD_REQUEST, str(error))
        except AnswerError as error:
            self._fail(HTTPStatus.INTERNAL_SERVER_ERROR, str(error))
        except OSError:
            raise  # the caller has gone
        except Exception as error:  # noqa: BLE001 - the user's model may raise anything; the caller gets an answer
            # Not the error's text: it may hold cells of the rows, and logs are kept.
            self.log_error("the model failed: %s", type(error).__name__)
            self._fail(HTTPStatus.INTERNAL_SERVER_ERROR, f"the model failed: {type(error).__name__}")

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """The base class's own refusals (a line too long, no HTTP), as JSON too."""
        del explain
        self.request_version = "HTTP/1.1"  # what was no HTTP gets an answer with a head, too
        self._refuse(HTTPStatus(code), message or HTTPStatus(code).phrase)

    def _refuse(self, status: HTTPStatus, message: str, allow: str = "") -> None:
        """Fail without having read the body: the connection cannot be used again."""
        self.close_connection = True
        self._reply(status, {"error": message}, allow)
        with suppress(OSError):  # a reset would take the answer away from a caller who still sends
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_WR)
            end = time.monotonic() + _LINGER_SECONDS
            self.connection.settimeout(_LINGER_SECONDS)
            while time.monotonic() < end and self.connection.recv(_PART):
                pass

    def _fail(self, status: HTTPStatus, message: str) -> None:
        self._reply(status, {"error": message})

    def _reply(self, status: HTTPStatus, document: dict[str, Any] | None, allow: str = "") -> None:
        body = b"" if document is None else json.dumps(document, allow_nan=False).encode()
        self.connection.settimeout(self.server.limits.seconds)
        self.send_response(status)
        if document is not None:
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
        if allow:
            self.send_header("Allow", allow)
        if status == HTTPStatus.SERVICE_UNAVAILABLE:
            self.send_header("Retry-After", "1")
        if self.close_connection or self.server.ending:
            self.close_connection = True
            self.send_header("Connection", "close")
        self.end_headers()
        if getattr(self, "command", None) != "HEAD":
            self.wfile.write(body)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing per request: a batch transform sends thousands."""


class ModelServer(ThreadingHTTPServer):
    """A thread a connection, so many at most; `drain` ends it after the requests at work."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], model: ServedModel, routes: Routes, limits: Limits) -> None:
        """Bind; ServedModel is used by several threads at once."""
        self.model, self.routes, self.limits = model, routes, limits
        self.budget = Budget(_BODIES * limits.max_bytes, limits.seconds / 4)
        self.computing = threading.BoundedSemaphore(limits.at_once)
        self.ending = False
        self._lock = threading.Condition()
        self._idle: dict[socket.socket, bool] = {}
        super().__init__(address, Handler)

    def server_bind(self) -> None:
        """Without the base class's question to a name server, which a container without network waits for."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    def verify_request(self, request: Any, client_address: Any) -> bool:
        """Whether there is room for one more connection; if not, it is told so."""
        del client_address
        with self._lock:
            if len(self._idle) < self.limits.connections and not self.ending:
                self._idle[request] = True
                return True
        body = b'{"error": "too many connections; try again"}'
        head = f"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: {len(body)}\r\n"
        with suppress(OSError):
            request.settimeout(1)
            request.sendall(
                head.encode() + b"Content-Type: application/json\r\nConnection: close\r\n\r\n" + body
            )
        return False

    def idle(self, connection: socket.socket) -> None:
        """It waits for a request."""
        with self._lock:
            self._idle[connection] = True
            self._lock.notify_all()
            if self.ending:
                raise OSError

    def busy(self, connection: socket.socket) -> bool:
        """A request has begun; False when the server has ended meanwhile."""
        with self._lock:
            self._idle[connection] = False
            return not self.ending

    def shutdown_request(self, request: Any) -> None:
        """The connection is over."""
        with self._lock:
            self._idle.pop(request, None)
            self._lock.notify_all()
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that has gone is no event, and a traceback could show rows."""

    def drain(self, seconds: float) -> bool:
        """No new connection, idle ones closed, the requests at work answered. Whether all were in time."""
        self.shutdown()
        self.socket.close()
        with self._lock:
            self.ending = True
            for connection, idle in self._idle.items():
                if idle:
                    with suppress(OSError):
                        connection.shutdown(socket.SHUT_RDWR)
            return self._lock.wait_for(lambda: not any(not idle for idle in self._idle.values()), seconds)


def make_server(
    model: ServedModel, host: str, port: int, routes: Routes | None = None, limits: Limits | None = None
) -> ModelServer:
    """A bound server; port 0 takes a free one. The caller runs and closes it."""
    return ModelServer((host, port), model, routes or Routes(), limits or Limits())
