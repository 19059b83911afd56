"""The log of an image build: all of it in a file, a line per step that is really built to whoever waits."""

from __future__ import annotations

import re
from collections import deque
from typing import TYPE_CHECKING, Any

from mlops_actions.adapters.containers.log_capture import MAX_PASSED_BYTES, TAIL_LINES
from mlops_actions.adapters.containers.log_text import plain_line

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

_STEP = re.compile(r"step (\d+)/(\d+) ?: (.*)", re.IGNORECASE)
_CACHED = re.compile(r"\s*-{2,3}> using cache", re.IGNORECASE)
STEP_WIDTH = 100


class BuildLog:
    """Takes the events of the engine's build.

    Args:
        on_line: told of each step that is built, of what is pulled, and once when nothing was built.
        file: takes every line; replaced by the next build.
    """

    def __init__(self, on_line: Callable[[str], None] | None = None, file: Path | None = None) -> None:
        self._on_line = on_line
        self._file = file
        self._tail: deque[str] = deque(maxlen=TAIL_LINES)
        self._step = ""  # begun, and not yet known to be built
        self._steps = self._built = self._written = 0
        if file is not None:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text("", encoding="utf-8")

    @property
    def tail(self) -> tuple[str, ...]:
        """The last 40 lines."""
        return tuple(self._tail)

    @property
    def hint(self) -> str:
        """Where to read on."""
        whole = f", the whole log is {self._file}" if self._file is not None else ""
        return f"The last lines of the build say where{whole}."

    def take(self, event: Mapping[str, Any]) -> None:
        """One event: lines of the build, or the progress of a pull."""
        status = str(event.get("status") or "")
        if status.startswith("Pulling from"):
            self._say(plain_line(f"pull {status.removeprefix('Pulling from').strip()}"))
        if event.get("progressDetail"):
            return
        for raw in str(event.get("stream") or status).split("\n"):
            line = plain_line(raw)
            if line.strip():
                self._keep(line)
                self._follow(line)

    def end(self) -> None:
        """The image is there."""
        if self._steps and not self._built:
            self._say(f"image: all {self._steps} steps cached")

    def _follow(self, line: str) -> None:
        if found := _STEP.match(line):
            self._steps += 1
            base = found[3].lstrip().upper().startswith("FROM ")
            self._step = "" if base else f"build {found[1]}/{found[2]}: {found[3]}"[:STEP_WIDTH]
        elif _CACHED.match(line):
            self._step = ""
        elif self._step:
            self._built += 1
            self._say(self._step)
            self._step = ""

    def _keep(self, line: str) -> None:
        self._tail.append(line)
        self._written += len(line) + 1
        if self._file is not None and self._written <= MAX_PASSED_BYTES:
            with self._file.open("a", encoding="utf-8") as file:
                file.write(f"{line}\n")

    def _say(self, line: str) -> None:
        if self._on_line is not None:
            self._on_line(line)
