"""HTTP around a model: GET /ping, POST /invocations (the SageMaker and MLflow scoring contract)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, ClassVar

from mlops_actions.serving.model import AnswerError
from mlops_actions.serving.table import CONTENT_TYPES, BadRequestError, read_table

if TYPE_CHECKING:
    from mlops_actions.serving.model import ServedModel

MAX_BYTES = 64 * 2**20


@dataclass(frozen=True)
class Routes:
    """Where the two answers are found."""

    health: str = "/ping"
    predict: str = "/invocations"


class Handler(BaseHTTPRequestHandler):
    """One request; `make_server` binds the model and the routes."""

    model: ClassVar[ServedModel]
    routes: ClassVar[Routes]
    protocol_version = "HTTP/1.1"
    server_version = "mlops-serving"
    sys_version = ""
    timeout = 60

    def do_GET(self) -> None:
        """200 on the health route: the model was loaded before the port was opened."""
        if self.path == self.routes.health:
            self._reply(HTTPStatus.OK, {"status": "ready"})
        else:
            self._fail(HTTPStatus.NOT_FOUND, f"no such path: {self.path}")

    def do_POST(self) -> None:
        """Predictions for the rows of the body."""
        length = self.headers.get("Content-Length")
        if length is None or not length.isdecimal():
            self._refuse(HTTPStatus.LENGTH_REQUIRED, "Content-Length is required")
        elif int(length) > MAX_BYTES:
            self._refuse(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"at most {MAX_BYTES} bytes; send smaller batches"
            )
        else:
            self._predict(self.headers.get_content_type(), self.rfile.read(int(length)))

    def _predict(self, content_type: str, body: bytes) -> None:
        if self.path != self.routes.predict:
            self._fail(HTTPStatus.NOT_FOUND, f"no such path: {self.path}")
        elif content_type not in CONTENT_TYPES:
            self._fail(
                HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"{content_type}: send one of {', '.join(CONTENT_TYPES)}"
            )
        else:
            try:
                table = read_table(content_type, body, self.model.features)
                predictions = self.model.answer(table)
            except BadRequestError as error:
                self._fail(HTTPStatus.BAD_REQUEST, str(error))
            except AnswerError as error:
                self._fail(HTTPStatus.INTERNAL_SERVER_ERROR, str(error))
            except Exception as error:  # noqa: BLE001 - the user's model may raise anything; the caller gets an answer
                self.log_error("%s: %s", type(error).__name__, error)
                self._fail(HTTPStatus.INTERNAL_SERVER_ERROR, f"the model failed: {type(error).__name__}")
            else:
                self._reply(HTTPStatus.OK, {"predictions": predictions})

    def _refuse(self, status: HTTPStatus, message: str) -> None:
        """Fail without having read the body: the connection cannot be used again."""
        self.close_connection = True
        self._fail(status, message)

    def _fail(self, status: HTTPStatus, message: str) -> None:
        self._reply(status, {"error": message})

    def _reply(self, status: HTTPStatus, document: dict[str, Any]) -> None:
        body = json.dumps(document, allow_nan=False).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing per request: a batch transform sends thousands."""


def make_server(
    model: ServedModel, host: str, port: int, routes: Routes | None = None
) -> ThreadingHTTPServer:
    """A bound server; port 0 takes a free one. The caller runs and closes it."""
    bound = type("BoundHandler", (Handler,), {"model": model, "routes": routes or Routes()})
    server = ThreadingHTTPServer((host, port), bound)
    server.daemon_threads = True
    return server
