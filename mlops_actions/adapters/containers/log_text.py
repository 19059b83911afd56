"""A line of somebody's program as text: nothing in it moves a cursor, sets a title or hides another line."""

from __future__ import annotations

import re

_SEQUENCE = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d\x9e\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)"  # OSC, DCS: titles, links
    r"|\x1b[ -/]*[0-~]"  # the rest; also the beginning of one without an end, whose text stays
)
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")

LONGEST_NAME = 200


def plain_line(line: str) -> str:
    """The line without escape sequences, control characters (tabs stay) and commands to a runner.

    Of a line that a program wrote over with carriage returns (a progress bar) the last writing stays.
    """
    text = _SEQUENCE.sub("", line)
    written = [part for part in text.split("\r") if part.strip()]
    return _no_command(_CONTROL.sub("", written[-1] if written else ""))


def _no_command(line: str) -> str:
    """A runner takes `::error::` at a line's start and `##[error]` anywhere in it for a command of ours."""
    text = line.replace("##[", "# #[")
    return f"| {text}" if text.lstrip().startswith("::") else text


def shown_name(name: str | bytes) -> str:
    """A file's name as text of one line, whatever bytes it is made of, without the middle of a long one."""
    raw = name if isinstance(name, bytes) else name.encode("utf-8", "surrogateescape")
    text = plain_line(raw.decode("utf-8", "replace").replace("\r", "\ufffd").replace("\n", "\ufffd"))
    half = LONGEST_NAME // 2
    return text if len(text) <= LONGEST_NAME else f"{text[:half]}...{text[-half:]}"


def is_plain(name: str) -> bool:
    """Whether a file's name is text without control characters; bytes that are not UTF-8 are none."""
    try:
        return plain_line(name) == name.encode().decode()
    except UnicodeEncodeError:
        return False
