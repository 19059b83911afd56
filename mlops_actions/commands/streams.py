"""Standard streams that are closed, full or read no more: the run goes on, and its results are written."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, TextIO, cast

import click

from mlops_actions.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

STANDARD = (0, 1, 2)
HINT = "Make room for it, or read the results folder."


class LastingStream:
    """A text stream whose first error is kept; what is written after it goes nowhere."""

    def __init__(self, raw: TextIO) -> None:
        self.raw = raw
        self.error: OSError | None = None

    def write(self, text: str) -> int:
        """Write, or keep why not."""
        try:
            self.raw.write(text)
        except OSError as error:
            self._lost(error)
        return len(text)

    def writelines(self, lines: list[str]) -> None:
        """Write each."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Flush, or keep why not."""
        try:
            self.raw.flush()
        except OSError as error:
            self._lost(error)

    def _lost(self, error: OSError) -> None:
        """What is buffered would be an error again when the interpreter ends."""
        self.error = self.error or error
        with suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.raw.fileno())
            os.close(nowhere)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.raw, name)


class Streams:
    """Both, as long as the program runs."""

    def __init__(self) -> None:
        self.out, self.err = LastingStream(sys.stdout), LastingStream(sys.stderr)

    def ended(self, code: int) -> int:
        """The exit code: a pass that could not be said is none. Who reads no further needs no word."""
        for stream in (self.out, self.err):
            stream.flush()
        error = self.out.error
        if error is None or error.errno == errno.EPIPE:
            return code
        click.echo(f"standard output: cannot be written ({error.strerror}). {HINT}", err=True)
        self.err.flush()
        return code or UsageError.exit_code


@contextmanager
def lasting() -> Iterator[Streams]:
    """Both standard streams, whatever they were."""
    _open_closed()
    before = sys.stdout, sys.stderr
    streams = Streams()
    sys.stdout, sys.stderr = cast("TextIO", streams.out), cast("TextIO", streams.err)
    try:
        yield streams
    finally:
        sys.stdout, sys.stderr = before


def _open_closed() -> None:
    """Nowhere, where a stream is closed: else the next file that is opened would be taken for it."""
    for number in STANDARD:
        try:
            os.fstat(number)
        except OSError:
            opened = os.open(os.devnull, os.O_RDWR)
            if opened != number:
                os.dup2(opened, number)
                os.close(opened)
            os.set_inheritable(number, True)  # noqa: FBT003 - the name says it
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115 - to the end
