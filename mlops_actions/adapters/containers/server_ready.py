"""A running model server, and waiting for it within bounds."""

from __future__ import annotations

import http.client
import time
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from mlops_actions.adapters.containers.environment import HEALTH_ROUTE
from mlops_actions.errors import ServingError

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlops_actions.adapters.containers.log_capture import LogCapture

_PING_SECONDS = 5.0
_PING_BYTES = 65536
_STOPPED = "Run the serve command yourself: the last lines say why it stopped."
_NOT_STARTED = (
    "Name your server in train.process.serve (in a container: what IMAGE serve runs). For a fitted "
    "scikit-learn-style model one is shipped: python -m mlops_actions.serving. "
    "See docs/contracts.md, Serving."
)
_PAUSE, _LONGEST_PAUSE = 0.05, 0.5


@dataclass(frozen=True)
class Server:
    """Where a model server answers. It is stopped by whoever started it."""

    base_url: str
    capture: LogCapture
    contained: bool
    opt_outs: tuple[str, ...] = ()

    def log_tail(self) -> tuple[str, ...]:
        """Its last 40 lines so far."""
        return self.capture.tail


def wait_until_ready(server: Server, ended: Callable[[], str | None], timeout_seconds: float) -> None:
    """Until GET /ping answers 200. `ended` says how the server ended, or None while it runs.

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
        status = _ping(server.base_url, min(_PING_SECONDS, left))
        if status == HTTPStatus.OK and ended() is None:
            return
        seen = status if isinstance(status, str) else f"status {status}, wanted 200"
        time.sleep(pause)
        pause = min(pause * 1.2, _LONGEST_PAUSE)


def _no_file(server: Server) -> bool:
    """Whether what should be started is not there (Python's, a shell's and the kernel's words)."""
    words = ("can't open file", "No module named", "No such file or directory", "not found")
    return any(word in line for line in server.log_tail() for word in words)


def _ping(base_url: str, seconds: float) -> int | str:
    address = urlsplit(base_url)
    connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=seconds)
    try:
        connection.request("GET", HEALTH_ROUTE, headers={"Connection": "close"})
        response = connection.getresponse()
        response.read(_PING_BYTES)  # an unread answer resets the connection, and servers log that at length
    except (OSError, http.client.HTTPException) as error:
        return f"{type(error).__name__}: {error}"
    else:
        return response.status
    finally:
        connection.close()
