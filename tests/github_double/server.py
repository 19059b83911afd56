"""The HTTP server around the state: roles, faults, recording, and the contract."""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, ClassVar, Self
from urllib.parse import parse_qsl, urlsplit

from tests.github_double.context import Context
from tests.github_double.contract import request_violations, response_violations
from tests.github_double.exchange import Call, RefusedError, Reply
from tests.github_double.faults import Fault
from tests.github_double.routes import find
from tests.github_double.state import NOW, Role, State, numeric_id

if TYPE_CHECKING:
    from types import TracebackType

_RATE = {"x-ratelimit-limit": "1000", "x-ratelimit-remaining": "900", "x-ratelimit-reset": "4102444800"}


class GitHubDouble:
    """A GitHub API on 127.0.0.1; `url` is what GITHUB_API_URL should say."""

    def __init__(self, state: State | dict[str, Any] | None = None, *, port: int = 0) -> None:
        self.state = State()
        self.state.merge(state if isinstance(state, State) else State.model_validate(state or {}))
        self.requests: list[dict[str, Any]] = []
        self.violations: list[str] = []
        self._lock = threading.Lock()
        handler = type("Handler", (_Handler,), {"double": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", port), handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=5)

    def seed(self, more: dict[str, Any]) -> None:
        """Add to the state; the shape is in README.md."""
        parsed = State.model_validate(more)
        with self._lock:
            self.state.merge(parsed)

    def fault(self, **settings: Any) -> None:
        """Inject a fault; settings as in faults.Fault."""
        with self._lock:
            self.state.faults.append(Fault(**settings))

    def calls(self, method: str = "", path_part: str = "") -> list[dict[str, Any]]:
        """Recorded requests, oldest first."""
        with self._lock:
            return [r for r in self.requests if method in {"", r["method"]} and path_part in r["path"]]

    def dump(self) -> dict[str, Any]:
        """State, requests and violations as JSON values."""
        with self._lock:
            state = self.state.model_dump(mode="json")
            return {"state": state, "requests": list(self.requests), "violations": list(self.violations)}

    def _role(self, call: Call) -> Role | None:
        scheme, _, token = call.headers.get("authorization", "").partition(" ")
        if scheme.lower() not in {"token", "bearer"} or not token:
            return None
        return self.state.tokens.get(token, self.state.role)

    def answer(self, call: Call) -> tuple[Reply, Fault | None]:
        """Handle one API call: fault, role, handler, contract; everything is recorded."""
        with self._lock:
            fault = next((f for f in self.state.faults if f.strikes(call.method, call.path)), None)
            spoils = fault is not None and (fault.reset or fault.status is not None)
            if fault is not None and spoils and not fault.after:
                reply = _spoilt(fault)
            else:
                reply = self._handled(call)
                if fault is not None and spoils:
                    reply = _spoilt(fault)
            self._record(call, reply, fault)
        return reply, fault

    def _handled(self, call: Call) -> Reply:
        found = find(call.method, call.path)
        if found is None:
            self.violations.append(f"request {call.method} {call.path}: the double has no such operation")
            return RefusedError(404, "Not Found").reply
        route, values = found
        problems = request_violations(call, route.template, values)
        self.violations += problems
        role = self._role(call)
        if problems:
            reply = RefusedError(422, problems[0], errors=[]).reply
        elif role is None or role == "bad":
            reply = RefusedError(401, "Requires authentication" if role is None else "Bad credentials").reply
        else:
            try:
                reply = route.handler(Context(call, values, self.state, role))
            except RefusedError as refused:
                reply = refused.reply
        self.violations += response_violations(call, route.template, values, reply)
        return reply

    def _record(self, call: Call, reply: Reply, fault: Fault | None) -> None:
        body = call.body.decode("utf-8", "replace")
        seen = {"method": call.method, "path": call.path, "query": call.query, "body": body}
        self.requests.append({**seen, "status": reply.status, "fault": fault is not None})

    def blob(self, path: str, headers: dict[str, str]) -> Reply:
        """The store behind an artifact's redirect: it must never see the API's token."""
        name, _, artifact_id = path.removeprefix("/_double/blobs/").rpartition("/")
        with self._lock:
            if "authorization" in headers:
                self.violations.append(f"GET {path}: the token was sent to the blob store")
                return Reply(400, {"message": "InvalidAuthenticationInfo"})
            repo = self.state.repositories[name]
            item = next(a for a in repo.artifacts if a.id == int(artifact_id))
            return Reply(200, item.archive(), content_type="application/zip")


def _spoilt(fault: Fault) -> Reply:
    body = {"message": fault.message, "documentation_url": "https://docs.github.com/rest"}
    return Reply(fault.status or 0, body, dict(fault.headers))


class _Handler(BaseHTTPRequestHandler):
    double: ClassVar[GitHubDouble]
    protocol_version = "HTTP/1.1"
    timeout = 30

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- the base class names it so
        """Requests are recorded, not printed."""

    def _serve(self) -> None:
        target = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers.get("content-length", "0")))
        query = dict(parse_qsl(target.query, keep_blank_values=True))
        if target.path == "/_double/state":
            self._send(self._control(body))
        elif target.path.startswith("/_double/blobs/"):
            self._send(self._blob(target.path, headers))
        else:
            call = Call(self.command, target.path, query, headers, body, self.double.url)
            reply, fault = self.double.answer(call)
            time.sleep(fault.delay if fault else 0.0)
            if fault is not None and fault.reset:
                self._reset()
            else:
                self._send(reply)

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _serve  # noqa: N815 -- the base class looks them up so

    def _control(self, body: bytes) -> Reply:
        if self.command == "POST":
            try:
                self.double.seed(json.loads(body))
            except ValueError as error:  # not JSON, or not the shape of a seed
                return Reply(400, {"message": str(error)})
        return Reply(200, self.double.dump())

    def _blob(self, path: str, headers: dict[str, str]) -> Reply:
        call = Call("GET", path, {}, headers, b"", self.double.url)
        state = self.double.state
        fault = next((f for f in state.faults if f.strikes("GET", path)), None)
        if fault is not None and fault.status is not None:
            return _spoilt(fault)
        return self.double.blob(call.path, headers)

    def _reset(self) -> None:
        """Close with RST, as a broken connection does."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()

    def _send(self, reply: Reply) -> None:
        payload = reply.payload()
        self.send_response(reply.status)
        own = {"Content-Type": reply.content_type, "Content-Length": str(len(payload))}
        request_id = f"{numeric_id(self.path):08X}:{NOW}"
        for name, value in {**_RATE, "x-github-request-id": request_id, **own, **reply.headers}.items():
            self.send_header(name, value)
        try:
            self.end_headers()
            self.wfile.write(payload)
        except ConnectionError:  # the client gave up waiting: what a delay is for
            self.close_connection = True
