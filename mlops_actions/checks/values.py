"""DS206 to DS209: values that a column of this kind should not hold, told by its own distribution."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from mlops_actions.checks import catalog
from mlops_actions.checks.check import TOO_MANY, Subject, result, skipped
from mlops_actions.checks.value_cases import value_cases
from mlops_actions.checks.wide import sampled_counts, wide_texts
from mlops_actions.profile.places import Outside
from mlops_actions.results.verdict import Outcome
from mlops_actions.results.words import count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from mlops_actions.checks.case import Case
    from mlops_actions.checks.check import Check
    from mlops_actions.checks.limits import MixedParameters, OutlierParameters
    from mlops_actions.checks.parameters import CheckParameters
    from mlops_actions.profile.column import ColumnProfile
    from mlops_actions.profile.counts import ValueCounts
    from mlops_actions.profile.needs import Need
    from mlops_actions.results.dataset import CheckResult

PLAIN_NUMBER = re.compile(
    r"^\s*[+-]?(?:0|[1-9][0-9]{0,14})?(?:(?<=[0-9])\.?|\.(?=[0-9]))[0-9]*(?:[eE][+-]?[0-9]{1,3})?\s*$"
)
# U+FFFD, UTF-8 read as Windows-1252 and written anew, and control signs other than tab and line ends.
DAMAGED = re.compile("\ufffd|Ã[\x80-\xbf¡-¿]|â€[™œž“”¦\x9d]|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
SENTINELS = tuple(
    sign * (10.0**digits - 1) for digits in (2, 3, 4, 5, 6, 7, 8, 9) for sign in (1, -1)
)  # 99, -99, 999 ...
FEW, LOGS = 10, 3.0
LARGEST = float(np.finfo(np.float64).max)


def needs(case: Case) -> Iterator[Need]:
    """A sample of the texts that have too many values to look at each."""
    for role in ("train", "evaluation"):
        sample = wide_texts(case, role) if role in case.tables else None
        if sample is not None:
            yield sample


def judge(case: Case) -> Iterator[CheckResult]:
    """Model inputs of both splits."""
    limits = case.setting.limits
    for role in ("train", "evaluation"):
        table = case.tables.get(role)
        for name in case.setting.features if table is not None else ():
            column = table.column(name) if table is not None else None
            if column is not None and column.kind == "string":
                yield from _texts(case, role, column, limits)
            elif column is not None and column.numeric and column.kind != "boolean":
                yield from _numbers(role, column, limits)


def _texts(case: Case, role: str, column: ColumnProfile, limits: CheckParameters) -> Iterator[CheckResult]:
    counts = column.counts if column.counts is not None else sampled_counts(case, role, column.name)
    subject = Subject(role, column.name, column.rows)
    if counts is None:
        why = TOO_MANY.format(column.distinct)
        yield from (skipped(check, subject, why) for check in (catalog.MIXED, catalog.DAMAGED))
        return
    yield _mixed(subject, counts, limits.mixed)
    damaged = counts.marked(lambda text: DAMAGED.search(text) is not None)
    yield _found(catalog.DAMAGED, subject, counts, damaged, "damaged texts", limits.damaged.max_rows)


def _mixed(subject: Subject, counts: ValueCounts, limits: MixedParameters) -> CheckResult:
    """Blank text is DS203's matter."""
    blank = counts.marked(lambda text: not text.strip())
    numbers = counts.marked(lambda text: PLAIN_NUMBER.match(text) is not None) & ~blank
    written, numeric = counts.rows_where(~blank), counts.rows_where(numbers)
    others = written - numeric
    share = numeric / written if written else 0.0
    mixed = others > 0 and share >= limits.min_share
    text = (
        f"{subject.role}.{subject.name}: {others:,} texts among {numeric:,} numbers written as text"
        if mixed
        else f"{subject.role}.{subject.name}: {share:.0%} of the texts are numbers"
    ) + f", mixed from {limits.min_share:.0%} numbers (n={counts.total:,})"
    outcome = Outcome.WARN if mixed else Outcome.PASS
    failures, held = value_cases(subject, counts, ~blank & ~numbers & mixed)
    return result(
        catalog.MIXED, subject, outcome, text, observed=float(others) if mixed else 0.0, limit=0.0,
        failures=failures, sought=held,
    )  # fmt: skip


