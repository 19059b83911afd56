"""The first signal interrupts; more within the clean-up's time change nothing; later ones interrupt again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import duckdb
import pytest

from mlops_actions.commands.interrupts import (
    CLEAN_UP_SECONDS,
    Interrupts,
    interrupt_on_signals,
    is_interruption,
    raise_if_asked,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TERM, INT = signal.SIGTERM, signal.SIGINT


@pytest.fixture
def handlers() -> Iterator[None]:
    """As a program begins, and back."""
    before = {number: signal.getsignal(number) for number in (TERM, INT)}
    hook = sys.unraisablehook
    signal.signal(TERM, signal.SIG_DFL)
    signal.signal(INT, signal.default_int_handler)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)
    sys.unraisablehook = hook


def test_a_second_signal_does_not_break_into_the_clean_up() -> None:
    now = [100.0]
    handler = Interrupts(lambda: now[0])
    with pytest.raises(KeyboardInterrupt):
        handler(TERM, None)
    for number in (INT, TERM, TERM):
        now[0] += CLEAN_UP_SECONDS / 4
        handler(number, None)
    now[0] += CLEAN_UP_SECONDS / 4
    with pytest.raises(KeyboardInterrupt):
        handler(TERM, None)


@pytest.mark.usefixtures("handlers")
def test_both_signals_interrupt_a_program() -> None:
    interrupt_on_signals()
    assert signal.getsignal(TERM) is signal.getsignal(INT)
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(TERM)
    signal.raise_signal(INT)


@pytest.mark.usefixtures("handlers")
def test_a_signal_that_is_ignored_stays_ignored() -> None:
    signal.signal(INT, signal.SIG_IGN)
    interrupt_on_signals()
    assert signal.getsignal(INT) is signal.SIG_IGN
    assert isinstance(signal.getsignal(TERM), Interrupts)


PROGRAM = """
import gc, os, signal, sys, time, weakref
from pathlib import Path
from mlops_actions import scratch
from mlops_actions.commands import interrupts
TERM = signal.SIGTERM
handler = interrupts.interrupt_on_signals()
class Thing:
    pass
class Falls(Thing):
    def __del__(self):
        signal.raise_signal(TERM)
def worked(seconds):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        sum(range(1000))
    return "worked"
try:
    try:
        {body}
        print(worked(8))
    finally:
        print("cleaned up" if worked(2.5) else "")
except KeyboardInterrupt:
    handler.end()
    print("interrupted")
"""
IN_A_DESTRUCTOR = "Falls()"
IN_A_CALLBACK = "thing = Thing(); ref = weakref.ref(thing, lambda _: signal.raise_signal(TERM)); del thing"
IN_A_COLLECTION = "a, b = Falls(), Thing(); a.b, b.a = b, a; del a, b; gc.collect()"
IN_ITS_HOOK = """
        real = handler.again
        calls = []
        handler.again = lambda: (calls.append(1), len(calls) == 1 and signal.raise_signal(TERM), real())
        Falls()"""
TWICE = "Falls(); Falls()"
SWALLOWED = """
        try:
            signal.raise_signal(TERM)
        except BaseException:
            pass"""


@pytest.mark.parametrize(
    "body", [IN_A_DESTRUCTOR, IN_A_CALLBACK, IN_A_COLLECTION, IN_ITS_HOOK, TWICE, SWALLOWED]
)
def test_an_interruption_that_is_dropped_comes_again_and_no_clean_up_is_broken(body: str) -> None:
    program = PROGRAM.replace("{body}", body)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.stdout.split(), done.stderr) == (["cleaned", "up", "interrupted"], "")


def test_what_never_ends_is_ended_and_leaves_no_folder(tmp_path: Path) -> None:
    body = """
        interrupts.LAST_RESORT_SECONDS = 0.5
        made = scratch.new_folder("x-", Path(sys.argv[1]))
        started = False
        while True:
            try:
                if not started:
                    started = True
                    signal.raise_signal(TERM)
                worked(1)
            except BaseException:
                pass"""
    command = [sys.executable, "-c", PROGRAM.replace("{body}", body), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "Interrupted.\n")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("handlers")
def test_no_verdict_is_said_after_a_signal() -> None:
    handler = interrupt_on_signals()
    raise_if_asked()
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(TERM)
    with pytest.raises(KeyboardInterrupt):
        raise_if_asked()
    handler.end()
    raise_if_asked()
    signal.raise_signal(TERM)


def test_a_query_that_a_signal_stopped_is_an_interruption() -> None:
    connection = duckdb.connect()
    timer = threading.Timer(0.2, connection.interrupt)
    timer.start()
    with pytest.raises((duckdb.Error, RuntimeError)) as caught:
        connection.execute("SELECT sum(a.i * b.i) FROM range(1000000) a(i), range(1000000) b(i)").fetchall()
    assert is_interruption(caught.value)
    assert not is_interruption(RuntimeError("a query"))


def test_a_signal_while_the_program_is_imported_is_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "click.py").write_text("import os, signal\nos.kill(os.getpid(), signal.SIGINT)\n")
    command = [sys.executable, "-m", "mlops_actions", "--version"]
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "Interrupted.\n")
