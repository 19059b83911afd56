"""The log of a child, bounded in lines, line length and passed-on bytes."""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING

from mlops_actions.adapters.containers.log_text import plain_line

if TYPE_CHECKING:
    from collections.abc import Callable

TAIL_LINES = 40
MAX_LINE_BYTES = 4096
MAX_PASSED_BYTES = 10 * 2**20


class LogCapture:
    """Takes bytes in any cut, passes whole lines on, keeps the last ones.

    Lines are made plain and cut at 4 KiB; after 10 MiB nothing more is passed on, only the tail is kept.
    Safe to read from another thread than the one that feeds.
    """

    def __init__(self, on_line: Callable[[str], None] | None = None) -> None:
        self._on_line = on_line
        self._tail: deque[str] = deque(maxlen=TAIL_LINES)
        self._rest = b""
        self._cut = False
        self._passed = 0
        self._lock = threading.Lock()

    def feed(self, chunk: bytes) -> None:
        """Add output of the child."""
        *whole, rest = (self._rest + chunk).split(b"\n")
        for line in whole:
            self._take(line)
        if len(rest) > MAX_LINE_BYTES:
            if not self._cut:
                self._line(rest)
            self._cut, rest = True, b""
        self._rest = rest

    def finish(self) -> None:
        """The child is gone: the last line may have no end."""
        if self._rest:
            self._take(self._rest)
        self._rest = b""

    @property
    def tail(self) -> tuple[str, ...]:
        """The last 40 lines."""
        with self._lock:
            return tuple(self._tail)

    def _take(self, line: bytes) -> None:
        if self._cut:  # the end of a line whose beginning was already passed on
            self._cut = False
        else:
            self._line(line)

    def _line(self, line: bytes) -> None:
        text = plain_line(line[:MAX_LINE_BYTES].decode("utf-8", "replace"))
        if len(line) > MAX_LINE_BYTES:
            text += " [line cut]"
        with self._lock:
            self._tail.append(text)
        if self._on_line is None or self._passed > MAX_PASSED_BYTES:
            return
        self._passed += len(line) + 1
        over = self._passed > MAX_PASSED_BYTES
        self._on_line("[log cut: more than 10 MiB]" if over else text)
