"""A Python regular expression as one that RE2 and Java read alike, finding no more than Python does. Pure."""

from __future__ import annotations

import re

REPEATS = 1_000  # that RE2 allows
ESCAPES = frozenset("dws") | frozenset("tnrf")  # ASCII alone there, and so fewer than Python's
SIGNS = frozenset(r"\.^$|?*+()[]{}-/")
TOKEN = re.compile(
    r"(?P<escape>\\.)|(?P<group>\(\?:)|(?P<other>\(\?)|(?P<named>\[\^?\]?)|(?P<count>\{(\d+)(?:,(\d*))?\})"
    r"|(?P<again>[*+?][+])|(?P<sign>.)",
    re.DOTALL,
)
INSIDE = re.compile(r"\\.|.", re.DOTALL)


def engine_pattern(pattern: str) -> str:
    """What engines sieve by, so that Python need not look at every value; "" where it must.

    Left to Python: all that is said otherwise or means more there: look-around, flags, back references,
    word borders, classes of what is no digit, letter or space.
    """
    parts: list[str] = []
    at = 0
    while at < len(pattern):
        token = TOKEN.match(pattern, at)
        if token is None or token["other"] or token["again"]:
            return ""
        if token["named"]:
            part, at = _class(pattern, at)
        else:
            part, at = _outside(token), token.end()
        if not part:
            return ""
        parts.append(part)
    return "".join(parts)


def _outside(token: re.Match[str]) -> str:
    """A token outside of brackets; "" where it is Python's own."""
    said = token.group()
    if token["escape"]:
        return said if said[1] in ESCAPES | SIGNS else r"\A" if said == r"\A" else ""
    if token["count"]:
        most = max(int(each) for each in token.group(6, 7) if each)
        return said if most <= REPEATS else ""
    if said == "$":
        return r"\z"  # Python's also stands before a last line end
    return "" if said == "{" else said


def _class(pattern: str, start: int) -> tuple[str, int]:
    """(brackets, where they end); "" where they hold what only Python reads so."""
    opened = re.compile(r"\[(\^?)").match(pattern, start)
    if opened is None:
        return "", start
    said, at = [opened.group()], opened.end()
    while at < len(pattern) and (pattern[at] != "]"):
        found = INSIDE.match(pattern, at)
        if found is None:
            return "", at
        sign, at = found.group(), found.end()
        escaped = len(sign) > 1
        letters = escaped and sign[1] in "dws"
        if sign in "[&~" or (escaped and sign[1] not in ESCAPES | SIGNS) or (letters and opened[1]):
            return "", at
        said.append(sign)
    if len(said) == 1 or at >= len(pattern):
        return "", at
    return "".join(said) + "]", at + 1
