"""A column's values as the rules of its declared type compare them, also where it is of another kind. Pure.

A column of another kind is a fault of its own, told by DS101; it must hide no other one.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from mlops_actions.checks.check import TOO_MANY
from mlops_actions.checks.kinds import TEXT, TRUTH, group_of, time_of
from mlops_actions.config.column_contract import NUMBERS, TIMES, fits
from mlops_actions.profile.counts import ValueCounts, array_of
from mlops_actions.results.words import count

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlops_actions.config.column_contract import ColumnContract
    from mlops_actions.profile.column import ColumnProfile

WHOLE = re.compile(r"\s*[+-]?[0-9]+\s*", re.ASCII)
NUMBER = re.compile(
    r"\s*[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?\s*|\s*[+-]?inf(?:inity)?\s*",
    re.ASCII | re.IGNORECASE,
)


@dataclass(frozen=True)
class Comparable:
    """What the rules compare.

    Args:
        column: None where nothing of it can be compared, for the reason `why`.
        values: (k) distinct values as they are compared, in the order of `written`.
        written: as the file has them; None as `values` where they are too many to be counted.
        left_out: values that could not be read as the declared kind, and are in none of these.
    """

    column: ColumnProfile | None
    why: str = ""
    values: ValueCounts | None = None
    written: ValueCounts | None = None
    left_out: int = 0

    @property
    def rest(self) -> str:
        """What is said of the values that are not judged; empty where all are."""
        if self.column is None or not self.left_out:
            return ""
        noun = {"boolean": "boolean", "integer": "number", "number": "number"}.get(self.column.kind, "time")
        verb, noun = ("is", noun) if self.left_out == 1 else ("are", f"{noun}s")
        return f"; {count(self.left_out, 'value')} {verb} no {noun} and left out"


def comparable(column: ColumnProfile, contract: ColumnContract) -> Comparable:
    """Numbers as numbers, times as times, texts by what they can be read as; a number is no text."""
    kinds = (group_of(column.kind), group_of(contract.type))
    if fits(column.kind, contract.type) or kinds[0] == kinds[1]:
        return Comparable(column, "", column.counts, column.counts)
    if kinds[0] != TEXT:
        return Comparable(None, f"the column is {column.kind}, the rule is for {contract.type}")
    if column.counts is None:
        return Comparable(None, TOO_MANY.format(column.distinct))
    return _read(column, column.counts, contract.type)


def _read(column: ColumnProfile, texts: ValueCounts, declared: str) -> Comparable:
    """Of texts those that can be read as the declared kind; DS101 tells of the others."""
    reader = _reader(declared)
    read = [reader(str(text)) for text in texts.values.tolist()]
    kept = np.array([value is not None for value in read], dtype=np.bool_)
    if not kept.any():
        return Comparable(None, f"none of the column's texts can be read as {declared}")
    held = array_of([value for value in read if value is not None])
    rows = texts.rows[kept]
    merged: Counter[Any] = Counter()
    for value, n in zip(held.tolist(), rows.tolist(), strict=True):
        merged[value] += n
    counts = ValueCounts.of(merged.items())
    made = replace(
        column, kind=declared, nulls=column.rows - int(rows.sum()), counts=counts, distinct=len(counts)
    )
    left_out = column.present - int(rows.sum())
    return Comparable(made, "", ValueCounts(held, rows), ValueCounts(texts.values[kept], rows), left_out)


def _reader(declared: str) -> Callable[[str], float | None]:
    if declared in TIMES:
        return time_of
    return _truth if declared == "boolean" else _number


def _truth(text: str) -> bool | None:
    return TRUTH.get(text.strip().lower())


def _number(text: str) -> float | None:
    """As DS101 reads them: 007 is seven where a number is declared."""
    if WHOLE.fullmatch(text) and len(text) <= 15:  # noqa: PLR2004 - digits that a double holds
        return int(text)
    return float(text) if NUMBER.fullmatch(text) else None


def span_of(column: ColumnProfile, contract: ColumnContract) -> tuple[float | None, float | None]:
    """(minimum, maximum) of the column's values: a last day is a whole one where they are times."""
    if column.kind == "timestamp" and contract.type == "date":
        return contract.model_copy(update={"type": "timestamp"}).span
    return contract.span


def spellings(value: Any, declared: str) -> frozenset[str]:
    """All texts of a declared value: the number 1 may be counted as 1, 1.0 or True."""
    if declared not in NUMBERS:
        return frozenset({str(value)})
    told = {str(value)}
    number = _number(value) if isinstance(value, str) else value
    if number is not None:
        told.add(str(float(number)))
        if float(number).is_integer():
            told.add(str(int(number)))
        if number in {0, 1}:
            told.add(str(bool(number)))
    return frozenset(told)


def allowed_texts(contract: ColumnContract) -> frozenset[str]:
    """All texts of the declared categories."""
    return frozenset[str]().union(*(spellings(each, contract.type) for each in contract.categories or ()))


def spelled_with_decimals(column: ColumnProfile, contract: ColumnContract) -> bool:
    """Whether 7 is declared and 7.0 is what is counted."""
    return (column.kind, contract.type) == ("number", "integer")
