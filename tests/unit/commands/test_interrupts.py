"""The first signal interrupts; more within the clean-up's time change nothing; later ones interrupt again."""

from __future__ import annotations

import signal
import sys
import threading
from types import SimpleNamespace
from typing import TYPE_CHECKING

import duckdb
import pytest

from mlops_actions.commands.interrupts import (
    CLEAN_UP_SECONDS,
    Interrupts,
    interrupt_on_signals,
    is_interruption,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

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


def test_an_interruption_that_the_interpreter_drops_comes_again(monkeypatch: pytest.MonkeyPatch) -> None:
    came: list[str] = []
    monkeypatch.setattr("_thread.interrupt_main", lambda: came.append("again"))
    handler = Interrupts(clock=lambda: 0.0)
    with pytest.raises(KeyboardInterrupt):
        handler(2, None)
    handler.lost(SimpleNamespace(exc_type=KeyboardInterrupt))
    assert came == ["again"]
    with pytest.raises(KeyboardInterrupt):
        handler(2, None)


def test_a_query_that_a_signal_stopped_is_an_interruption() -> None:
    connection = duckdb.connect()
    timer = threading.Timer(0.2, connection.interrupt)
    timer.start()
    with pytest.raises((duckdb.Error, RuntimeError)) as caught:
        connection.execute("SELECT sum(a.i * b.i) FROM range(1000000) a(i), range(1000000) b(i)").fetchall()
    assert is_interruption(caught.value)
    assert not is_interruption(RuntimeError("a query"))
