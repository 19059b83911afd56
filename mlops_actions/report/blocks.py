"""What a report is made of, before it is Markdown or HTML. Every text in it is untrusted until rendered."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

CODE = re.compile(r"`([^`]+)`")
Style = Literal["plain", "strong", "code", "muted", "mark"]  # mark: an outcome's sign
Tone = Literal["pass", "warn", "fail", "none"]


@dataclass(frozen=True)
class Span:
    """A run of text in one style."""

    text: str
    style: Style = "plain"


Inline = tuple[Span, ...]


def text(value: str, style: Style = "plain") -> Inline:
    """One run."""
    return (Span(value, style),)


def strong(value: str) -> Inline:
    """Strong text."""
    return text(value, "strong")


def code(value: str) -> Inline:
    """Code."""
    return text(value, "code")


def muted(value: str) -> Inline:
    """Muted text; what stands between backticks is code."""
    parts = CODE.split(value)
    return tuple(Span(part, "code" if at % 2 else "muted") for at, part in enumerate(parts) if part)


@dataclass(frozen=True)
class Heading:
    """A heading; level 2 is the report's own."""

    content: Inline
    level: int = 3
    tone: Tone = "none"


@dataclass(frozen=True)
class Paragraph:
    """One or more lines of text."""

    content: Inline


@dataclass(frozen=True)
class Bullets:
    """A list."""

    items: tuple[Inline, ...]


@dataclass(frozen=True)
class Table:
    """Cells by row; `right` are the columns of numbers."""

    header: tuple[str, ...]
    rows: tuple[tuple[Inline, ...], ...]
    right: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Log:
    """Lines of a program, verbatim."""

    lines: tuple[str, ...]


@dataclass(frozen=True)
class Callout:
    """A note that must be seen: GitHub's alert, never inside a fold."""

    kind: Literal["NOTE", "WARNING", "CAUTION"]
    items: tuple[Inline, ...]


@dataclass(frozen=True)
class Fold:
    """A folded part. `rank`: the higher, the sooner it is left out of a comment that is too long."""

    title: str
    blocks: tuple[Heading | Paragraph | Bullets | Table | Log, ...]
    rank: int = 5


Block = Heading | Paragraph | Bullets | Table | Log | Callout | Fold
