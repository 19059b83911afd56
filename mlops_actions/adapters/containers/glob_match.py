"""Globs matched in time that grows with pattern times path, whoever wrote the pattern.

A regular expression with many stars can take years on a path that does not match; here all positions of the
pattern that may come next are one integer's bits, moved on together by each letter of the path (Baeza-Yates
and Gonnet, "A new approach to text searching", 1992).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

LONGEST = 4096  # letters of a pattern; a path cannot be longer
_SIGNS = re.compile(r"[*?[\\]")


@dataclass
class Glob:
    r"""`*` and `?` within a folder, `**` across folders, `**/` also for none; a match of a whole path.

    Args:
        pattern: with `/` between folders.
        classes: `[a-z]`, `[^a]` and `\` before a letter mean what they do in a .dockerignore.

    Raises:
        ValueError: it is longer than 4,096 letters, or a class is not closed.
    """

    pattern: str
    classes: bool = False
    _length: int = field(default=0, init=False)
    _letters: dict[str, int] = field(default_factory=dict, init=False)
    _sets: list[tuple[int, str, bool]] = field(default_factory=list, init=False)
    _one: int = field(default=0, init=False)  # a letter that is no slash
    _stay: int = field(default=0, init=False)  # on any letter
    _stay_inside: int = field(default=0, init=False)  # on any letter but a slash
    _entries: int = field(default=0, init=False)  # of `**/`, which takes three positions or none

    def __post_init__(self) -> None:
        if len(self.pattern) > LONGEST:
            raise ValueError(f"a pattern of {len(self.pattern):,} letters; at most {LONGEST:,} are read")
        at = 0
        while at < len(self.pattern):
            at = self._read(at)

    def is_below(self, path: str) -> bool:
        """Whether a path, or a folder above it, matches."""
        name = self.pattern.removeprefix("**/")
        if not _SIGNS.search(name):  # most patterns, and no loop over letters
            whole, wanted = f"/{path}/", f"/{name}/"
            return wanted in whole if name != self.pattern else whole.startswith(wanted)
        return bool(self._beginnings(path))

    def _beginnings(self, path: str) -> list[int]:
        """The lengths of the whole path and of the folders above it that match, shortest first."""
        end = 1 << self._length
        states, found = self._closed(1), []
        for at, letter in enumerate(path):
            if letter == "/" and states & end:
                found.append(at)
            states = self._closed(self._moved(states, letter))
            if not states:
                return found
        return [*found, len(path)] if states & end else found

    def _moved(self, states: int, letter: str) -> int:
        ahead = states & self._letters.get(letter, 0)
        kept = states & self._stay
        if letter != "/":
            ahead |= states & self._one
            kept |= states & self._stay_inside
            for bit, letters, negated in self._sets:
                if states & bit and (letter in letters) != negated:
                    ahead |= bit
        return kept | ahead << 1

    def _closed(self, states: int) -> int:
        """With the positions behind signs that may stand for nothing."""
        free = self._stay | self._stay_inside | self._entries
        while True:
            more = states | (states & free) << 1 | (states & self._entries) << 3
            if more == states:
                return states
            states = more

    def _read(self, at: int) -> int:
        """One sign of the pattern; where the next begins."""
        bit, letter = 1 << self._length, self.pattern[at]
        self._length += 1
        if letter == "*":
            end = at
            while self.pattern[end : end + 1] == "*":
                end += 1
            if end - at == 1:
                self._stay_inside |= bit
                return end
            if self.pattern[end : end + 1] == "/":
                self._entries |= bit
                self._length += 1
                bit <<= 1
            self._stay |= bit
            return end
        if letter == "?":
            self._one |= bit
        elif self.classes and letter == "[":
            return self._read_class(at, bit)
        else:
            at += self.classes and letter == "\\" and at + 1 < len(self.pattern)
            self._letters[self.pattern[at]] = self._letters.get(self.pattern[at], 0) | bit
        return at + 1

    def _read_class(self, at: int, bit: int) -> int:
        end = self.pattern.find("]", at + 2)
        if end < 0:
            raise ValueError("a [ without its ]")
        inside = self.pattern[at + 1 : end]
        negated = inside[:1] in {"^", "!"}
        inside, letters, place = inside[negated:], "", 0
        while place < len(inside):
            low, dash, high = inside[place], inside[place + 1 : place + 2], inside[place + 2 : place + 3]
            if dash == "-" and high:
                letters += "".join(map(chr, range(ord(low), min(ord(high), ord(low) + LONGEST) + 1)))
                place += 3
            else:
                letters += low
                place += 1
        self._sets.append((bit, letters, negated))
        return end + 1


@lru_cache(maxsize=1024)
def glob(pattern: str, *, classes: bool = False) -> Glob:
    """The pattern, read once. ValueError as of `Glob`."""
    return Glob(pattern, classes)
