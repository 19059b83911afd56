"""A running model server, and waiting for it within bounds."""

from __future__ import annotations

import http.client
import time
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from mlops_actions.adapters.containers.environment import FALLBACK_ROUTES, HEALTH_ROUTE
from mlops_actions.errors import ServingError

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlops_actions.adapters.containers.log_capture import LogCapture

_UNKNOWN = {HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.NOT_IMPLEMENTED}
_PING_SECONDS = 5.0
_PING_BYTES = 65536
_STOPPED = "Run the serve command yourself: the last lines say why it stopped."
_NOT_STARTED = (
    "Name your server in train.process.serve (in a container: what IMAGE serve runs). For a fitted "
    "scikit-learn-style model one is shipped: mlops serve (python -m mlops_actions.serving). "
    "See docs/serving.md."
)
_PAUSE, _LONGEST_PAUSE = 0.05, 0.5


@dataclass(frozen=True)
class Server:
    """Where a model server answers. It is stopped by whoever started it.

    `reaches_host`: it is in a container, and from there can open connections to the engine's machine.
    """

    base_url: str
    capture: LogCapture
    contained: bool
    reaches_host: bool = False
    opt_outs: tuple[str, ...] = ()

    def log_tail(self) -> tuple[str, ...]:
        """Its last 40 lines so far."""
        return self.capture.tail


def wait_until_ready(server: Server, ended: Callable[[], str | None], timeout_seconds: float) -> None:
    """Until GET /ping answers 200, or where there is no such path another route of health.

    `ended` says how the server ended, or None while it runs.

    ServingError with the last lines: it ended by itself, or was not ready in time.
    """
    deadline = time.monotonic() + timeout_seconds
    seen, pause = "no answer", _PAUSE
    while True:
        if (how := ended()) is not None:
            raise ServingError(
                f"the model server ended before it was ready: {how}",
                hint=_NOT_STARTED if _no_file(server) else _STOPPED,
                log_tail=server.log_tail(),
            )
        left = deadline - time.monotonic()
        if left <= 0:
            raise ServingError(
                f"the model server was not ready within {timeout_seconds:g} s: GET {HEALTH_ROUTE}: {seen}",
                hint="It must answer 200 at /ping on AIP_HTTP_PORT; serving.start_timeout is the limit.",
                log_tail=server.log_tail(),
            )
        status = _health(server.base_url, min(_PING_SECONDS, left))
        if status == HTTPStatus.OK and ended() is None:
            return
        seen = status if isinstance(status, str) else f"status {status}, wanted 200"
        time.sleep(pause)
        pause = min(pause * 1.2, _LONGEST_PAUSE)


def _no_file(server: Server) -> bool:
    """Whether what should be started is not there (Python's, a shell's and the kernel's words)."""
    words = ("can't open file", "No module named", "No such file or directory", "not found")
    return any(word in line for line in server.log_tail() for word in words)


def _health(base_url: str, seconds: float) -> int | str:
    """The status of /ping; where a server does not know it, 200 when one of the other routes says so."""
    status = _get(base_url, HEALTH_ROUTE, seconds)
    if status in _UNKNOWN and any(
        _get(base_url, route, seconds) == HTTPStatus.OK for route in FALLBACK_ROUTES
    ):
        return int(HTTPStatus.OK)
    return status


def _get(base_url: str, route: str, seconds: float) -> int | str:
    """A status, with where a redirect leads (it is not followed), or why there is none."""
    address = urlsplit(base_url)
    connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=seconds)
    try:
        connection.request("GET", route, headers={"Connection": "close"})
        response = connection.getresponse()
        response.read(_PING_BYTES)  # an unread answer resets the connection, and servers log that at length
    except (OSError, http.client.HTTPException) as error:
        return f"{type(error).__name__}: {error}"
    else:
        if location := response.getheader("Location"):
            return f"status {response.status}, a redirect to {location[:200]}; wanted 200"
        return response.status
    finally:
        connection.close()
