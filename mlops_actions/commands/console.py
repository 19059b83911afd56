"""The program's two streams on a runner: only what is meant as a workflow command is one.

A runner reads commands from the log: a line that begins, after blanks, with `::`, and `##[` anywhere in a
line (actions/runner, ActionCommand.cs). Column names, paths, keys and a training script's log are other
people's texts, so a zero-width space breaks both in everything that is printed, except by `emit`.
"""

from __future__ import annotations

import re
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterator

_COMMAND = re.compile(r"(^|[\r\n])(\s*):(?=:)")
_OLD = re.compile(r"##(?=\[)")
ENDS = 60  # signs that are kept at both ends of a word
LONGEST = 4_000  # signs of a line
_WORD = re.compile(rf"\S{{{4 * ENDS},}}")
BREAK = "\u200b"


def neutral(text: str) -> str:
    """The text without anything a runner would carry out."""
    return _OLD.sub(f"##{BREAK}", _COMMAND.sub(rf"\1\2:{BREAK}", text))


def shortened(line: str) -> str:
    """A line without the middle of what fills a screen, such as a column's name of 70,000 signs."""
    line = _WORD.sub(lambda word: _middle_out(word[0], ENDS), line)
    return _middle_out(line, LONGEST // 2) if len(line) > LONGEST else line


def _middle_out(text: str, ends: int) -> str:
    return f"{text[:ends]}[{len(text) - 2 * ends:,} more]{text[-ends:]}"


class GuardedStream:
    """A text stream whose writes are neutral; everything else is the stream's own."""

    def __init__(self, raw: TextIO) -> None:
        self.raw = raw
        self.in_line = False

    def write(self, text: str) -> int:
        """Write; TypeError for bytes, as a text stream does."""
        self.raw.write(neutral(text))
        self.in_line = not text.endswith("\n") if text else self.in_line
        return len(text)

    def writelines(self, lines: list[str]) -> None:
        """Write each."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.raw, name)


@contextmanager
def guarded() -> Iterator[None]:
    """Guard both standard streams inside the block."""
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = (GuardedStream(stream) for stream in before)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before


def emit(command: str, *, err: bool = False) -> None:
    """One workflow command (its parts escaped by `annotation`) past the guard."""
    stream = sys.stderr if err else sys.stdout
    raw = stream.raw if isinstance(stream, GuardedStream) else stream
    fresh = "\n" if isinstance(stream, GuardedStream) and stream.in_line else ""
    raw.write(f"{fresh}{command}\n")
    raw.flush()
