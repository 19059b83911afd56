"""Two columns of different kinds brought to one where every value allows it, else what is said. Pure.

Whole numbers, numbers and booleans are one kind in effect, and so are dates and times. A text column is the
other one's kind where every text can be read as such: JSON and CSV often quote their numbers.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from mlops_actions.profile.column import NUMERIC, TIMES, ColumnProfile
from mlops_actions.profile.counts import ValueCounts

CANNOT = "values cannot be compared"
TEXT = "text"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
# 007 is a code: written as 7 it is another one.
NUMBER = re.compile(
    r"\s*[+-]?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?\s*", re.ASCII
)
WHOLE = re.compile(r"\s*[+-]?[0-9]{1,15}\s*", re.ASCII)
SPECIAL = re.compile(r"\s*[+-]?(?:inf|infinity|nan)\s*", re.ASCII | re.IGNORECASE)
TRUTH = {"true": True, "false": False}
DAY = re.compile(r"\s*[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


class OneKind(NamedTuple):
    """Both columns as they can be compared; `sampled`: the rows of a text column that were read, else 0."""

    first: ColumnProfile
    second: ColumnProfile
    sampled: int = 0


class Unlike(NamedTuple):
    """Columns that cannot be compared: each one's kind, and how many texts are not of the other's.

    `looked`: False where the texts are too many to be counted and no sample is there.
    """

    first: str
    second: str
    why: str = ""
    looked: bool = True

    def words(self, first: str, second: str) -> str:
        """In a sentence that has the names of both samples."""
        told = f", {self.why}" if self.why else ""
        return f"{self.first} in {first}, {self.second} in {second}: {CANNOT}{told}"


def group_of(kind: str) -> str:
    """number, time or text: what can be compared by itself."""
    return "number" if kind in NUMERIC else "time" if kind in TIMES else TEXT


def one_kind(
    first: ColumnProfile,
    second: ColumnProfile,
    samples: tuple[ValueCounts | None, ValueCounts | None] = (None, None),
) -> OneKind | Unlike:
    """Both as one kind; as they are where they are alike, or where one has no value to tell its kind by.

    Args:
        first: the column in one sample.
        second: in the other.
        samples: of either, where it is text of too many distinct values to be counted.
    """
    kinds = (group_of(first.kind), group_of(second.kind))
    if kinds[0] == kinds[1] or not first.present or not second.present:
        return OneKind(first, second)
    told = Unlike(_word(first.kind), _word(second.kind))
    if TEXT not in kinds:
        return told
    place = kinds.index(TEXT)
    text, other = (first, second) if place == 0 else (second, first)
    values = text.counts if text.counts is not None else samples[place]
    if values is None or not len(values):
        return told._replace(looked=False)
    read = _read(text, values, other.kind)
    if isinstance(read, str):
        return told._replace(why=read)
    sampled = values.total if text.counts is None else 0
    return OneKind(read, other, sampled) if place == 0 else OneKind(other, read, sampled)


def _word(kind: str) -> str:
    return TEXT if kind == "string" else kind


def _read(text: ColumnProfile, values: ValueCounts, kind: str) -> ColumnProfile | str:
    """The text column as the other's kind, of its sample where that is what is known; or why it is not."""
    reader = time_of if kind in TIMES else _number_or_truth if kind == "boolean" else _number
    held: Counter[float | bool] = Counter()
    wrong = missing = 0
    for value, rows in values:
        found = reader(str(value))
        if found is None:
            wrong += rows
        elif isinstance(found, float) and math.isnan(found):
            missing += rows
        else:
            held[found] += rows
    if wrong:
        sampled = "sampled " if text.counts is None else ""
        noun = "time" if kind in TIMES else kind
        return f"{wrong:,} of {values.total:,} {sampled}texts {'is' if wrong == 1 else 'are'} no {noun}"
    counts = ValueCounts.of(held.items())
    rows = text.rows if text.counts is not None else values.total
    nulls = text.nulls + missing if text.counts is not None else missing
    made = {"b": "boolean", "i": "integer"}.get(counts.values.dtype.kind, "number")
    return replace(
        text,
        kind=kind if kind in TIMES else made,
        rows=rows,
        nulls=nulls,
        counts=counts,
        distinct=len(counts),
    )


def _number(text: str) -> float | None:
    if NUMBER.fullmatch(text):
        return int(text) if WHOLE.fullmatch(text) else float(text)
    return float(text) if SPECIAL.fullmatch(text) else None


def _number_or_truth(text: str) -> float | None:
    return TRUTH.get(text.strip().lower(), _number(text))


def time_of(text: str) -> int | None:
    """Whole UTC microseconds since 1970; a time without a zone is UTC."""
    if not DAY.match(text):
        return None
    try:
        read = datetime.fromisoformat(text.strip())
        told = read if read.tzinfo is not None else read.replace(tzinfo=UTC)
        return (told - EPOCH) // MICROSECOND
    except (ValueError, OverflowError):
        return None
