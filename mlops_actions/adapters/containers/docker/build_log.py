"""The log of an image build: all of it in a file, a line per step that is really built to whoever waits."""

from __future__ import annotations

import re
import time
from collections import deque
from typing import TYPE_CHECKING, Any

from mlops_actions.adapters.containers.docker.pull_progress import PullProgress
from mlops_actions.adapters.containers.log_capture import MAX_PASSED_BYTES, TAIL_LINES
from mlops_actions.adapters.containers.log_text import plain_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

_STEP = re.compile(r"step (\d+/\d+) ?: (.*)", re.IGNORECASE)
_CACHED = re.compile(r"\s*-{2,3}> using cache", re.IGNORECASE)
_VERTEX = re.compile(r"#(\d+) (.*)")
_VERTEX_STEP = re.compile(r"\[(?!internal)((?:\S+ )?\d+/\d+)\] (.*)")
_RESULT = re.compile(r"#\d+ (?:DONE|CACHED|ERROR)\b|#\d+ sha256:|#\d+ [0-9.]+ ")
_FAILED = re.compile(r"(?:ERROR: )?(?:failed to |error: |rpc error|executor failed )", re.IGNORECASE)
STEP_WIDTH = 100
LONG_SECONDS = 10.0  # a step that takes longer shows its newest line as often
SHORTEST_LINE = 4  # of a secret of several lines: a shorter line hides too much else
HIDDEN = "***"


class BuildLog:
    """Takes the events of the engine's build, or the lines of BuildKit's.

    Args:
        on_line: told of each step that is built, of what is pulled and how far, of a long step's newest line,
            and once when nothing was built.
        file: takes every line; replaced by the next build.
        hidden: texts (secrets) that no line shows.
        clock: in seconds.
    """

    def __init__(
        self,
        on_line: Callable[[str], None] | None = None,
        file: Path | None = None,
        hidden: Iterable[str] = (),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._on_line = on_line
        self._file = file
        self._tail: deque[str] = deque(maxlen=TAIL_LINES)
        self._hidden = _parts(hidden)
        self._clock = clock
        self._pull = PullProgress(clock)
        self._begun: dict[str, str] = {}  # steps begun, and not yet known to be built
        self._running: dict[str, str] = {}
        self._steps = self._built = self._written = 0
        self._said_at = 0.0
        self.last_error = ""
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
        """One event of the engine's own build: lines, or the progress of a pull."""
        status = str(event.get("status") or "")
        if status.startswith("Pulling from"):
            self._say(plain_line(f"pull {status.removeprefix('Pulling from').strip()}"))
        self._say(self._pull.take(event))
        if event.get("progressDetail"):
            return
        for raw in str(event.get("stream") or status).split("\n"):
            line = self.shown(raw)
            if line.strip():
                self._keep(line)
                self._follow(line)

    def take_line(self, raw: str) -> None:
        """One line of BuildKit's plain log."""
        line = self.shown(raw)
        if not line.strip():
            return
        self._keep(line)
        if _FAILED.match(line):
            self.last_error = line
        if (found := _VERTEX.match(line)) is None:
            return
        number, rest = found[1], found[2]
        if step := _VERTEX_STEP.match(rest):
            self._steps += 1
            base = step[2].upper().startswith("FROM ")
            if not base:
                self._begun[number] = f"build {step[1]}: {step[2]}"[:STEP_WIDTH]
        elif rest.startswith("CACHED"):
            self._begun.pop(number, None)
        elif _RESULT.match(line):
            self._say(self._pull.take_buildkit(rest))
            if not rest.startswith("sha256:"):
                self._builds(number)
            if rest.startswith(("DONE", "ERROR")):
                self._running.pop(number, None)
            else:
                self._newest(self._running.get(number, ""), rest.partition(" ")[2])

    def idle(self) -> None:
        """Nothing has come for a while: what has begun is not cached."""
        for number in tuple(self._begun):
            self._builds(number)

    def end(self) -> None:
        """The image is there."""
        if self._steps and not self._built:
            self._say(f"image: all {self._steps} steps cached")

    def shown(self, raw: str) -> str:
        """A line as it may be shown: plain, and without secrets."""
        line = plain_line(raw)
        for secret in self._hidden:
            line = line.replace(secret, HIDDEN)
        return line

    def _follow(self, line: str) -> None:
        if found := _STEP.match(line):
            self._steps += 1
            base = found[2].lstrip().upper().startswith("FROM ")
            self._begun = {} if base else {"": f"build {found[1]}: {found[2]}"[:STEP_WIDTH]}
        elif _CACHED.match(line):
            self._begun = {}
        elif self._begun:
            self._builds("")
        else:
            self._newest(self._running.get("", ""), line)

    def _builds(self, number: str) -> None:
        if (step := self._begun.pop(number, None)) is not None:
            self._built += 1
            self._running[number] = step.partition(":")[0]
            self._say(step)

    def _newest(self, step: str, line: str) -> None:
        """A long step's newest line, now and then."""
        if step and self._clock() - self._said_at >= LONG_SECONDS:
            self._say(f"{step}: ... {line.strip()}"[:STEP_WIDTH])

    def _keep(self, line: str) -> None:
        self._tail.append(line)
        self._written += len(line) + 1
        if self._file is not None and self._written <= MAX_PASSED_BYTES:
            with self._file.open("a", encoding="utf-8") as file:
                file.write(f"{line}\n")

    def _say(self, line: str | None) -> None:
        if self._on_line is not None and line:
            self._said_at = self._clock()
            self._on_line(line)


def _parts(hidden: Iterable[str]) -> tuple[str, ...]:
    """Each secret, and its lines: a log shows one at a time. The longest first."""
    whole = [each for each in hidden if each]
    lines = [line.strip() for each in whole for line in each.splitlines()]
    parts = {*(each for each in whole if "\n" not in each), *(x for x in lines if len(x) >= SHORTEST_LINE)}
    return tuple(sorted(parts, key=len, reverse=True))
