"""Which encoding a text that is not UTF-8 has: a guess for a person, only where the text speaks for it."""

from __future__ import annotations

import re

RUN = 3  # letters in a row beyond ASCII: no western text
MOST = 0.9  # of the characters beyond ASCII
OFTEN, SOME = 0.75, 0.15
FEW = 8  # letters that may be any
KANA, HANGUL = re.compile("[\u3041-\u30fe]"), re.compile("[\uac00-\ud7a3]")
# Most characters of Chinese texts are among the 3,755 that GB 2312 has first: their lead bytes.
FREQUENT = range(0xB0, 0xD8)
CYRILLIC = re.compile("[\u0430-\u044f\u0410-\u042f\u0401\u0451]+")
WORD = re.compile("[\u0410-\u042f\u0401]?[\u0430-\u044f\u0451]+|[\u0410-\u042f\u0401]+")
VOWELS = frozenset("\u0430\u0435\u0438\u043e\u0443\u044b\u044f\u044e\u044d\u0451")
LEAST_VOWELS, MOST_VOWELS = 0.3, 0.6  # of the letters of Cyrillic texts


def likely_encoding(sample: bytes) -> str:
    """A guess for a person who knows the file, never one that we act on; "" where none is likely."""
    longest, run = 0, 0
    for byte in sample:
        run = run + 1 if byte > 0x7F else 0  # noqa: PLR2004 - the end of ASCII
        longest = max(longest, run)
    if longest < RUN:
        return "WINDOWS-1252"
    likely = [name for name, speaks in GUESSES if speaks(sample, name)]
    return likely[0] if likely else ""


def _decoded(sample: bytes, name: str) -> str:
    """Its characters beyond ASCII and what stands between; a character that the sample cuts is left out."""
    for cut in range(3):
        try:
            return sample[: len(sample) - cut].decode(name)
        except UnicodeDecodeError:
            continue
    return ""


def _beyond(text: str) -> str:
    return "".join(sign for sign in text if not sign.isascii())


def _is_cyrillic(sample: bytes, name: str) -> bool:
    """Words in one case but for the first letter, with as many vowels as words have."""
    text = _decoded(sample, name)
    words = CYRILLIC.findall(text)
    letters = "".join(words).lower()
    if len(letters) < MOST * len(_beyond(text)) or len(letters) < FEW:
        return False
    vowels = sum(letter in VOWELS for letter in letters) / len(letters)
    return all(map(WORD.fullmatch, words)) and LEAST_VOWELS <= vowels <= MOST_VOWELS


def _is_japanese(sample: bytes, name: str) -> bool:
    signs = _beyond(_decoded(sample, name))
    return len(KANA.findall(signs)) > SOME * len(signs)


def _is_korean(sample: bytes, name: str) -> bool:
    signs = _beyond(_decoded(sample, name))
    return bool(signs) and len(HANGUL.findall(signs)) > MOST * len(signs)


def _is_chinese(sample: bytes, name: str) -> bool:
    signs = _beyond(_decoded(sample, name))
    found = sum(sign.encode(name)[0] in FREQUENT for sign in signs)
    return bool(signs) and found > OFTEN * len(signs)


GUESSES = (
    ("SHIFT_JIS", _is_japanese),
    ("EUC-JP", _is_japanese),
    ("EUC-KR", _is_korean),
    ("WINDOWS-1251", _is_cyrillic),
    ("KOI8-R", _is_cyrillic),
    ("GB18030", _is_chinese),
)
