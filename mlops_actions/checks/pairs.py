"""Which two samples are compared, by which columns; where a serving log has them; what is left out. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from mlops_actions.checks.kinds import Unlike, group_of, one_kind
from mlops_actions.checks.stored_reference import as_tables, bare_columns
from mlops_actions.checks.text_sample import sampled_counts
from mlops_actions.profile.column import TIMES
from mlops_actions.profile.table import TableProfile

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlops_actions.checks.case import Case
    from mlops_actions.profile.column import ColumnProfile

# A serving log holds the features as served, and perhaps the raw inputs; what was served is what is compared.
SERVED = ("served_features", "features", "served")
RAW = ("raw_inputs", "inputs", "raw")
STORED = "the reference's stored profile"
NEAR_UNIQUE = 0.95  # distinct values among present ones
ID_WORDS = frozenset({"id", "ids", "uuid", "guid", "key", "hash", "token", "serial", "number", "nr", "no"})
WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
# Where in the calendar a row lies moves on by itself. The hour and the weekday come back, so they are judged.
CALENDAR: dict[str, tuple[int, int]] = {
    "year": (1900, 2200),
    "quarter": (1, 4),
    "month": (0, 12),
    "week": (0, 53),
    "weekofyear": (0, 53),
    "day": (0, 31),
    "dayofmonth": (0, 31),
    "dayofyear": (0, 366),
    "yearmonth": (190_001, 220_012),
    "yearday": (0, 366),
}


@dataclass(frozen=True)
class Pair:
    """A reference and what is compared with it, each with its word for sentences.

    Args:
        untold: column to why nothing can be told of it; only of a stored reference.
        pooled: columns whose new categories cannot be told from stored ones.
        unlike: column to what is said of it, where it is of another kind in either sample.
        read: columns of texts that were all read as the other sample's kind, to the rows of a sample where
            only that was read, else 0.
    """

    reference: TableProfile
    current: TableProfile
    first: str
    second: str
    untold: Mapping[str, str] = field(default_factory=dict)
    pooled: frozenset[str] = frozenset()
    unlike: Mapping[str, str] = field(default_factory=dict)
    read: Mapping[str, int] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """As a subject."""
        return f"{self.first} against {self.second}"

    def compared(self, name: str) -> ColumnProfile | None:
        """The column of the current sample that stands for the reference's column of that name."""
        if self.current.role != "serving_log":
            return self.current.column(name)
        return served(self.current, name)


def served(log: TableProfile, name: str) -> ColumnProfile | None:
    """A column of a serving log: under a prefix for served features, else by itself, else as a raw input."""
    nested = [f"{prefix}{joint}{name}" for prefix in SERVED for joint in "._"]
    raw = [f"{prefix}{joint}{name}" for prefix in RAW for joint in "._"]
    found = (log.column(each) for each in (*nested, name, *raw))
    return next((each for each in found if each is not None), None)


def splits(case: Case) -> Pair | None:
    """Training against evaluation."""
    evaluation = case.evaluation
    return (
        None if evaluation is None else _alike(case, Pair(case.train, evaluation, "training", "evaluation"))
    )


def history(case: Case) -> Pair | None:
    """The base commit's training data against this training data; its stored profile where that is all."""
    reference, stored = case.tables.get("reference"), case.setting.stored
    if reference is not None:
        return _alike(case, Pair(reference, case.train, "the reference", "training"))
    if stored is None:
        return None
    there = TableProfile(
        "stored", stored.path, stored.rows, bare_columns(stored), stored.bytes, stored.sha256
    )
    told = _alike(case, Pair(there, case.train, STORED, "training"))
    seen = as_tables(stored, told.current, case.setting.secret)
    return replace(told, reference=seen.before, current=seen.now, untold=seen.untold, pooled=seen.pooled)


def skew(case: Case) -> Pair | None:
    """Training against what was served."""
    log = case.tables.get("serving_log")
    return None if log is None else _alike(case, Pair(case.train, log, "training", "the serving log"))


def _alike(case: Case, pair: Pair) -> Pair:
    """Columns whose kinds differ as one kind, where all values allow it."""
    unlike: dict[str, str] = {}
    read: dict[str, int] = {}
    tables = (pair.reference, pair.current)
    made: tuple[dict[str, ColumnProfile], dict[str, ColumnProfile]] = {}, {}
    for first in pair.reference.columns:
        second = pair.compared(first.name)
        if second is None or group_of(first.kind) == group_of(second.kind):
            continue
        samples = [
            sampled_counts(case, table.role, column.name) if table.role in case.tables else None
            for table, column in zip(tables, (first, second), strict=True)
        ]
        found = one_kind(first, second, (samples[0], samples[1]))
        if isinstance(found, Unlike):
            unlike[first.name] = found.words(pair.first, pair.second)
        elif found.first is not first or found.second is not second:
            read[first.name] = found.sampled
            made[0][first.name], made[1][second.name] = found.first, found.second
    if not read and not unlike:
        return pair
    one, other = (
        replace(table, columns=tuple(new.get(each.name, each) for each in table.columns))
        for table, new in zip(tables, made, strict=True)
    )
    return replace(pair, reference=one, current=other, unlike=unlike, read=read)


def pairs(case: Case) -> tuple[Pair, ...]:
    """All that are there."""
    return tuple(each for each in (splits(case), history(case), skew(case)) if each is not None)


def left_out(column: ColumnProfile) -> str:
    """Why a column is not judged unless that is asked for; "" where it is."""
    if column.kind in TIMES:
        return f"a {column.kind}, which moves on by itself"
    if _calendar(column):
        return "a part of the calendar, which moves on by itself"
    if column.present and column.distinct >= NEAR_UNIQUE * column.present:
        if column.kind == "string":
            return (
                f"nearly every value differs ({column.about}{column.distinct:,} of {column.present:,}): ids, "
                "free text and times of day are not compared"
            )
        if column.kind == "integer" and ID_WORDS & words_of(column.name):
            return f"an id: {column.about}{column.distinct:,} distinct of {column.present:,} values"
    return ""


def words_of(name: str) -> frozenset[str]:
    """The words of a name: customerID and customer_id are customer and id."""
    return frozenset(word.lower() for word in WORDS.findall(name))


def _calendar(column: ColumnProfile) -> bool:
    bounds = CALENDAR.get("".join(WORDS.findall(column.name)).lower())
    summary = column.summary
    if bounds is None or column.kind != "integer" or summary is None:
        return False
    return bounds[0] <= summary.minimum and summary.maximum <= bounds[1]
