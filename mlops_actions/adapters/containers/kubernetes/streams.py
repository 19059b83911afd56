"""Commands in a running container over a web socket: bytes in, bytes out, exit code."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any

from mlops_actions.adapters.containers.kubernetes.cluster import ApiError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mlops_actions.adapters.containers.kubernetes.cluster import Cluster

_CHUNK = 256 * 1024
_SHOWN = 400
_QUIET_SECONDS = 60.0  # without a byte: the connection is dead
_PATIENCE = 600.0  # for a command that has all it needs, such as one that writes to a slow disk


def send(cluster: Cluster, pod: str, container: str, command: Sequence[str], content: IO[bytes]) -> None:
    """Give a command its standard input, and wait for its end. ApiError when it fails."""
    with _exec(cluster, pod, container, command, stdin=True) as socket:
        while chunk := content.read(_CHUNK):
            _write(socket, chunk)
            socket.update(timeout=0)
            if not socket.is_open():
                break
        socket.close_channel(0)  # protocol 5; tar sees the archive's own end before
        _until_closed(socket, _PATIENCE)
        _check(socket, command)


def take(
    cluster: Cluster, pod: str, container: str, command: Sequence[str], out: IO[bytes], limit: int
) -> bool:
    """Write what a command prints to `out`; False, and no more, above `limit` bytes. ApiError."""
    size, last = 0, time.monotonic()
    with _exec(cluster, pod, container, command, stdin=False) as socket:
        while True:
            opened = socket.is_open()
            if opened:
                socket.update(timeout=1)
            if chunk := socket.read_channel(1):
                size, last = size + len(chunk), time.monotonic()
                if size > limit:
                    return False
                out.write(chunk)
            elif not opened:
                break
            elif time.monotonic() - last > _QUIET_SECONDS:
                raise ApiError(0, f"{command[0]}: nothing came for {_QUIET_SECONDS:g} s")
        _check(socket, command)
    return True


@contextmanager
def _exec(
    cluster: Cluster, pod: str, container: str, command: Sequence[str], *, stdin: bool
) -> Iterator[Any]:
    from kubernetes.client.exceptions import ApiException  # noqa: PLC0415 - in an extra
    from kubernetes.stream import ws_client  # noqa: PLC0415
    from websocket import WebSocketException  # noqa: PLC0415 - comes with the client

    query = [
        ("container", container),
        ("command", list(command)),
        ("stdin", "true" if stdin else "false"),
        ("stdout", "true"),
        ("stderr", "true"),
        ("tty", "false"),
    ]
    socket = None
    try:
        socket = ws_client.websocket_call(
            cluster.configuration,
            "GET",
            cluster.url(f"{cluster.pods}/{pod}/exec"),
            query_params=query,
            headers=cluster.headers(),
            _preload_content=False,
            capture_all=False,
            binary=True,
        )
        yield socket
    except ApiException as error:
        raise ApiError(error.status or 0, f"exec in {pod}: {error.reason}") from error
    except (WebSocketException, OSError) as error:
        raise ApiError(0, f"exec in {pod}: {type(error).__name__}: {error}") from error
    finally:
        if socket is not None:
            socket.close()


def _write(socket: Any, chunk: bytes) -> None:
    socket.write_channel(0, chunk)


def _until_closed(socket: Any, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while socket.is_open():
        socket.update(timeout=1)
        if time.monotonic() > deadline:
            raise ApiError(0, f"a command did not end within {seconds:g} s")


def _check(socket: Any, command: Sequence[str]) -> None:
    """ApiError unless the command ended with exit code 0."""
    said = socket.read_channel(2).decode("utf-8", "replace").strip()[:_SHOWN]
    try:
        code = socket.returncode
    except (TypeError, KeyError, ValueError) as error:  # it was closed before the code came
        raise ApiError(0, f"{' '.join(command)[:80]}: the connection broke") from error
    if code != 0:
        raise ApiError(0, f"{' '.join(command)[:80]}: exit code {code}: {said}")
