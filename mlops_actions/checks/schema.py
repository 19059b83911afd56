"""DS1xx: the schema's contract on one split. Nulls are judged by the null rule alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mlops_actions.checks import catalog
from mlops_actions.checks.check import ROUNDED, Subject, result, skipped
from mlops_actions.checks.comparable import comparable
from mlops_actions.checks.distribution import check_distribution
from mlops_actions.checks.misfits import judged_type, misfit_cases, misfit_needs
from mlops_actions.checks.value_rules import check_values
from mlops_actions.checks.wide import Refused, refused_by_categories, refused_by_pattern
from mlops_actions.config.column_contract import fits
from mlops_actions.profile.needs import Repeats
from mlops_actions.profile.places import Nulls, Repeated
from mlops_actions.results.verdict import Outcome
from mlops_actions.results.words import count

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlops_actions.checks.case import Case
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
            if contract is not None and column.counts is None:
                yield from _refused(role, column, contract).values()
        yield from misfit_needs(role, table, schema) if schema is not None else ()


def _refused(role: str, column: ColumnProfile, contract: ColumnContract) -> dict[str, Matching]:
    """By the check's id, what a wide column's rules refuse."""
    if comparable(column, contract).column is None:
        return {}
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
    misfits = None if fits(column.kind, contract.type) else wide.misfits
    outcome, words, remedy = judged_type(column, contract.type, misfits)
    text = f"{where} is {column.kind}, declared {contract.type}{words} (n={column.rows:,})"
    cases = misfit_cases(where, misfits, show_values=show_values)
    yield result(
        catalog.TYPE, subject, outcome, text,
        observed=column.kind, limit=contract.type, failures=cases, remedy=remedy,
    )  # fmt: skip
    yield _nulls(subject, where, column, contract)
    held = comparable(column, contract)
    yield from check_values(subject, where, held, contract, wide.refused, show_values=show_values)
    if contract.unique:
        yield _unique(subject, where, column, wide.repeats)
    if held.column is not None:
        yield from check_distribution(subject, where, held.column, contract, held.rest)
    elif contract.distribution.any:
        yield skipped(catalog.DISTRIBUTION, subject, held.why)


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
