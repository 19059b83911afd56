"""SIGTERM ends the program as SIGINT does: by KeyboardInterrupt, so that every clean-up runs."""

from __future__ import annotations

import _thread
import signal
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

CLEAN_UP_SECONDS = 15.0
ENDING = (signal.SIGINT, signal.SIGTERM)


class Interrupts:
    """The handler: the first signal interrupts, more within the clean-up's time change nothing.

    After that time a signal interrupts again: what hangs can still be ended without SIGKILL.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._until = float("-inf")

    def __call__(self, number: int, frame: FrameType | None) -> None:
        """What Python calls in the main thread."""
        del number, frame
        now = self._clock()
        if now >= self._until:
            self._until = now + CLEAN_UP_SECONDS
            raise KeyboardInterrupt

    def lost(self, unraisable: sys.UnraisableHookArgs) -> None:
        """An interruption that fell into a clean-up of the interpreter, which drops it, comes again."""
        if unraisable.exc_type is KeyboardInterrupt:
            self._until = float("-inf")
            _thread.interrupt_main()
        else:
            sys.__unraisablehook__(unraisable)


def is_interruption(error: BaseException) -> bool:
    """DuckDB stops its query on a signal and says so in an error of its own."""
    return type(error).__name__ == "InterruptException" or str(error) == "Query interrupted"


def interrupt_on_signals() -> None:
    """Until the process ends. A signal that somebody ignores or handles (nohup, a test) stays theirs."""
    handler = Interrupts()
    sys.unraisablehook = handler.lost
    for number in ENDING:
        if signal.getsignal(number) in {signal.SIG_DFL, signal.default_int_handler}:
            signal.signal(number, handler)
