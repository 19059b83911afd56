from __future__ import annotations

import io
import sys

import pytest

from mlops_actions.commands.progress import PlainProgress, TerminalProgress, make_progress


def test_elsewhere_one_plain_line_per_step_and_log_line() -> None:
    stream = io.StringIO()
    progress = PlainProgress(stream)
    progress.step("train")
    progress.advance(1, 2)
    progress.log("epoch 1")
    progress.close()
    assert stream.getvalue() == "· train\n    epoch 1\n"


def test_a_terminal_gets_a_bar_and_ended_steps_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    stream = io.StringIO()
    progress = TerminalProgress(stream)
    progress.step("compare [bold]")
    progress.advance(1, 2)
    progress.log("half way")
    progress.step("score")
    progress.close()
    progress.close()
    said = stream.getvalue()
    assert "\x1b[" in said
    ended = [line for line in said.split("\n") if "✓" in line]
    assert len(ended) == 2
    assert "compare [bold]" in ended[0]
    assert "score" in ended[1]


@pytest.mark.parametrize(
    ("terminal", "environment", "kind"),
    [
        (True, {"TERM": "xterm"}, TerminalProgress),
        (True, {"TERM": "xterm", "CI": "true"}, PlainProgress),
        (True, {"TERM": "dumb"}, PlainProgress),
        (False, {"TERM": "xterm"}, PlainProgress),
    ],
)
def test_who_gets_which(
    monkeypatch: pytest.MonkeyPatch, *, terminal: bool, environment: dict[str, str], kind: type
) -> None:
    monkeypatch.delenv("CI", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal, raising=False)
    assert isinstance(make_progress(), kind)
