"""The bytes of a request within bounds: of size, of time, and of what is in flight altogether."""

from __future__ import annotations

import io
import re
import threading
import time
import zlib
from contextlib import contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator
    from email.message import Message
    from io import BufferedIOBase

    from _typeshed import WriteableBuffer

_LINE = 1024
_HEX = re.compile(rb"[0-9A-Fa-f]{1,16}")
_LENGTH = re.compile(r"[0-9]{1,18}")


class RefusedError(Exception):
    """A request that is answered with this status; the rest of it is not read."""

    def __init__(self, status: HTTPStatus, message: str) -> None:
        super().__init__(message)
        self.status = status


class TimedReader(io.RawIOBase):
    """A socket whose every request must arrive in full within `seconds` of its first byte (a slow client)."""

    def __init__(self, connection: socket.socket, seconds: float) -> None:
        super().__init__()
        self._connection, self._seconds = connection, seconds
        self.idle = True
        self.next_request()

    def next_request(self) -> None:
        """Wait for a first byte again, as long as a whole request may take."""
        self.idle = True
        self._deadline = time.monotonic() + self._seconds

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """What has come, at most the buffer's length; TimeoutError after the deadline."""
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._connection.settimeout(left)
        count = self._connection.recv_into(buffer)
        if self.idle:
            self.idle, self._deadline = False, time.monotonic() + self._seconds
        return count


class Budget:
    """How many bytes of bodies are in memory at once; who finds no room waits, then is told to come again."""

    def __init__(self, limit: int, patience: float) -> None:
        self._limit, self._patience = limit, patience
        self._used = 0
        self._changed = threading.Condition()

    @contextmanager
    def hold(self, size: int) -> Iterator[None]:
        """Room for `size` bytes, at most the limit. RefusedError (503) when none gets free in time."""
        wanted = min(size, self._limit)
        with self._changed:
            if not self._changed.wait_for(lambda: self._used + wanted <= self._limit, self._patience):
                raise RefusedError(
                    HTTPStatus.SERVICE_UNAVAILABLE, "too many large requests at once; try again"
                )
            self._used += wanted
        try:
            yield
        finally:
            with self._changed:
                self._used -= wanted
                self._changed.notify_all()


def announced(headers: Message, limit: int) -> int | None:
    """Bytes that will come; None: in chunks, until they end. RefusedError for no length, or too much."""
    lengths = headers.get_all("Content-Length", [])
    coding = headers.get("Transfer-Encoding")
    if coding is not None:
        if lengths or coding.strip().lower() != "chunked":
            raise RefusedError(HTTPStatus.BAD_REQUEST, "Transfer-Encoding: send chunked, or a Content-Length")
        return None
    if len(lengths) != 1 or not _LENGTH.fullmatch(lengths[0].strip()):
        raise RefusedError(HTTPStatus.LENGTH_REQUIRED, "Content-Length is required, once, in decimal digits")
    if int(lengths[0]) > limit:
        raise _too_large(limit)
    return int(lengths[0])


def read_body(stream: BufferedIOBase, headers: Message, size: int | None, limit: int) -> bytes:
    """The whole body, decompressed; RefusedError when it is cut short, too large or coded otherwise."""
    body = _chunks(stream, limit) if size is None else stream.read(size)
    if size is not None and len(body) != size:
        raise RefusedError(HTTPStatus.BAD_REQUEST, f"{size} bytes are announced, {len(body)} came")
    coding = headers.get("Content-Encoding", "identity").strip().lower()
    if coding == "identity":
        return body
    if coding not in {"gzip", "x-gzip"}:
        raise RefusedError(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"Content-Encoding {coding[:40]}: send gzip or none"
        )
    return _gunzip(body, limit)


def _chunks(stream: BufferedIOBase, limit: int) -> bytes:
    """RFC 9112, 7.1: size in hexadecimal digits, CRLF, the bytes, CRLF; a size of 0 and trailers end it."""
    parts, total = [], 0
    while size := _size(stream.readline(_LINE)):
        total += size
        if total > limit:
            raise _too_large(limit)
        part = stream.read(size)
        if len(part) != size or stream.readline(_LINE) not in {b"\r\n", b"\n"}:
            raise RefusedError(HTTPStatus.BAD_REQUEST, "a chunk of the body is cut short")
        parts.append(part)
    for _ in range(100):
        if stream.readline(_LINE) in {b"\r\n", b"\n", b""}:
            return b"".join(parts)
    raise RefusedError(HTTPStatus.BAD_REQUEST, "too many trailers")


def _size(line: bytes) -> int:
    digits = line.split(b";")[0].strip()
    if not _HEX.fullmatch(digits) or not line.endswith(b"\n"):
        raise RefusedError(HTTPStatus.BAD_REQUEST, "a chunk of the body has no size")
    return int(digits, 16)


def _gunzip(body: bytes, limit: int) -> bytes:
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        unpacked = unpacker.decompress(body, limit + 1)
    except zlib.error as error:
        raise RefusedError(HTTPStatus.BAD_REQUEST, f"not gzip: {error}") from error
    if len(unpacked) > limit:
        raise _too_large(limit)
    if not unpacker.eof or unpacker.unused_data:
        raise RefusedError(HTTPStatus.BAD_REQUEST, "not gzip: cut short, or bytes after its end")
    return unpacked


def _too_large(limit: int) -> RefusedError:
    return RefusedError(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        f"at most {limit} bytes; send smaller batches (--max-bytes)",
    )
