"""Columns of too many distinct values to keep: what is asked of the engine instead, over all rows."""

from __future__ import annotations

import heapq
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mlops_actions.checks.check import MAX_FAILURES
from mlops_actions.checks.comparable import allowed_texts, spelled_with_decimals
from mlops_actions.checks.engine_pattern import engine_pattern
from mlops_actions.profile.missing_words import WORDS
from mlops_actions.profile.needs import Matches, Matching

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mlops_actions.config.data_schema import ColumnContract
    from mlops_actions.profile.column import ColumnProfile
    from mlops_actions.profile.counts import ValueCounts

SPACE = r"[\t-\r\x1c-\x20" + "\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]"  # str.isspace
BLANK = rf"\A{SPACE}*\z"
_PLAIN = r"(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)"
NUMBER = rf"\A{SPACE}*[+-]?{_PLAIN}(?:[eE][+-]?[0-9]{{1,3}})?{SPACE}*\z"  # PLAIN_NUMBER
# U+FFFD, UTF-8 read as Windows-1252 and written anew, and control signs other than tab and line ends.
DAMAGED = (
    "\ufffd|\u00c3[\u0080-\u00bf]|\u00e2\u20ac[\u2122\u0153\u017e\u201c\u201d\u00a6\u009d]"
    r"|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
)
# The year first, as CSV is read, and days that there are, leap years told; then a time of day and a zone.
_LEAP = "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)"
_ISO_DAY = (
    "(?:[0-9]{4}[-/](?:(?:0?[13578]|1[02])[-/](?:0?[1-9]|[12][0-9]|3[01])"
    "|(?:0?[469]|11)[-/](?:0?[1-9]|[12][0-9]|30)|0?2[-/](?:0?[1-9]|1[0-9]|2[0-8]))|"
    f"{_LEAP}[-/]0?2[-/]29)"
)
_ISO_CLOCK = r"(?:[01][0-9]|2[0-4]):[0-5][0-9](?::(?:[0-5][0-9]|60)(?:[.,][0-9]+)?)?"
ISO = rf"{_ISO_DAY}(?:[T ]{_ISO_CLOCK}(?: ?(?:[A-Za-z_/]{{1,32}}|[+-][0-9]{{2}}(?::?[0-9]{{2}})?))?)?"
_D, _DD = "(?:0?[1-9]|[12][0-9]|3[01])", "(?:0[1-9]|[12][0-9]|3[01])"
# Day, month and year in numbers, the year last or of two digits.
OTHER_DATE = (
    rf"(?:{_D}/{_D}/(?:[0-9]{{4}}|[0-9]{{2}})|{_D}(?:-{_D}-|\.{_D}\.| {_D} )[0-9]{{4}}"
    rf"|{_DD}(?:-{_DD}-|\.{_DD}\.)[0-9]{{2}}|[0-9]{{2}}(?:/{_DD}/|-{_DD}-|\.{_DD}\.){_DD})"
    r"(?:[T ,]+[0-9]{1,2}:[0-9]{2}[^\n]*)?"
)
WIDTHS = range(5, 15)  # digits of a code: shorter ones are not so many, longer ones are rare
TOLD = (
    BLANK, NUMBER, DAMAGED, *(rf"\A{SPACE}*{each}{SPACE}*\z" for each in (WORDS, ISO, OTHER_DATE)),
    *(rf"\A[0-9]{{{width}}}\z" for width in WIDTHS),
)  # fmt: skip
LONGEST = 2_000  # signs of a pattern made of categories


@dataclass(frozen=True)
class TextRows:
    """Rows of a text column that are blank, numbers written as text, damaged, and so on.

    `codes` are those of digits alone, of the width that most have.
    """

    blank: int
    numbers: int
    damaged: int
    words: int
    iso: int
    other_dates: int
    codes: int = 0

    @classmethod
    def of(cls, found: tuple[int, ...]) -> TextRows:
        """From the answers of `text_rows`."""
        blank, numbers, damaged, words, iso, other_dates, *codes = found
        return cls(blank, numbers, damaged, words, iso, other_dates, max(codes, default=0))


def text_rows(role: str, column: ColumnProfile) -> Matches:
    """All in one pass, one need for all who ask."""
    return Matches(role, column.name, TOLD)


@dataclass(frozen=True)
class Refused:
    """Rows of values that a rule refuses, and the most frequent of these values with their rows."""

    rows: int
    most: tuple[tuple[Any, int], ...] = ()


@dataclass(frozen=True)
class RefusedFold:
    """Refuses what a pattern is not found in, or what is none of the categories, as Python reads them."""

    pattern: str | None = None
    categories: frozenset[str] | None = None

    def __call__(self, batches: Iterable[ValueCounts], /) -> Refused:
        """Of all batches."""
        rows, most = 0, list[tuple[Any, int]]()
        bad = self._bad()
        for batch in batches:
            places = np.flatnonzero(batch.marked(bad))
            held = list(zip(batch.values[places].tolist(), batch.rows[places].tolist(), strict=True))
            rows += sum(n for _, n in held)
            most = heapq.nsmallest(MAX_FAILURES, [*most, *held], key=lambda each: (-each[1], str(each[0])))
        return Refused(rows, tuple(most))

    def _bad(self) -> Callable[[str], bool]:
        if self.pattern is not None:
            search = re.compile(self.pattern).search
            return lambda text: search(text) is None
        allowed = self.categories or frozenset()
        return lambda text: text not in allowed


def refused_by_pattern(role: str, column: ColumnProfile, contract: ColumnContract) -> Matching | None:
    """None where no pattern is declared, or where values are not spelled as it means them."""
    pattern = contract.pattern
    if pattern is None or spelled_with_decimals(column, contract):
        return None
    sieve = engine_pattern(pattern) if column.kind == "string" else ""
    return Matching(role, column.name, RefusedFold(pattern=pattern), sieve, found=not sieve)


def refused_by_categories(role: str, column: ColumnProfile, contract: ColumnContract) -> Matching | None:
    """None where no categories are declared."""
    if contract.categories is None:
        return None
    allowed = allowed_texts(contract)
    sieve = rf"\A(?:{'|'.join(_quoted(each) for each in sorted(allowed))})\z"
    if column.kind != "string" or len(sieve) > LONGEST:
        sieve = ""
    return Matching(role, column.name, RefusedFold(categories=allowed), sieve, found=not sieve)


def _quoted(text: str) -> str:
    """Every sign that means something in a pattern as itself."""
    return re.sub(r"([\\.^$|?*+()\[\]{}-])", r"\\\1", text)
