"""Untrusted text in a comment: nothing in it may mention, link, act or break the page."""

from __future__ import annotations

import re

BREAK = "\u200b"  # a zero-width space: invisible, and no filter reads across it
_SPECIAL = re.compile(r"([\\`*_\[\]!|~$])")
_BREAKS = (
    (re.compile(r"@(?=[A-Za-z0-9-])"), f"@{BREAK}"),
    (re.compile(r"#(?=\d)"), f"#{BREAK}"),
    (re.compile(r"\b(GH)-(?=\d)", re.IGNORECASE), rf"\1-{BREAK}"),
    (re.compile(r"\b(duplicate|close[sd]?|fix(?:e[sd])?|resolve[sd]?)(\s)", re.IGNORECASE), rf"\1{BREAK}\2"),
    (re.compile(r"://"), f":{BREAK}//"),
    (re.compile(r"\b(www)\.", re.IGNORECASE), rf"\1{BREAK}."),
)
_COMMIT = re.compile(
    r"\b[0-9a-f]{7,}\b", re.IGNORECASE
)  # as code: GitHub links none there, and it copies whole
_CODE = re.compile(r"`([0-9a-f]{7,})`", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\n\x85\u2028\u2029]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
_OPENING = re.compile(r"^((?:[-+]|#{1,6}|\d{1,9}[.)])(?=\s|$)|[-=]+\s*$)")  # of a list, heading or rule
MAX_LENGTH = 2000


def escape_markdown(text: str) -> str:
    """One line of plain text that GitHub shows as it is: no markup, mention, reference, link or action."""
    line = _one_line(text)
    for pattern, replacement in _BREAKS:
        line = pattern.sub(replacement, line)
    line = line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    line = _SPECIAL.sub(r"\\\1", line)
    line = _COMMIT.sub(r"`\g<0>`", line)
    return _OPENING.sub(rf"{BREAK}\1", line)


def summary_markdown(text: str) -> str:
    """The same inside <summary>, where Markdown's backticks are no code."""
    return _CODE.sub(r"<code>\1</code>", escape_markdown(text))


def code_markdown(text: str) -> str:
    """Text as code: filters do not look inside; backticks and pipes are replaced."""
    line = _one_line(text)
    return f"`{line.replace('`', chr(0x2BC)).replace('|', chr(0x2223))}`" if line else ""


def fenced(lines: tuple[str, ...]) -> str:
    """Log lines in a fence longer than any run of backticks in them."""
    text = "\n".join(_CONTROL.sub("", line)[:MAX_LENGTH] for line in lines)
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{text}\n{fence}"


def _one_line(text: str) -> str:
    """Without control and bidirectional characters; no-break spaces stay what they are."""
    return _SPACE.sub(" ", _CONTROL.sub("", text[:MAX_LENGTH])).strip(" ")
