"""SIGTERM ends the program as SIGINT does: by KeyboardInterrupt, so that every clean-up runs.

An exception that is raised wherever a signal happens to come can be dropped: by the interpreter in a
destructor or a weak reference's callback, by other people's code that catches everything. So a signal is also
a fact that stays: a watch raises it again as long as the main thread does anything else than end.
"""

from __future__ import annotations

import _thread
import atexit
import os
import signal
import sys
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

CLEAN_UP_SECONDS = 15.0
LAST_RESORT_SECONDS = 60.0
ENDING = (signal.SIGINT, signal.SIGTERM)
SOON = 0.01  # seconds until an interruption comes again
LOOKS = 0.2  # seconds between two looks at the main thread
UNSEEN = 5  # looks without an ending after which the interruption was dropped
INTERRUPTED = 130


class Interrupts:
    """The handler: the first signal interrupts, more within the clean-up's time change nothing.

    After that time a signal interrupts again: what hangs can still be ended without SIGKILL.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._until = float("-inf")
        self._number = signal.SIGINT.value
        self._main = threading.main_thread().ident or 0
        self._due = False  # the next signal is an interruption that comes again
        self.asked = False
        self.over = False

    def __call__(self, number: int, frame: FrameType | None) -> None:
        """What Python calls in the main thread."""
        due, self._due = self._due, False
        now = self._clock()
        if self.over:
            if now >= self._until:
                raise KeyboardInterrupt
            return
        if self._in_hook(frame):
            self.asked = True
            self.again()
            return
        if is_ending(sys.exc_info()[1]) if due else now < self._until:
            return
        self._until, self._number = now + CLEAN_UP_SECONDS, number
        first, self.asked = not self.asked, True
        if first:
            self._start(self._watch)
        raise KeyboardInterrupt

    def end(self) -> None:
        """The program is over: what is left to do is little, and its exit code stands."""
        self.over, self._until = True, self._clock() + CLEAN_UP_SECONDS

    def lost(self, unraisable: sys.UnraisableHookArgs) -> None:
        """An interruption that fell into a clean-up of the interpreter, which drops it, comes again."""
        error = unraisable.exc_value
        if unraisable.exc_type is not KeyboardInterrupt and (error is None or not is_interruption(error)):
            sys.__unraisablehook__(unraisable)
        elif not self.over:
            self.again()

    def again(self) -> None:
        """Interrupt a little later: at once would be within what dropped it."""
        self._start(self._remind)

    def _in_hook(self, frame: FrameType | None) -> bool:
        while frame is not None:
            if frame.f_code is Interrupts.lost.__code__:
                return True
            frame = frame.f_back
        return False

    def _start(self, work: Callable[[], None]) -> None:
        """A thread without the locks of `threading`, which the signal may have come into."""
        with suppress(RuntimeError):  # the interpreter ends
            _thread.start_new_thread(work, ())

    def _remind(self) -> None:
        time.sleep(SOON)
        self._send()

    def _send(self) -> None:
        if self._is_on():
            self._due = True
            signal.pthread_kill(self._main, self._number)

    def _is_on(self) -> bool:
        return not self.over and signal.getsignal(self._number) is self

    def _watch(self) -> None:
        """Until the main thread has arrived at the program's end."""
        since, unseen = self._clock(), 0
        while self._is_on():
            time.sleep(LOOKS)
            unseen = 0 if is_ending(current_exception(self._main)) else unseen + 1
            if unseen and self._is_on() and self._clock() - since > LAST_RESORT_SECONDS:
                end_at_once()
            if unseen and not unseen % UNSEEN:
                self._send()


def current_exception(thread: int) -> BaseException | None:
    """The exception that a thread handles now, in `except` and in `finally`."""
    found = sys._current_exceptions().get(thread)  # noqa: SLF001 - the only way to another thread's
    return found[1] if isinstance(found, tuple) else found


def is_ending(error: BaseException | None) -> bool:
    """Whether it is an interruption, or came while one was handled."""
    while error is not None:
        if isinstance(error, KeyboardInterrupt) or is_interruption(error):
            return True
        error = error.__context__
    return False


def end_at_once() -> None:
    """The last resort: folders go, nothing else waits."""
    with suppress(BaseException):
        sys.stderr.write("Interrupted.\n")
        atexit._run_exitfuncs()  # noqa: SLF001 - os._exit runs none
    os._exit(INTERRUPTED)


def is_interruption(error: BaseException) -> bool:
    """DuckDB stops its query on a signal and says so in an error of its own."""
    return type(error).__name__ == "InterruptException" or str(error) == "Query interrupted"


def interrupt_on_signals() -> Interrupts:
    """Until the program is over. A signal that somebody ignores or handles (nohup, a test) stays theirs.

    The handler that is installed, or the one that is and whose program is not over yet.
    """
    handler = next((each for each in _installed() if not each.over), None) or Interrupts()
    sys.unraisablehook = handler.lost
    for number in ENDING:
        before = signal.getsignal(number)
        if before in {signal.SIG_DFL, signal.default_int_handler} or isinstance(before, Interrupts):
            signal.signal(number, handler)
    return handler


def raise_if_asked() -> None:
    """Before a verdict is said: no interruption that was dropped on the way gets one.

    Raises:
        KeyboardInterrupt: a signal came.
    """
    if any(each.asked and not each.over for each in _installed()):
        raise KeyboardInterrupt


def _installed() -> list[Interrupts]:
    handlers = (signal.getsignal(number) for number in ENDING)
    return [each for each in handlers if isinstance(each, Interrupts)]


@atexit.register
def _ignore() -> None:
    """The last of all clean-ups: while the interpreter is taken apart, its exit code is the program's."""
    if any(each.over for each in _installed()):
        for number in ENDING:
            if isinstance(signal.getsignal(number), Interrupts):
                signal.signal(number, signal.SIG_IGN)
