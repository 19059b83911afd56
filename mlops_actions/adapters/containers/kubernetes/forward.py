"""A port of a pod as a port of this machine's loopback, through the cluster's API.

The node connects inside the pod itself, so a NetworkPolicy that denies everything stays as it is.
"""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlops_actions.adapters.containers.kubernetes.cluster import Cluster

_CHUNK = 64 * 1024
_CONNECTIONS = 16  # waiting to be accepted


@contextmanager
def forwarded(cluster: Cluster, pod: str, port: int) -> Iterator[int]:
    """The port of 127.0.0.1 whose connections reach a port of the pod, until the block is left."""
    with socket.create_server(("127.0.0.1", 0), backlog=_CONNECTIONS) as listener:
        accepting = threading.Thread(target=_accept, args=(listener, cluster, pod, port), daemon=True)
        accepting.start()
        try:
            yield int(listener.getsockname()[1])
        finally:
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that accepts


def _accept(listener: socket.socket, cluster: Cluster, pod: str, port: int) -> None:
    with suppress(OSError):  # the listener is closed
        while True:
            here, _ = listener.accept()
            threading.Thread(target=_connect, args=(here, cluster, pod, port), daemon=True).start()


def _connect(here: socket.socket, cluster: Cluster, pod: str, port: int) -> None:
    """One connection: what the pod refuses is closed here, as by a server that does not listen."""
    from kubernetes.client.exceptions import ApiException  # noqa: PLC0415 - in an extra
    from kubernetes.stream import ws_client  # noqa: PLC0415

    with here:
        try:
            forward = ws_client.portforward_call(
                cluster.configuration,
                "GET",
                cluster.url(f"{cluster.pods}/{pod}/portforward"),
                query_params=[("ports", str(port))],
                headers=cluster.headers(),
            )
        except ApiException:
            return
        there = forward.socket(port)
        back = threading.Thread(target=_pump, args=(there, here), daemon=True)
        back.start()
        _pump(here, there)
        back.join()


def _pump(source: Any, target: Any) -> None:
    """Bytes one way, until either side ends; then both are closed, for the way back has nothing to say."""
    with suppress(OSError):
        while chunk := source.recv(_CHUNK):
            target.sendall(chunk)
    for each in (source, target):
        with suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)
        with suppress(OSError):
            each.close()
