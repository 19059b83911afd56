"""Texts of others never become workflow commands; our own annotations do."""

from __future__ import annotations

import io
import sys

import click
import pytest
from rich.console import Console

from mlops_actions.commands.console import GuardedStream, emit, guarded, neutral, shortened
from mlops_actions.commands.progress import PlainProgress


def commands(text: str) -> list[str]:
    """What actions/runner would carry out: a line that begins with :: after blanks, ##[ anywhere."""
    lines = text.replace("\r", "\n").split("\n")
    return [line for line in lines if line.lstrip().startswith("::") or "##[" in line]


HOSTILE = [
    "::set-output name=score::999",
    "    ::add-mask::churn",
    "\t\u00a0::error::x",
    "a column\n::error title=x::y",
    "a\r::stop-commands::x",
    "::::error::x",
    "fine ##[error]no",
    "###[group]",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_hostile_is_a_command(text: str) -> None:
    assert commands(text)
    assert commands(neutral(text)) == []
    assert neutral(text).replace("\u200b", "") == text


@pytest.mark.parametrize("text", ["a::b", "std::vector", "## heading [x]", "10:30", ""])
def test_other_texts_stay(text: str) -> None:
    assert neutral(text) == text


@pytest.mark.parametrize("text", HOSTILE)
def test_every_way_of_printing_is_guarded(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with guarded():
        click.echo(text)
        click.echo(text, err=True)
        click.echo(click.style(text, fg="red"))
        Console(file=sys.stdout, highlight=False).print(text, markup=False)
        PlainProgress().log(text)
        PlainProgress().step(text)
        sys.stdout.writelines([text, text])
        print(text, file=sys.stderr)  # noqa: T201 - what a traceback does
        emit("::error title=T::ours")
        emit("::warning title=T::ours", err=True)
    said = capsys.readouterr()
    assert commands(said.out) == ["::error title=T::ours"]
    assert commands(said.err) == ["::warning title=T::ours"]


def test_the_streams_come_back_whatever_happens() -> None:
    before = sys.stdout, sys.stderr
    with pytest.raises(SystemExit), guarded():
        sys.exit(3)
    assert (sys.stdout, sys.stderr) == before


def test_a_guarded_stream_is_its_stream() -> None:
    raw = io.StringIO()
    stream = GuardedStream(raw)
    assert stream.write("::x") == 3
    assert (stream.isatty(), stream.getvalue()) == (False, ":\u200b:x")
    with pytest.raises(TypeError):
        stream.write(b"x")  # type: ignore[arg-type]


def test_outside_a_runner_a_command_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    emit("::error::x")
    assert capsys.readouterr().out == "::error::x\n"


def test_what_fills_a_screen_loses_its_middle() -> None:
    name = "n" * 70_000
    assert shortened(f"✗ DS103 train.{name}: 1 of n=4 values") == (
        f"✗ DS103 train.{'n' * 54}[69,887 more]{'n' * 59}: 1 of n=4 values"
    )
    spaced = shortened(f"✗ DS103 {'a b ' * 20_000}: 1 of n=4 values")
    assert len(spaced) < 4_100
    assert spaced.endswith("a b : 1 of n=4 values")
    assert shortened("x" * 200) == "x" * 200
