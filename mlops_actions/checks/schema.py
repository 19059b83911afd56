"""DS1xx: the schema's contract on one split. Nulls are judged by the null rule alone."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from mlops_actions.checks import catalog
from mlops_actions.checks.check import ROUNDED, TOO_MANY, Subject, result, skipped
from mlops_actions.checks.distribution import check_distribution
from mlops_actions.checks.misfits import misfit_cases, misfit_needs, misfit_words
from mlops_actions.checks.value_cases import value_cases
from mlops_actions.checks.wide import Refused, refused_by_categories, refused_by_pattern
from mlops_actions.config.column_contract import fits
from mlops_actions.profile.column import TIMES
from mlops_actions.profile.counts import ValueCounts
from mlops_actions.profile.needs import Repeats
from mlops_actions.profile.places import Held, Nulls, Outside, Repeated
from mlops_actions.results.dataset import FailureCase
from mlops_actions.results.verdict import Outcome
from mlops_actions.results.words import count

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from numpy.typing import NDArray

    from mlops_actions.checks.case import Case
    from mlops_actions.checks.check import Check
    from mlops_actions.config.data_schema import ColumnContract, DataSchema
    from mlops_actions.profile.column import ColumnProfile
    from mlops_actions.profile.needs import Matching, MisfitRows, Need
    from mlops_actions.profile.table import TableProfile
    from mlops_actions.results.dataset import CheckResult

JUDGED = ("train", "evaluation")
ADD = "Add the missing column, or take it out of the schema."
DROP = "Drop the column that is not declared, or declare it in the schema."


def needs(case: Case) -> Iterator[Need]:
    """Columns that must be unique and have too many values to be counted each."""
    schema = case.setting.schema
    for role, table in judged(case):
        for column in table.columns:
            contract = schema.columns.get(column.name) if schema is not None else None
            if contract is not None and contract.unique and column.counts is None:
                yield Repeats(role, (column.name,))
            if contract is not None and column.counts is None and fits(column.kind, contract.type):
                yield from _refused(role, column, contract).values()
        yield from misfit_needs(role, table, schema) if schema is not None else ()


def _refused(role: str, column: ColumnProfile, contract: ColumnContract) -> dict[str, Matching]:
    """By the check's id, what a wide column's rules refuse."""
    asked = {
        catalog.CATEGORY.id: refused_by_categories(role, column, contract),
        catalog.PATTERN.id: refused_by_pattern(role, column, contract),
    }
    return {name: need for name, need in asked.items() if need is not None}


def judged(case: Case) -> Iterator[tuple[str, TableProfile]]:
    """The splits that the schema is a contract on."""
    for role in JUDGED:
        if role in case.tables:
            yield role, case.tables[role]


def judge(case: Case) -> Iterator[CheckResult]:
    """Every declared column of both splits."""
    schema = case.setting.schema
    if schema is None:
        return
    for role, table in judged(case):
        asked = misfit_needs(role, table, schema)
        misfits = {need.column: case.measured.get(need) for need in asked}
        wide = {
            column.name: Wide(
                _repeated(case.measured.get(Repeats(role, (column.name,))), column),
                {
                    name: case.measured[need]
                    for name, need in _refused(role, column, contract).items()
                    if need in case.measured
                }
                if column.counts is None
                else {},
                misfits.get(column.name),
            )
            for column in table.columns
            if (contract := schema.columns.get(column.name)) is not None
            and (column.counts is None or column.name in misfits)
        }
        yield from check_schema(table, schema, show_values=case.setting.show_values, wide=wide)


@dataclass(frozen=True)
class Wide:
    """What was measured apart of a column: `misfits` are values that are not of the declared type.

    Without value counts also rows that repeat an earlier one, and by the check's id, what it refuses.
    """

    repeats: int | None = None
    refused: Mapping[str, Refused] = field(default_factory=dict)
    misfits: MisfitRows | None = None


def _repeated(found: int | None, column: ColumnProfile) -> int | None:
    """Nulls are judged by the null rule alone: the scan counts them as equal."""
    return None if found is None else found - max(0, column.nulls - 1)


def check_schema(
    table: TableProfile, schema: DataSchema, *, show_values: bool, wide: Mapping[str, Wide] | None = None
) -> tuple[CheckResult, ...]:
    """Every DS1xx check on every declared column of one split."""
    found = [check_names(table, schema)]
    for column in (table.column(name) for name in schema.columns):
        if column is not None:
            apart = (wide or {}).get(column.name, Wide())
            found += check_column(table.role, column, schema, show_values=show_values, wide=apart)
    return tuple(found)


def check_column(
    role: str,
    column: ColumnProfile,
    schema: DataSchema,
    *,
    show_values: bool,
    wide: Wide = Wide(),
) -> Iterator[CheckResult]:
    """What check_schema says of one column, which depends on no other; nothing when it is not declared."""
    contract = schema.columns.get(column.name)
    if contract is not None:
        yield from _column(role, column, contract, show_values=show_values, wide=wide)


def check_names(table: TableProfile, schema: DataSchema, dropped: str | None = None) -> CheckResult:
    """DS107, what check_schema says of the table as a whole, or would say without the dropped column."""
    names = dict.fromkeys(name for name in table.names if name != dropped)
    absent = [name for name in schema.columns if name not in names]
    extra = [name for name in names if name not in schema.columns and not schema.allow_extra_columns]
    observed, n = len(absent) + len(extra), len(schema.columns) + len(extra)
    subject = Subject(table.role, table.path, n)
    wrong = [f"missing {', '.join(absent)}"] if absent else []
    wrong += [f"not declared {', '.join(extra)}"] if extra else []
    text = f"{'; '.join(wrong)}: {observed:,} of" if wrong else "every declared column is there:"
    return result(
        catalog.COLUMNS,
        subject,
        _word(not wrong),
        f"{table.role}: {text} n={count(n, 'column')}{', maximum 0' if wrong else ''}",
        observed=float(observed),
        limit=0.0,
        remedy=ADD if not extra else DROP if not absent else "",
    )


def _column(
    role: str, column: ColumnProfile, contract: ColumnContract, *, show_values: bool, wide: Wide
) -> Iterator[CheckResult]:
    subject = Subject(role, column.name, column.rows)
    where = f"{role}.{column.name}"
    typed = fits(column.kind, contract.type)
    misfits = None if typed else wide.misfits
    words = misfit_words(misfits, contract.type, column.present)
    text = f"{where} is {column.kind}, declared {contract.type}{words} (n={column.rows:,})"
    cases = misfit_cases(where, misfits, show_values=show_values)
    yield result(
        catalog.TYPE, subject, _word(typed), text, observed=column.kind, limit=contract.type, failures=cases
    )
    yield _nulls(subject, where, column, contract)
    if not typed:
        return
    for check, bad, limit in _value_rules(column, contract):
        if column.counts is None and check is catalog.RANGE:
            yield _wide_range(subject, where, column, contract)
        elif column.counts is None:
            refused = wide.refused.get(check.id)
            yield _wide_text(check, subject, where, column, refused, limit, show_values=show_values)
        else:
            yield _values(check, subject, where, column, bad, limit, show_values=show_values)
    if contract.unique:
        yield _unique(subject, where, column, wide.repeats)
    yield from check_distribution(subject, where, column, contract)


def _word(ok: bool) -> Outcome:
    return Outcome.PASS if ok else Outcome.FAIL


def _nulls(subject: Subject, where: str, column: ColumnProfile, contract: ColumnContract) -> CheckResult:
    limit = 0.0 if not contract.nullable else contract.max_null_rate
    if limit is None:
        text = f"{where}: {count(column.nulls, 'null')}, any number is allowed (n={column.rows:,})"
        return result(catalog.NULLS, subject, Outcome.PASS, text, observed=column.null_rate)
    ok = column.null_rate <= limit
    sign = "<=" if ok else ">"
    text = (
        f"{where}: null rate {column.null_rate:.4f} {sign} {limit:g} ({column.nulls:,} of n={column.rows:,})"
    )
    sought = Nulls(subject.role, column.name)
    return result(
        catalog.NULLS, subject, _word(ok), text, observed=column.null_rate, limit=limit, sought=sought
    )


def _value_rules(
    column: ColumnProfile, contract: ColumnContract
) -> Iterator[tuple[Check, Callable[[ValueCounts], NDArray[np.bool_]], str]]:
    """Each declared rule: which of the distinct values it refuses."""
    low, high = contract.span
    if (column.numeric or column.kind in TIMES) and (low is not None or high is not None):
        yield catalog.RANGE, lambda counts: _outside(counts.values, low, high), _bounds(contract)
    if contract.categories is not None:
        allowed = {str(value) for value in contract.categories}
        limit = f"the {count(len(allowed), 'declared category', 'declared categories')}"
        yield catalog.CATEGORY, lambda counts: counts.marked(lambda text: text not in allowed), limit
    if contract.pattern is not None:
        search = re.compile(contract.pattern).search
        yield (
            catalog.PATTERN,
            lambda counts: counts.marked(lambda text: search(text) is None),
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
    column: ColumnProfile,
    bad: Callable[[ValueCounts], NDArray[np.bool_]],
    limit: str,
    *,
    show_values: bool,
) -> CheckResult:
    counts = column.counts if column.counts is not None else ValueCounts.of(())
    wrong = bad(counts) if len(counts) else np.zeros(0, dtype=np.bool_)
    rows = counts.rows_where(wrong)
    cases, held = value_cases(subject, counts, wrong, column.kind, show=show_values)
    text = f"{where}: {rows:,} of n={column.present:,} values outside {limit}"
    return result(
        check, subject, _word(not rows), text,
        observed=float(rows), limit=limit, failures=cases, sought=held,
    )  # fmt: skip


def _wide_range(subject: Subject, where: str, column: ColumnProfile, contract: ColumnContract) -> CheckResult:
    """The extremes are exact; what lies outside is counted in bins."""
    bins = column.binned
    if bins is None:
        return skipped(catalog.RANGE, subject, TOO_MANY.format(column.distinct))
    least, most = contract.span
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


def _unique(subject: Subject, where: str, column: ColumnProfile, repeats: int | None) -> CheckResult:
    """`repeats` was counted apart where the column has no value counts."""
    repeated = column.present - column.distinct if column.counts is not None else repeats
    if repeated is None:
        return skipped(catalog.UNIQUE, subject, "distinct values were only estimated")
    text = f"{where}: {repeated:,} of n={column.present:,} values repeat an earlier one, maximum 0"
    if 0 < repeated < column.rounded:
        return result(
            catalog.UNIQUE, subject, Outcome.INCONCLUSIVE, f"{text}; {ROUNDED}",
            observed=float(repeated), limit=0.0, reason=ROUNDED,
        )  # fmt: skip
    sought = Repeated(subject.role, (column.name,), present=True)
    return result(
        catalog.UNIQUE, subject, _word(repeated == 0), text,
        observed=float(repeated), limit=0.0, sought=sought,
    )  # fmt: skip
