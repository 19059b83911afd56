"""The engine's socket behind a TCP port of 127.0.0.1: to a client an engine elsewhere."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

SOCKET = "/var/run/docker.sock"
KEPT = 2**16  # bytes of what each connection asked for


@dataclass
class EngineProxy:
    """Forwards connections, and keeps the beginning of what each one asked for."""

    listener: socket.socket
    asked: list[bytearray] = field(default_factory=list)
    open: list[socket.socket] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"tcp://127.0.0.1:{self.listener.getsockname()[1]}"

    def said(self) -> bytes:
        """Everything kept."""
        return b"\n".join(bytes(each) for each in self.asked)

    def serve(self) -> None:
        with suppress(OSError):  # closed: the end
            while True:
                client, _ = self.listener.accept()
                engine = socket.socket(socket.AF_UNIX)
                engine.connect(SOCKET)
                self.open += [client, engine]
                self.asked.append(bytearray())
                for source, target, kept in ((client, engine, self.asked[-1]), (engine, client, None)):
                    threading.Thread(target=_forward, args=(source, target, kept), daemon=True).start()

    def close(self) -> None:
        for each in (self.listener, *self.open):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()


def _forward(source: socket.socket, target: socket.socket, kept: bytearray | None) -> None:
    """Until the source ends, which the target is told; a target that has gone ends the source."""
    try:
        while chunk := source.recv(65536):
            if kept is not None and len(kept) < KEPT:
                kept += chunk
            target.sendall(chunk)
    except OSError:
        with suppress(OSError):
            source.shutdown(socket.SHUT_RDWR)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)


@contextmanager
def engine_proxy() -> Iterator[EngineProxy]:
    """A running proxy, closed on leaving."""
    listener = socket.create_server(("127.0.0.1", 0))
    proxy = EngineProxy(listener)
    thread = threading.Thread(target=proxy.serve, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        proxy.close()
        thread.join(timeout=5)
