"""Nearly free text taken apart, so that one part of it can be held against the label.

A model can do nothing with thousands of different texts, but an id whose first letter is the label, or a
note that ends in the outcome, gives it away. Parts are simple on purpose: honest prose has no power by its
first letter or its length, however well its words may tell the label.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mlops_actions.learning.codes import codes_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

LONGEST = 200  # characters that are looked at, from either end
DIGITS = re.compile(r"\d+")
WORDS = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class FreeText:
    """One column: its name, and (n,) texts as objects, None for null."""

    name: str
    texts: NDArray[np.object_]

    def take(self, rows: NDArray[np.int64]) -> FreeText:
        """Some rows; rows: indices, or (n,) bool."""
        return FreeText(self.name, self.texts[rows])


class Part(NamedTuple):
    """A part in words, with (n,) codes of it or numbers; NaN where the text is null."""

    words: str
    column: NDArray[np.float64]
    coded: bool


def _word(text: str, at: int) -> str:
    found = WORDS.findall(text)
    return found[at] if found else ""


CODED: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("its first character", lambda text: text[:1]),
    ("its first 2 characters", lambda text: text[:2]),
    ("its first 3 characters", lambda text: text[:3]),
    ("its last character", lambda text: text[-1:]),
    ("its last 2 characters", lambda text: text[-2:]),
    ("its last 3 characters", lambda text: text[-3:]),
    ("its first word", lambda text: _word(text[:LONGEST], 0)),
    ("its last word", lambda text: _word(text[-LONGEST:], -1)),
    ("what is left of it without digits", lambda text: DIGITS.sub("", text[:LONGEST])),
)


def parts_of(text: FreeText) -> Iterator[Part]:
    """Each part of one column, in a fixed order."""
    there = np.array([value is not None for value in text.texts], dtype=np.bool_)
    known = [str(value) for value in text.texts[there]]
    if not there.all():
        yield Part("whether it is null", np.where(there, 0.0, np.nan), coded=True)
    for words, cut in CODED:
        yield Part(words, _placed(there, codes_of([cut(value) for value in known])[0]), coded=True)
    yield Part("its length", _placed(there, np.array([len(value) for value in known])), coded=False)
    ranks = np.unique(np.array([value[:LONGEST] for value in known], dtype=object), return_inverse=True)[1]
    yield Part("its place in alphabetical order", _placed(there, ranks), coded=False)


def _placed(there: NDArray[np.bool_], values: NDArray[np.generic]) -> NDArray[np.float64]:
    found = np.full(len(there), np.nan)
    found[there] = values
    return found