def _numbers(role: str, column: ColumnProfile, limits: CheckParameters) -> Iterator[CheckResult]:
    subject = Subject(role, column.name, column.rows)
    counts = column.counts
    if counts is None:
        infinite = column.infinite
        text = f"{role}.{column.name}: {count(infinite, 'infinite value')}, maximum 0 (n={column.present:,})"
        outcome = Outcome.WARN if infinite else Outcome.PASS
        beyond = Outside(role, column.name, -LARGEST, LARGEST)
        yield result(
            catalog.SPECIAL, subject, outcome, text, observed=float(infinite), limit=0.0, sought=beyond
        )
        yield skipped(catalog.OUTLIERS, subject, TOO_MANY.format(column.distinct))
        return
    special = np.isinf(counts.values.astype(np.float64)) | _sentinels(counts)
    yield _found(catalog.SPECIAL, subject, counts, special, "infinite values or stand-ins such as -999", 0)
    yield _found(
        catalog.OUTLIERS, subject, counts, _outliers(counts, special, limits.outliers),
        f"values beyond {limits.outliers.spread:g} times the width of the middle 98 %",
        limits.outliers.max_rows,
    )  # fmt: skip


def _sentinels(counts: ValueCounts) -> NDArray[np.bool_]:
    """An extreme of nines that stands in several rows, farther away than all others are wide."""
    marked = np.zeros(len(counts), dtype=np.bool_)
    values, rows = counts.values.astype(np.float64), counts.rows
    if len(values) < FEW:
        return marked
    for at, rest in ((0, values[1:]), (-1, values[:-1])):
        width = float(rest[-1]) - float(rest[0])
        gap = min(abs(float(values[at]) - float(rest[0])), abs(float(values[at]) - float(rest[-1])))
        if values[at] in SENTINELS and rows[at] > 1 and np.isfinite(width) and gap > width:
            marked[at] = True
    return marked


def _outliers(
    counts: ValueCounts, special: NDArray[np.bool_], limits: OutlierParameters
) -> NDArray[np.bool_]:
    """Far away on the plain scale, for positive values on the logarithmic one, too: long tails are none."""
    marked = np.zeros(len(counts), dtype=np.bool_)
    values, rows = counts.values[~special].astype(np.float64), counts.rows[~special]
    if len(values) < FEW:
        return marked
    low, middle, high = _quantiles(values, rows)
    if not high > low:
        return marked
    with np.errstate(over="ignore"):
        far = np.abs(values - middle) > limits.spread * (high - low)
    positive = values > 0
    if far.any() and positive.sum() >= FEW:
        logs = np.log(values[positive])
        small, centre, large = _quantiles(logs, rows[positive])
        far[positive] &= np.abs(logs - centre) > LOGS * (large - small)
    marked[~special] = far
    return marked


def _quantiles(values: NDArray[np.float64], rows: NDArray[np.int64]) -> tuple[float, float, float]:
    """1 %, 50 % and 99 %."""
    heaped = np.cumsum(rows)
    places = np.searchsorted(heaped, np.array([0.01, 0.5, 0.99]) * heaped[-1])
    low, middle, high = values[np.minimum(places, len(values) - 1)].tolist()
    return low, middle, high


def _found(
    check: Check, subject: Subject, counts: ValueCounts, marked: NDArray[np.bool_], what: str, most: int
) -> CheckResult:
    rows = counts.rows_where(marked)
    text = f"{subject.role}.{subject.name}: {rows:,} {what}, maximum {most:,} (n={counts.total:,})"
    outcome = Outcome.WARN if rows > most else Outcome.PASS
    failures, held = value_cases(subject, counts, marked) if rows > most else ((), None)
    return result(
        check, subject, outcome, text,
        observed=float(rows), limit=float(most), failures=failures, sought=held,
    )  # fmt: skip
