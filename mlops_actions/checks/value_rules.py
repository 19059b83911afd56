"""DS103 to DS105: which values a column's range, categories and pattern refuse. Pure."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

import numpy as np

from mlops_actions.checks import catalog
from mlops_actions.checks.check import TOO_MANY, Subject, result, skipped
from mlops_actions.checks.comparable import allowed_texts, span_of, spelled_with_decimals
from mlops_actions.checks.value_cases import value_cases
from mlops_actions.profile.column import TIMES
from mlops_actions.profile.counts import ValueCounts
from mlops_actions.profile.places import Held, Outside
from mlops_actions.results.dataset import FailureCase
from mlops_actions.results.verdict import Outcome
from mlops_actions.results.words import count

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from numpy.typing import NDArray

    from mlops_actions.checks.check import Check
    from mlops_actions.checks.comparable import Comparable
    from mlops_actions.checks.wide import Refused
    from mlops_actions.config.column_contract import ColumnContract
    from mlops_actions.profile.column import ColumnProfile
    from mlops_actions.results.dataset import CheckResult


def check_values(
    subject: Subject,
    where: str,
    held: Comparable,
    contract: ColumnContract,
    refused: Mapping[str, Refused],
    *,
    show_values: bool,
) -> Iterator[CheckResult]:
    """One result a declared rule; a rule that nothing can be compared with is skipped.

    Args:
        subject: the column.
        where: its name with its split.
        held: what is compared.
        contract: of the column.
        refused: by the check's id, what a rule refuses of too many values to be counted.
        show_values: whether failures have their values.
    """
    column = held.column
    if column is None:
        yield from (skipped(check, subject, held.why) for check in _declared(contract))
        return
    for check, bad, limit in _value_rules(column, contract):
        if column.counts is not None:
            yield _values(check, subject, where, held, bad, limit, show_values=show_values)
        elif check is catalog.RANGE:
            yield _wide_range(subject, where, column, contract)
        else:
            rows = refused.get(check.id)
            yield _wide_text(check, subject, where, column, rows, limit, show_values=show_values)


def _declared(contract: ColumnContract) -> Iterator[Check]:
    if contract.minimum is not None or contract.maximum is not None:
        yield catalog.RANGE
    if contract.categories is not None:
        yield catalog.CATEGORY
    if contract.pattern is not None:
        yield catalog.PATTERN


def _value_rules(
    column: ColumnProfile, contract: ColumnContract
) -> Iterator[tuple[Check, Callable[[ValueCounts], NDArray[np.bool_]], str]]:
    """Each declared rule: which of the distinct values it refuses."""
    low, high = span_of(column, contract)
    if (column.numeric or column.kind in TIMES) and (low is not None or high is not None):
        yield catalog.RANGE, lambda counts: _outside(counts.values, low, high), _bounds(contract)
    if contract.categories is not None:
        allowed = allowed_texts(contract)
        declared = len({str(value) for value in contract.categories})
        limit = f"the {count(declared, 'declared category', 'declared categories')}"
        yield catalog.CATEGORY, lambda counts: counts.marked(lambda text: text not in allowed), limit
    if contract.pattern is not None:
        search, tail = (
            re.compile(contract.pattern).search,
            ".0" if spelled_with_decimals(column, contract) else "",
        )
        yield (
            catalog.PATTERN,
            lambda counts: counts.marked(lambda text: search(text.removesuffix(tail)) is None),
            contract.pattern,
        )


def _bounds(contract: ColumnContract) -> str:
    """Numbers in their shortest form, times as they are declared."""
    low, high = (
        f"{each:g}" if isinstance(each, int | float) else each
        for each in (contract.minimum, contract.maximum)
    )
    return f"[{'-inf' if low is None else low}, {'inf' if high is None else high}]"


def _outside(values: NDArray[Any], low: float | None, high: float | None) -> NDArray[np.bool_]:
    below = values < low if low is not None else np.zeros(len(values), dtype=np.bool_)
    return np.asarray(below | (values > high) if high is not None else below, dtype=np.bool_)


def _values(
    check: Check,
    subject: Subject,
    where: str,
    held: Comparable,
    bad: Callable[[ValueCounts], NDArray[np.bool_]],
    limit: str,
    *,
    show_values: bool,
) -> CheckResult:
    none = ValueCounts.of(())
    counts, written = (none if each is None else each for each in (held.values, held.written))
    wrong = bad(counts) if len(counts) else np.zeros(0, dtype=np.bool_)
    rows = counts.rows_where(wrong)
    kind = held.column.kind if held.column is not None and counts is written else ""
    cases, sought = value_cases(subject, written, wrong, kind, show=show_values)
    text = f"{where}: {rows:,} of n={counts.total:,} values outside {limit}{held.rest}"
    return result(
        check, subject, _word(not rows), text,
        observed=float(rows), limit=limit, failures=cases, sought=sought,
    )  # fmt: skip


def _wide_range(subject: Subject, where: str, column: ColumnProfile, contract: ColumnContract) -> CheckResult:
    """The extremes are exact; what lies outside is counted in bins."""
    bins = column.binned
    if bins is None:
        return skipped(catalog.RANGE, subject, TOO_MANY.format(column.distinct))
    least, most = span_of(column, contract)
    low, high = (-math.inf if least is None else least), (math.inf if most is None else most)
    inside = low <= bins.minimum and bins.maximum <= high and not column.infinite
    outside = int(bins.rows[(bins.edges[1:] < low) | (bins.edges[:-1] > high)].sum()) + column.infinite
    observed = 0 if inside else max(1, outside)
    limit = _bounds(contract)
    text = f"{where}: {'' if inside else 'about '}{observed:,} of n={column.present:,} values outside {limit}"
    sought = Outside(subject.role, column.name, low, high)
    return result(
        catalog.RANGE, subject, _word(inside), text, observed=float(observed), limit=limit, sought=sought
    )


def _wide_text(
    check: Check,
    subject: Subject,
    where: str,
    column: ColumnProfile,
    refused: Refused | None,
    limit: str,
    *,
    show_values: bool,
) -> CheckResult:
    """By what was measured over all rows."""
    if refused is None:
        return skipped(check, subject, TOO_MANY.format(column.distinct))
    rows = refused.rows
    text = f"{where}: {rows:,} of n={column.present:,} values outside {limit}"
    cases = tuple(
        FailureCase(where=where, count=n, value=str(value) if show_values else None)
        for value, n in refused.most
    )
    held = Held(subject.role, subject.name, tuple(value for value, _ in refused.most))
    return result(
        check, subject, _word(not rows), text,
        observed=float(rows), limit=limit, failures=cases, sought=held,
    )  # fmt: skip


def _word(ok: bool) -> Outcome:
    return Outcome.PASS if ok else Outcome.FAIL
