"""A stage on the terminal of a whole run: its reasons are never left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from mlops_actions.commands.show import show_brief
from mlops_actions.results.verdict import Outcome
from mlops_actions.stages.context import StageOutcome

if TYPE_CHECKING:
    import pytest

    from mlops_actions.stages.context import RunContext

LINES = ("candidate: 1.0 s", "! baseline: exit code 1\n      last line", "candidate again: 1.0 s")


class Context:
    """As much of a context as is asked for."""

    progress: Any

    def __init__(self) -> None:
        self.progress = self

    def close(self) -> None:
        """No spinner."""


def brief(outcome: Outcome, capsys: pytest.CaptureFixture[str]) -> str:
    show_brief("train", StageOutcome(outcome, lines=LINES), cast("RunContext", Context()), as_json=False)
    return capsys.readouterr().out


def test_a_warning_says_why(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_OUTPUT", raising=False)
    said = brief(Outcome.WARN, capsys)
    assert said == "train: warn  candidate: 1.0 s\n  ! baseline: exit code 1\n      last line\n"


def test_a_failure_says_all(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_OUTPUT", raising=False)
    assert [line.strip() for line in brief(Outcome.FAIL, capsys).splitlines()[1:]] == [
        part for line in LINES for part in (each.strip() for each in line.splitlines())
    ]
