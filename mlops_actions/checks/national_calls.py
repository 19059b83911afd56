"""Telephone numbers as written at home or with 00: told by most of a column, never by one value. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST = 0.8  # of the distinct values
FEWEST = 5  # distinct values
SEEN = 2_000  # looked at first
DIGITS = (9, 12)
DIGITS_ABROAD = (9, 15)
HOME = re.compile(
    r"(?:\(0[1-9][0-9]{0,4}\) ?|0[1-9][0-9]{0,4}[ /.-]{1,3})[0-9]{2,4}(?:[ .-]?[0-9]{1,4}){0,4}"
)
ABROAD = re.compile(
    r"00(?:1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|2[1-689][0-9]|3[578][0-9]|42[0-9]"
    r"|[5-9][05-9][0-9])[ /(][ ()/.0-9-]{6,18}"
)
ZIP = re.compile(r"[0-9]{5}-[0-9]{4}")
SIGNS = str.maketrans("", "", " ()/.-")


def national_calls(texts: Sequence[str]) -> list[int]:
    """Places of the values that look so; none where too few do, as zero-padded ids and dates."""
    if len(texts) < FEWEST:
        return []
    some = texts[:: max(1, len(texts) // SEEN)]
    if sum(map(_is_call, some)) < MOST * len(some):
        return []
    found = [at for at, text in enumerate(texts) if _is_call(text)]
    return found if len(found) >= MOST * len(texts) else []


def _is_call(text: str) -> bool:
    text = text.strip()
    if not text.startswith(("0", "(0")):
        return False
    digits = len(text.translate(SIGNS))
    if HOME.fullmatch(text):
        return DIGITS[0] <= digits <= DIGITS[1] and ZIP.fullmatch(text) is None
    return ABROAD.fullmatch(text) is not None and DIGITS_ABROAD[0] <= digits - 2 <= DIGITS_ABROAD[1]
