"""DS1xx: the schema's contract on one split. Nulls are judged by the null rule alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from mlops_actions.checks import catalog
from mlops_actions.checks.check import MAX_FAILURES, TOO_MANY, Subject, result, skipped
from mlops_actions.results.dataset import FailureCase
from mlops_actions.results.verdict import Outcome
from mlops_actions.results.words import count

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mlops_actions.checks.check import Check
    from mlops_actions.config.data_schema import ColumnContract, DataSchema
    from mlops_actions.profile.column import ColumnProfile
    from mlops_actions.results.dataset import CheckResult

WIDENING = {("integer", "number"), ("boolean", "integer"), ("date", "timestamp")}


def check_schema(table: TableProfile, schema: DataSchema, *, show_values: bool) -> tuple[CheckResult, ...]:
    """Every DS1xx check on every declared column of one split."""
    found = [check_names(table, schema)]
    for column in (table.column(name) for name in schema.columns):
        if column is not None:
            found += check_column(table.role, column, schema, show_values=show_values)
    return tuple(found)


def check_column(
    role: str, column: ColumnProfile, schema: DataSchema, *, show_values: bool
) -> Iterator[CheckResult]:
    """What check_schema says of one column, which depends on no other; nothing when it is not declared."""
    contract = schema.columns.get(column.name)
    if contract is not None:
        yield from _column(role, column, contract, show_values=show_values)


def check_names(table: TableProfile, schema: DataSchema, dropped: str | None = None) -> CheckResult:
    """DS107, what check_schema says of the table as a whole, or would say without the dropped column."""
    subject = Subject(table.role, table.path, table.rows)
    names = dict.fromkeys(name for name in table.names if name != dropped)
    absent = [name for name in schema.columns if name not in names]
    extra = [name for name in names if name not in schema.columns]
    wrong = [f"missing {', '.join(absent)}"] if absent else []
    if extra and not schema.allow_extra_columns:
        wrong.append(f"not declared {', '.join(extra)}")
    if wrong:
        return result(catalog.COLUMNS, subject, Outcome.FAIL, f"{table.role}: {'; '.join(wrong)}")
    text = f"{table.role}: every declared column is there ({len(schema.columns)})"
    return result(catalog.COLUMNS, subject, Outcome.PASS, text)


def _column(
    role: str, column: ColumnProfile, contract: ColumnContract, *, show_values: bool
) -> Iterator[CheckResult]:
    subject = Subject(role, column.name, column.rows)
    where = f"{role}.{column.name}"
    typed = column.kind == contract.type or (column.kind, contract.type) in WIDENING
    text = f"{where} is {column.kind}, declared {contract.type} (n={column.rows:,})"
    yield result(catalog.TYPE, subject, _word(typed), text, observed=column.kind, limit=contract.type)
    yield _nulls(subject, where, column, contract)
    if not typed:
        return
    for check, bad, limit in _value_rules(column, contract):
        if column.counts is None:
            yield skipped(check, subject, TOO_MANY.format(column.distinct))
        else:
            yield _values(check, subject, where, column, bad, limit, show_values=show_values)
    if contract.unique:
        yield _unique(subject, where, column)
    yield from _distribution(subject, where, column, contract)


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
    return result(catalog.NULLS, subject, _word(ok), text, observed=column.null_rate, limit=limit)


def _value_rules(
    column: ColumnProfile, contract: ColumnContract
) -> Iterator[tuple[Check, Callable[[Any], bool], str]]:
    low, high = contract.minimum, contract.maximum
    if column.numeric and (low is not None or high is not None):
        yield (
            catalog.RANGE,
            lambda v: (low is not None and float(v) < low) or (high is not None and float(v) > high),
            f"[{'-inf' if low is None else f'{low:g}'}, {'inf' if high is None else f'{high:g}'}]",
        )
    if contract.categories is not None:
        allowed = {str(value) for value in contract.categories}
        yield catalog.CATEGORY, lambda v: str(v) not in allowed, count(len(allowed), "category", "categories")
    if contract.pattern is not None:
        pattern = re.compile(contract.pattern)
        yield catalog.PATTERN, lambda v: pattern.search(str(v)) is None, contract.pattern


def _values(
    check: Check,
    subject: Subject,
    where: str,
    column: ColumnProfile,
    bad: Callable[[Any], bool],
    limit: str,
    *,
    show_values: bool,
) -> CheckResult:
    counts = column.counts or ()
    if check is catalog.RANGE and counts and not bad(counts[0][0]) and not bad(counts[-1][0]):
        counts = ()  # sorted: what lies between two good ones is good
    wrong = [(value, count) for value, count in counts if bad(value)]
    rows = sum(count for _, count in wrong)
    text = f"{where}: {rows:,} of n={column.present:,} values outside {limit}"
    cases = tuple(
        FailureCase(where=where, count=count, value=str(value) if show_values else None)
        for value, count in sorted(wrong, key=lambda pair: -pair[1])[:MAX_FAILURES]
    )
    return result(check, subject, _word(not wrong), text, observed=float(rows), limit=limit, failures=cases)


def _unique(subject: Subject, where: str, column: ColumnProfile) -> CheckResult:
    repeated = column.present - column.distinct
    if column.counts is None:
        return skipped(catalog.UNIQUE, subject, "distinct values were only estimated")
    text = f"{where}: {repeated:,} of n={column.present:,} values repeat an earlier one"
    return result(catalog.UNIQUE, subject, _word(repeated == 0), text, observed=float(repeated), limit=0.0)


def _distribution(
    subject: Subject, where: str, column: ColumnProfile, contract: ColumnContract
) -> Iterator[CheckResult]:
    bounds = contract.distribution
    summary = column.summary
    if summary is not None:
        for name in ("mean", "median", "std"):
            span = getattr(bounds, name)
            if span is not None:
                value = getattr(summary, name)
                ok = span[0] <= value <= span[1]
                verb = "is within" if ok else "is outside"
                text = f"{where}: {name} {value:.6g} {verb} [{span[0]:g}, {span[1]:g}] (n={column.present:,})"
                limit = f"{name} in [{span[0]:g}, {span[1]:g}]"
                yield result(catalog.DISTRIBUTION, subject, _word(ok), text, observed=value, limit=limit)
    if bounds.max_share is not None and column.counts:
        yield _share(subject, where, column, bounds.max_share)


def _share(
    subject: Subject, where: str, column: ColumnProfile, limit: float | dict[str, float]
) -> CheckResult:
    shares = {str(value): count / max(1, column.present) for value, count in column.counts or ()}
    if isinstance(limit, dict):
        over = [name for name, most in limit.items() if shares.get(name, 0.0) > most]
        bounds = count(len(limit), "category", "categories")
        text = f"{where}: {len(over)} of {bounds} exceed their share (n={column.present:,})"
        return result(
            catalog.DISTRIBUTION, subject, _word(not over), text, observed=float(len(over)), limit=0.0
        )
    largest = max(shares.values())
    ok = largest <= limit
    sign = "<=" if ok else ">"
    text = f"{where}: largest share {largest:.3f} {sign} {limit:g} (n={column.present:,})"
    return result(catalog.DISTRIBUTION, subject, _word(ok), text, observed=largest, limit=limit)
