"""From two profiles of a column to their distance: numbers or categories, exact counts or bins."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from mlops_actions.checks.kinds import CANNOT, Unlike, one_kind
from mlops_actions.profile.column import TIMES
from mlops_actions.statistics.alignment import Sample
from mlops_actions.statistics.binned_drift import Bins, binned_distance
from mlops_actions.statistics.drift import Distance, categorical_distance, numeric_distance

if TYPE_CHECKING:
    from mlops_actions.profile.column import ColumnProfile
    from mlops_actions.profile.counts import ValueCounts

BLANKS = "what is new differs only in blanks before or after the text"
FLAG = 2  # distinct numbers that are judged as categories
TOO_MANY = "too many distinct values to count"
NOT_FINITE = "no finite number in one of the two"


def distance_of(first: ColumnProfile, second: ColumnProfile, min_expected: float) -> Distance | str:
    """The distance of two samples with rows, or why there is none.

    Kinds that differ are brought to one where all values allow it. Booleans, and numbers of which the
    reference has at most two, are categories: their share is what changes. Times are compared as numbers.
    """
    both = one_kind(first, second)
    if isinstance(both, Unlike):
        return CANNOT
    first, second = both.first, both.second
    one, other = first.counts, second.counts
    times = first.kind in TIMES and second.kind in TIMES
    if times or (first.numeric and second.numeric):
        if one is None or other is None:
            return _binned(first, second)
        if not times and (first.kind == "boolean" or len(one) <= FLAG):
            return categorical_distance(sample_of(one).numbers, sample_of(other).numbers, min_expected)
        return numeric_distance(sample_of(one), sample_of(other))
    if one is None or other is None:
        return TOO_MANY
    return categorical_distance(sample_of(one), sample_of(other), min_expected)


def sample_of(counts: ValueCounts) -> Sample:
    """Value counts as the statistics take them."""
    return Sample(counts.values, counts.rows)


def new_by_blanks(first: ColumnProfile, second: ColumnProfile) -> str:
    """Words where all texts that the second sample alone has are the first's but for blanks around them."""
    one, other = first.counts, second.counts
    if one is None or other is None or first.kind != "string" or second.kind != "string":
        return ""
    known = set(one.values.tolist())
    new = [value for value in other.values.tolist() if value not in known]
    bare = {value.strip() for value in known} if new else known
    return BLANKS if new and all(value.strip() in bare for value in new) else ""


def values_compared(first: ColumnProfile) -> int:
    """Rows that a distance is made of: all values, but only finite numbers where bins are what is known."""
    return first.present if first.counts is not None else first.present - first.infinite


def _binned(first: ColumnProfile, second: ColumnProfile) -> Distance | str:
    summary = first.summary
    known = [each for each in (first.binned, second.binned) if each is not None]
    if not known or (summary is None and first.numeric):
        return TOO_MANY
    sides: list[Bins] = []
    for each in (first, second):
        if each.counts is not None:
            sides.append(Bins.of(sample_of(each.counts), known[0].edges))
        elif each.binned is not None:
            sides.append(Bins(each.binned.edges, each.binned.rows))
        else:
            return TOO_MANY
    if not all(each.total for each in sides):
        return NOT_FINITE
    found = binned_distance(sides[0], sides[1], summary.std if summary is not None else math.nan)
    if first.numeric and (
        first.infinite or second.infinite
    ):  # bins hold finite values alone, of which no distance is taken
        return replace(found, wasserstein=None, wasserstein_in_std=None, wasserstein_error=0.0)
    return found
