"""A way into a container that has no network: from outside, and none from inside.

A network between this machine and a container goes both ways: what runs inside reaches the ports of this
machine. With no network a server still has its own loopback. A thread of ours enters the container's network
(setns(2), Linux), opens a connection there, and ends; what is sent to a port of this machine's loopback is
handed on over it. Only root may enter.
"""

from __future__ import annotations

import ctypes
import os
import socket
import sys
import threading
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from mlops_actions.errors import ContainerError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_CLONE_NEWNET = 0x40000000
_SECONDS = 10.0
_CHUNK = 65536
_NAME = "ns/net"
_T = TypeVar("_T")


def can_enter() -> bool:
    """Whether this process may enter the network of another: tried on its own."""
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        return False
    try:
        own = os.open(f"/proc/self/{_NAME}", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        return _inside(own, lambda: True)
    except OSError:
        return False
    finally:
        os.close(own)


@contextmanager
def reached(container: str, pid: int, port: int) -> Iterator[int]:
    """A port of this machine's loopback that leads to a port of a container's own loopback.

    Args:
        container: its id, which the process's cgroup must name.
        pid: of its first process, seen from here; 0: it has ended, and nothing answers.
        port: inside.

    Raises:
        ContainerError: the process is not the container's, or its network is this machine's.
    """
    with ExitStack() as stack:
        network = _network_of(container, pid) if pid else -1
        if network >= 0:
            stack.callback(os.close, network)
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))

        def dial() -> socket.socket:
            return _inside(network, lambda: socket.create_connection(("127.0.0.1", port), _SECONDS))

        taker = threading.Thread(target=_take, args=(listener, dial), daemon=True)
        taker.start()
        try:
            yield int(listener.getsockname()[1])
        finally:
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)  # ends accept()
            taker.join(timeout=_SECONDS)


def _network_of(container: str, pid: int) -> int:
    folder = Path("/proc", str(pid))
    try:
        network = os.open(folder / _NAME, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return -1  # it has ended
    except OSError as error:
        raise ContainerError(f"the model server's network cannot be entered: {error.strerror}") from None
    with suppress(OSError):
        told = (folder / "cgroup").read_text(errors="replace")
        own = Path("/proc/self", _NAME).stat()
        if container in told and os.fstat(network).st_ino != own.st_ino:
            return network
    os.close(network)
    if not folder.exists():
        return -1
    raise ContainerError(
        "the model server's network cannot be entered: its process is not told apart from this machine's",
        hint="Run as a user that is not root, or where the engine is.",
    )


def _inside(network: int, work: Callable[[], _T]) -> _T:
    """Done in a thread that has entered a network and ends with it. OSError: it may not, or the work's."""
    done: list[_T] = []
    failed: list[OSError] = []

    def enter() -> None:
        try:
            if ctypes.CDLL(None, use_errno=True).setns(network, _CLONE_NEWNET):
                number = ctypes.get_errno()
                raise OSError(number, os.strerror(number))  # noqa: TRY301 - one place takes all
            done.append(work())
        except OSError as error:
            failed.append(error)

    thread = threading.Thread(target=enter, daemon=True)
    thread.start()
    thread.join()
    if failed:
        raise failed[0]
    return done[0]


def _take(listener: socket.socket, dial: Callable[[], socket.socket]) -> None:
    """Every connection gets one of its own inside; where nothing answers there, it is closed."""
    while True:
        try:
            outer, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=_hand_on, args=(outer, dial), daemon=True).start()


def _hand_on(outer: socket.socket, dial: Callable[[], socket.socket]) -> None:
    with outer:
        try:
            inner = dial()
        except OSError:
            return
        with inner:
            inner.settimeout(None)
            back = threading.Thread(target=_copy, args=(inner, outer), daemon=True)
            back.start()
            _copy(outer, inner)
            back.join()


def _copy(source: socket.socket, target: socket.socket) -> None:
    """Until one of both ends; the other is told."""
    with suppress(OSError):
        while data := source.recv(_CHUNK):
            target.sendall(data)
    for each, how in ((target, socket.SHUT_WR), (source, socket.SHUT_RD)):
        with suppress(OSError):
            each.shutdown(how)
