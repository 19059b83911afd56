"""DS206 to DS209: values that a column of this kind should not hold, told by its own distribution."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from mlops_actions.checks import catalog, wide
from mlops_actions.checks.check import TOO_MANY, Subject, result, skipped
from mlops_actions.checks.mixed import check_mixed, wide_mixed
from mlops_actions.checks.value_cases import value_cases
from mlops_actions.checks.wide_numbers import LOGS, SENTINELS, beyond, rows_beyond
from mlops_actions.profile.column import TIMES
from mlops_actions.results.verdict import Outcome
from mlops_actions.results.words import count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from mlops_actions.checks.case import Case
    from mlops_actions.checks.check import Check
    from mlops_actions.checks.limits import OutlierParameters
    from mlops_actions.checks.parameters import CheckParameters
    from mlops_actions.config.data_schema import ColumnContract
    from mlops_actions.profile.column import ColumnProfile
    from mlops_actions.profile.counts import ValueCounts
    from mlops_actions.profile.needs import Need
    from mlops_actions.results.dataset import CheckResult

DAMAGED = re.compile(wide.DAMAGED)
FEW, SEVERAL = 10, 2
DAMAGED_TEXTS = ("damaged text", "damaged texts")
STAND_INS = ("infinite value or stand-in such as -999", "infinite values or stand-ins such as -999")


def needs(case: Case) -> Iterator[Need]:
    """Rows of damaged texts and of numbers where there are too many values to look at each."""
    for role in ("train", "evaluation"):
        table = case.tables.get(role)
        for name in _named(case) if table is not None else ():
            column = table.column(name) if table is not None else None
            if column is None or column.counts is not None:
                continue
            if column.kind == "string":
                yield wide.text_rows(role, column)
            elif (
                name in case.setting.features
                and (need := rows_beyond(role, column, case.setting.limits.outliers.spread)) is not None
            ):
                yield need


def _named(case: Case) -> tuple[str, ...]:
    """Model inputs, and the time of the rows: as text it is no time."""
    time = case.setting.data.time
    return tuple(dict.fromkeys((*case.setting.features, *([time] if time is not None else []))))


def judge(case: Case) -> Iterator[CheckResult]:
    """Model inputs of both splits, and their column of times where it is text."""
    limits = case.setting.limits
    for role in ("train", "evaluation"):
        table = case.tables.get(role)
        features = case.setting.features
        for each in table.columns if table is not None else ():
            if each.kind in TIMES and (each.infinite or each.name in features):
                yield _times(role, each)
        for name in _named(case) if table is not None else ():
            column = table.column(name) if table is not None else None
            if column is not None and column.kind == "string":
                yield from _texts(case, role, column, limits)
            elif column is not None and name in features and column.numeric and column.kind != "boolean":
                yield from _numbers(case, role, column, limits)


def _texts(case: Case, role: str, column: ColumnProfile, limits: CheckParameters) -> Iterator[CheckResult]:
    counts, subject = column.counts, Subject(role, column.name, column.rows)
    contract = case.setting.schema.columns.get(column.name) if case.setting.schema is not None else None
    if counts is None:
        found = case.measured.get(wide.text_rows(role, column))
        yield from _wide_texts(subject, column, found, limits, contract)
        return
    yield check_mixed(subject, counts, limits.mixed, contract)
    damaged = counts.marked(lambda text: DAMAGED.search(text) is not None)
    yield _found(catalog.DAMAGED, subject, counts, damaged, DAMAGED_TEXTS, limits.damaged.max_rows)


def _wide_texts(
    subject: Subject,
    column: ColumnProfile,
    found: tuple[int, ...] | None,
    limits: CheckParameters,
    contract: ColumnContract | None,
) -> Iterator[CheckResult]:
    """The same by rows that the engine counted."""
    if found is None:
        why = TOO_MANY.format(column.distinct)
        yield from (skipped(check, subject, why) for check in (catalog.MIXED, catalog.DAMAGED))
        return
    rows = wide.TextRows.of(found)
    yield wide_mixed(subject, rows, column.present, limits.mixed, contract)
    most = limits.damaged.max_rows
    text = f"{subject.role}.{subject.name}: {count(rows.damaged, *DAMAGED_TEXTS)}, maximum {most:,}"
    outcome = Outcome.WARN if rows.damaged > most else Outcome.PASS
    yield result(
        catalog.DAMAGED, subject, outcome, f"{text} (n={column.present:,})",
        observed=float(rows.damaged), limit=float(most),
    )  # fmt: skip


def _times(role: str, column: ColumnProfile) -> CheckResult:
    subject = Subject(role, column.name, column.rows)
    infinite = column.infinite
    told = ", which count as null" if infinite else ""
    what = count(infinite, f"infinite {column.kind}")
    text = f"{role}.{column.name}: {what}{told}, maximum 0 (n={column.rows:,})"
    outcome = Outcome.WARN if infinite else Outcome.PASS
    return result(catalog.SPECIAL, subject, outcome, text, observed=float(infinite), limit=0.0)


def _numbers(case: Case, role: str, column: ColumnProfile, limits: CheckParameters) -> Iterator[CheckResult]:
    subject = Subject(role, column.name, column.rows)
    counts = column.counts
    if counts is None:
        yield from _wide_numbers(case, subject, column, limits.outliers)
        return
    infinite = np.isinf(counts.values.astype(np.float64))
    special = infinite | _sentinels(counts, _outliers(counts, infinite, limits.outliers))
    yield _found(catalog.SPECIAL, subject, counts, special, STAND_INS, 0)
    yield _found(
        catalog.OUTLIERS, subject, counts, _outliers(counts, special, limits.outliers),
        _beyond(limits.outliers),
        limits.outliers.max_rows,
    )  # fmt: skip


def _wide_numbers(
    case: Case, subject: Subject, column: ColumnProfile, limits: OutlierParameters
) -> Iterator[CheckResult]:
    """The same by bins and by rows that the engine counted."""
    need = rows_beyond(subject.role, column, limits.spread)
    if column.binned is None or (need is not None and need not in case.measured):
        why = TOO_MANY.format(column.distinct)
        yield from (skipped(check, subject, why) for check in (catalog.SPECIAL, catalog.OUTLIERS))
        return
    found = beyond(column, limits.spread, case.measured[need] if need is not None else None)
    far = _beyond(limits, ", which bins tell")
    for check, rows, what, most in (
        (catalog.SPECIAL, column.infinite + found.sentinels, STAND_INS, 0),
        (catalog.OUTLIERS, found.outliers, far, limits.max_rows),
    ):
        text = f"{subject.role}.{subject.name}: {count(rows, *what)}, maximum {most:,} (n={column.present:,})"
        outcome = Outcome.WARN if rows > most else Outcome.PASS
        yield result(check, subject, outcome, text, observed=float(rows), limit=float(most))


def _beyond(limits: OutlierParameters, told: str = "") -> tuple[str, str]:
    where = f"beyond {limits.spread:g} times the width of the middle 98 %{told}"
    return f"value {where}", f"values {where}"


def _sentinels(counts: ValueCounts, far: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """An extreme of nines that stands in several rows, farther away than all others are wide.

    far: (k,) values that are outliers; they are not among the others.
    """
    marked = np.zeros(len(counts), dtype=np.bool_)
    values, rows = counts.values.astype(np.float64), counts.rows
    if len(values) < FEW:
        return marked
    for at in (0, len(values) - 1):
        near = np.flatnonzero(~far & (np.arange(len(values)) != at))
        if values[at] not in SENTINELS or rows[at] < SEVERAL or not len(near):
            continue
        low, high = float(values[near[0]]), float(values[near[-1]])
        gap = min(abs(float(values[at]) - low), abs(float(values[at]) - high))
        marked[at] = np.isfinite(high - low) and gap > high - low
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
    check: Check,
    subject: Subject,
    counts: ValueCounts,
    marked: NDArray[np.bool_],
    what: tuple[str, str],
    most: int,
) -> CheckResult:
    rows = counts.rows_where(marked)
    text = f"{subject.role}.{subject.name}: {count(rows, *what)}, maximum {most:,} (n={counts.total:,})"
    outcome = Outcome.WARN if rows > most else Outcome.PASS
    failures, held = value_cases(subject, counts, marked) if rows > most else ((), None)
    return result(
        check, subject, outcome, text,
        observed=float(rows), limit=float(most), failures=failures, sought=held,
    )  # fmt: skip
