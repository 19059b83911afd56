"""Whatever a program prints, its log is plain text: in the tail, on the way to the terminal, in a reason."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import pytest

from mlops_actions.adapters.containers.log_capture import LogCapture
from mlops_actions.adapters.containers.log_text import plain_line
from mlops_actions.adapters.containers.outcome import read_failure
from mlops_actions.commands.errors import show_error
from mlops_actions.commands.progress import PlainProgress
from mlops_actions.errors import TrainingError

if TYPE_CHECKING:
    from pathlib import Path

HARMFUL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
CASES = [
    ("\x1b[1;31mred\x1b[0m", "red"),
    ("\x1b[38:5:208mcolon\x1b[m", "colon"),
    ("a\x1b[2K\x1b[1Ab", "ab"),
    ("\x1b]0;evil title\x07text", "text"),
    ("\x1b]0;evil title\x1b\\text", "text"),
    ("\x1b]8;;http://x.test\x1b\\link\x1b]8;;\x1b\\", "link"),
    ("\x1b]52;c;Y3VybA==\x07copied", "copied"),
    ("\x1bP1$r0m\x1b\\device", "device"),
    ("\x9b31mred\x9d0;t\x9ctext", "redtext"),
    ("\x1b]0;no end", "0;no end"),
    ("\x1b[31", "31"),
    ("\x1bcreset\x1b(Bset", "resetset"),
    ("10%\r 50%\r100%", "100%"),
    ("100%\r", "100%"),
    ("windows\r", "windows"),
    ("hidden\r\x1b[2K", "hidden"),
    ("1/9\b\b\b2/9", "1/92/9"),
    ("bell\x07 nul\x00 del\x7f nel\x85", "bell nul del nel"),
    ("\u202ertl\u2066x\u2028y", "rtlxy"),
    ("tab\tstays, ümlaut 漢字 ✓", "tab\tstays, ümlaut 漢字 ✓"),
    ("", ""),
]


@pytest.mark.parametrize(("raw", "plain"), CASES)
def test_a_line_is_plain_text(raw: str, plain: str) -> None:
    assert plain_line(raw) == plain
    assert not HARMFUL.search(plain_line(raw))


@pytest.mark.parametrize("number", [*range(32), *range(127, 160)])
def test_no_control_character_passes(number: int) -> None:
    said = plain_line(f"a{chr(number)}b{chr(number)}[0m{chr(number)}")
    assert said.replace("\t", "").isprintable()


def test_the_log_and_its_tail_are_plain() -> None:
    lines: list[str] = []
    capture = LogCapture(lines.append)
    capture.feed(b"\x1b]0;title\x07\x1b[32mepoch 1\x1b[0m\n10%\r100%\n")
    assert lines == ["epoch 1", "100%"] == list(capture.tail)


def test_the_reason_that_a_training_leaves_is_plain(tmp_path: Path) -> None:
    (tmp_path / "failure").write_bytes(b"\x1b[31mValueError: \x1b]0;t\x07x\nsecond\x00 line\n")
    assert read_failure(tmp_path / "failure") == "ValueError: x\nsecond line"


def test_what_is_shown_is_plain_wherever_it_came_from(capsys: pytest.CaptureFixture[str]) -> None:
    stream = io.StringIO()
    PlainProgress(stream).log("\x1b]0;title\x07line")
    assert stream.getvalue() == "    line\n"
    show_error(TrainingError("it failed", log_tail=("\x1b[31mlast",)))
    assert capsys.readouterr().err.endswith("    last\n")


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("::error file=a::b", "| ::error file=a::b"),
        ("  \x1b[0m::add-mask::x", "|   ::add-mask::x"),
        ("\x1b[1m:\x1b[0m:stop-commands::x", "| ::stop-commands::x"),
        ("said ##[error]x ##[group]", "said # #[error]x # #[group]"),
        ("a::b ## [c]", "a::b ## [c]"),
    ],
)
def test_no_line_is_a_command_to_a_runner(line: str, shown: str) -> None:
    assert plain_line(line) == shown
    assert plain_line(shown) == shown
