"""HTTP to a model server: one kept-alive connection, a deadline over each request, bounded answers."""

from __future__ import annotations

import http.client
import time
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from mlops_actions.errors import ServingError

MAX_ANSWER_BYTES = 256 * 2**20
_CHUNK = 65536


@dataclass(frozen=True)
class Answer:
    """A status and a body."""

    status: int
    content: bytes
    location: str = ""


@dataclass
class Connection:
    """A request that finds the kept-alive connection closed is sent again, once, on a new one."""

    base_url: str
    timeout: float
    _connection: http.client.HTTPConnection | None = field(default=None, init=False)

    def call(self, method: str, path: str, body: bytes = b"", what: str = "") -> Answer:
        """The server's answer, whatever its status. `what` names the rows in an error.

        ServingError: none, not in full within `timeout` seconds, or a larger one than 256 MiB.
        """
        deadline = time.monotonic() + self.timeout
        fresh = self._connection is None
        try:
            return self._call(method, path, body, deadline)
        except (http.client.RemoteDisconnected, ConnectionError) as error:
            self.close()
            if fresh:
                raise self._broken(f"{method} {path}{what}", error) from error
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise self._broken(f"{method} {path}{what}", error) from error
        try:
            return self._call(method, path, body, deadline)
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise self._broken(f"{method} {path}{what}", error) from error

    def close(self) -> None:
        """Close the connection, if one is open."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _call(self, method: str, path: str, body: bytes, deadline: float) -> Answer:
        if self._connection is None:
            address = urlsplit(self.base_url)
            self._connection = http.client.HTTPConnection(str(address.hostname), address.port)
        connection = self._connection
        connection.timeout = _left(deadline)
        if connection.sock is None:
            connection.connect()
        connection.sock.settimeout(_left(deadline))
        connection.putrequest(method, path)
        if method == "POST":
            connection.putheader("Content-Type", "application/json")
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders()
        with suppress(BrokenPipeError, ConnectionResetError):  # refused while it is sent: the answer says why
            connection.send(body)
        response = connection.getresponse()
        content = self._read(response, deadline, f"{method} {path}")
        return Answer(response.status, content, response.getheader("Location", "") or "")

    def _read(self, response: http.client.HTTPResponse, deadline: float, where: str) -> bytes:
        """The body, however slowly it drips, within the deadline and the size limit."""
        parts: list[bytes] = []
        size = 0
        while True:
            if self._connection is not None and self._connection.sock is not None:
                self._connection.sock.settimeout(_left(deadline))
            part = response.read1(_CHUNK)
            if not part:
                response.read()  # read1 leaves a body of known length open
                return b"".join(parts)
            parts.append(part)
            size += len(part)
            if size > MAX_ANSWER_BYTES:
                raise ServingError(f"{where}: an answer of more than {MAX_ANSWER_BYTES} bytes")

    def _broken(self, where: str, error: Exception) -> ServingError:
        if isinstance(error, TimeoutError):
            seen = f"no full answer within {self.timeout:g} s"
        else:
            seen = f"the connection broke: {type(error).__name__}: {error}"
        return ServingError(
            f"{where}: {seen}",
            hint="serving.request_timeout and serving.batch_size are the limits of one request.",
        )


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
