"""The server's side of a web socket (RFC 6455), as much as the cluster double needs."""

from __future__ import annotations

import base64
import hashlib
import struct
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from http.server import BaseHTTPRequestHandler

_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_BINARY, _CLOSE = 2, 8


class WebSocket:
    """Frames over an upgraded connection; one thread reads, any may write."""

    def __init__(self, handler: BaseHTTPRequestHandler, protocol: str) -> None:
        key = handler.headers["Sec-WebSocket-Key"] + _GUID
        accept = base64.b64encode(hashlib.sha1(key.encode(), usedforsecurity=False).digest()).decode()
        handler.send_response(101)
        for name, value in {
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Accept": accept,
            "Sec-WebSocket-Protocol": protocol,
        }.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.close_connection = True
        self._in, self._out, self._lock = handler.rfile, handler.wfile, threading.Lock()

    def receive(self) -> bytes | None:
        """The next message; None at the end."""
        head = self._in.read(2)
        if len(head) < 2 or head[0] & 15 == _CLOSE:
            return None
        length = head[1] & 127
        if length == 126:
            (length,) = struct.unpack(">H", self._in.read(2))
        elif length == 127:
            (length,) = struct.unpack(">Q", self._in.read(8))
        mask = self._in.read(4)
        content = self._in.read(length)
        return bytes(byte ^ mask[at % 4] for at, byte in enumerate(content))

    def send(self, channel: int, content: bytes) -> None:
        """One message on a channel."""
        self._frame(_BINARY, bytes([channel]) + content)

    def close(self) -> None:
        """Say that nothing more comes."""
        self._frame(_CLOSE, struct.pack(">H", 1000))

    def _frame(self, kind: int, content: bytes) -> None:
        size = len(content)
        if size < 126:
            head = struct.pack(">BB", 128 | kind, size)
        elif size < 1 << 16:
            head = struct.pack(">BBH", 128 | kind, 126, size)
        else:
            head = struct.pack(">BBQ", 128 | kind, 127, size)
        with self._lock:
            self._out.write(head + content)
            self._out.flush()
