"""Progress on a terminal as live bars, elsewhere as plain lines; always on standard error."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING, TextIO

from mlops_actions.adapters.containers.log_text import plain_line

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

LOG_WIDTH = 60


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
            self._write(f"    {plain_line(line)}")

    def close(self) -> None:
        """Nothing is open."""

    def _write(self, text: str) -> None:
        self._stream.write(f"{text}\n")
        self._stream.flush()


class TerminalProgress:
    """The current step with spinner, bar and newest log line; steps that ended stay with their seconds."""

    def __init__(self, stream: TextIO | None = None) -> None:
        from rich.console import Console

        self._console = Console(file=stream or sys.stderr, highlight=False, force_terminal=True)
        self._live: Progress | None = None
        self._task: TaskID | None = None
        self._text = ""
        self._started = 0.0

    def step(self, text: str) -> None:
        """End the line of the last step and begin the next."""
        self.close()
        self._text, self._started = text, time.monotonic()
        self._live = self._make()
        self._task = self._live.add_task(text, total=None, log="")
        self._live.start()

    def advance(self, done: int, total: int) -> None:
        """Move the bar."""
        if self._live is not None and self._task is not None and total:
            self._live.update(self._task, completed=done, total=total)

    def log(self, line: str) -> None:
        """The newest log line behind the step's text."""
        if self._live is not None and self._task is not None:
            self._live.update(self._task, log=plain_line(line)[:LOG_WIDTH])

    def close(self) -> None:
        """Replace the live line by how long the step took."""
        if self._live is None:
            return
        self._live.stop()
        self._live = None
        seconds = time.monotonic() - self._started
        self._console.print(f"[green]✓[/] {_plain(self._text)} [dim]({seconds:.1f} s)[/]", soft_wrap=True)

    def _make(self) -> Progress:
        from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        return Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            TimeElapsedColumn(),
            TextColumn("{task.fields[log]}", style="dim", markup=False),
            console=self._console,
            transient=True,
        )


def _plain(text: str) -> str:
    from rich.markup import escape

    return escape(text)


def make_progress() -> PlainProgress | TerminalProgress:
    """The terminal's when standard error is one, else plain lines; a runner's log is none, even as a pty."""
    terminal = sys.stderr.isatty() and os.environ.get("CI") != "true" and os.environ.get("TERM") != "dumb"
    return TerminalProgress() if terminal else PlainProgress()
