"""A pattern that describes how codes are written, without saying what any of them is. Pure.

1. A text is cut into runs of A-Z, of a-z, of 0-9, and single other ASCII signs. Its shape is the sequence
   of the kinds of runs; a text with any other sign, or of more than 12 runs, has none, and then there is no
   pattern.
2. Texts of equal shape are put together. There are at most 3 shapes, each with at least 10 rows, and one of
   the texts has a digit or a capital: words and names are no codes.
3. A run of letters has the same length in all texts of its shape and becomes [A-Z]{n}: letters of varying
   number are words, and there is no pattern. Digits become [0-9]{n}, or [0-9]+ where their number varies.
4. Another sign is written as it is only where every value of the column holds it; else it is any sign but
   letters and digits, [^A-Za-z0-9]. So no part of a pattern is the part of one value.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

RUN = re.compile(r"[A-Z]+|[a-z]+|[0-9]+|[!-/:-@\[-`{-~ ]")
KINDS = {"U": "[A-Z]", "L": "[a-z]", "D": "[0-9]"}
OTHER = "[^A-Za-z0-9]"
MAX_RUNS = 12
MAX_SHAPES = 3
MIN_ROWS = 10
MAX_LENGTH = 60

Shape = tuple[str, ...]


def pattern_of(counts: Iterable[tuple[str, int]]) -> str | None:
    """A regular expression that all texts match, or None where their shapes say nothing.

    Args:
        counts: distinct texts and their rows.
    """
    rows: dict[Shape, int] = defaultdict(int)
    lengths: dict[Shape, list[set[int]]] = {}
    everywhere: set[str] | None = None
    for text, count in counts:
        runs = _runs(text)
        if runs is None:
            return None
        shape = tuple(_kind(run) for run in runs)
        if shape not in lengths and len(lengths) == MAX_SHAPES:
            return None
        rows[shape] += count
        for seen, run in zip(lengths.setdefault(shape, [set() for _ in runs]), runs, strict=True):
            seen.add(len(run))
        signs = {run for run in runs if not run.isalnum()}
        everywhere = signs if everywhere is None else everywhere & signs
    if not rows or min(rows.values()) < MIN_ROWS or not all(map(_is_code, lengths, lengths.values())):
        return None
    parts = sorted({_part(shape, lengths[shape], everywhere or set()) for shape in lengths})
    return f"^{parts[0]}$" if len(parts) == 1 else f"^(?:{'|'.join(parts)})$"


def _runs(text: str) -> list[str] | None:
    """None of an empty text and of one with a sign of no kind."""
    if not text or len(text) > MAX_LENGTH:
        return None
    runs = RUN.findall(text)
    return runs if len(runs) <= MAX_RUNS and sum(map(len, runs)) == len(text) else None


def _kind(run: str) -> str:
    """U, L or D, or the sign itself."""
    first = run[0]
    if first.isdigit():
        return "D"
    return ("U" if first.isupper() else "L") if first.isalpha() else first


def _is_code(shape: Shape, lengths: list[set[int]]) -> bool:
    fixed = all(len(seen) == 1 for kind, seen in zip(shape, lengths, strict=True) if kind in {"U", "L"})
    return fixed and ("D" in shape or set(shape) == {"U"})


def _part(shape: Shape, lengths: list[set[int]], everywhere: set[str]) -> str:
    text = ""
    for kind, seen in zip(shape, lengths, strict=True):
        if kind not in KINDS:
            text += re.escape(kind) if kind in everywhere else OTHER
        elif len(seen) > 1:
            text += f"{KINDS[kind]}+"
        else:
            (length,) = seen
            text += KINDS[kind] + (f"{{{length}}}" if length > 1 else "")
    return text
