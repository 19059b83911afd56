"""Progress on a terminal as one live line, elsewhere as plain lines; always on standard error."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable

WIDTH = 24
EVERY_SECONDS = 0.1


class PlainProgress:
    """One line per step; counts only at the end of a step."""

    def __init__(self, stream: TextIO | None = None, *, verbose: bool = True) -> None:
        self._stream = stream or sys.stderr
        self._verbose = verbose

    def step(self, text: str) -> None:
        """Say what is being done now."""
        self._write(f"· {text}")

    def advance(self, done: int, total: int) -> None:
        """Nothing: a log file needs no bar."""

    def log(self, line: str) -> None:
        """One line of a child's log, indented."""
        if self._verbose:
            self._write(f"    {line}")

    def _write(self, text: str) -> None:
        self._stream.write(f"{text}\n")
        self._stream.flush()


class TerminalProgress:
    """The current step with a bar, rewritten in place; steps that ended stay with their seconds."""

    def __init__(self, stream: TextIO | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream or sys.stderr
        self._clock = clock
        self._text = ""
        self._started = 0.0
        self._drawn = 0.0

    def step(self, text: str) -> None:
        """End the line of the last step and begin the next."""
        self.close()
        self._text, self._started, self._drawn = text, self._clock(), 0.0
        self._draw(f"· {text}")

    def advance(self, done: int, total: int) -> None:
        """Draw the bar, at most ten times a second."""
        now = self._clock()
        if not self._text or not total or (now - self._drawn < EVERY_SECONDS and done < total):
            return
        self._drawn = now
        filled = round(WIDTH * min(done, total) / total)
        self._draw(f"· {self._text} {'█' * filled}{'░' * (WIDTH - filled)} {done}/{total}")

    def log(self, line: str) -> None:
        """The newest log line behind the step's text."""
        if self._text:
            self._draw(f"· {self._text}  {line[:80]}")

    def close(self) -> None:
        """End the current line with how long it took."""
        if self._text:
            self._draw(f"✓ {self._text} ({self._clock() - self._started:.1f} s)")
            self._stream.write("\n")
            self._text = ""

    def _draw(self, line: str) -> None:
        self._stream.write(f"\r\x1b[2K{line}")
        self._stream.flush()


def make_progress() -> PlainProgress | TerminalProgress:
    """The terminal's when standard error is one, else plain lines; a runner's log is none, even as a pty."""
    terminal = sys.stderr.isatty() and os.environ.get("CI") != "true"
    return TerminalProgress() if terminal else PlainProgress()
