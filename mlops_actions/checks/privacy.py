"""DS801: personal data, on distinct values, never shown. DS802: planted canaries. DS803: small groups."""

from __future__ import annotations

import hashlib
import hmac
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mlops_actions.checks import catalog, catalog_privacy
from mlops_actions.checks.check import Subject, result, skipped
from mlops_actions.checks.looks import STRONG, TITLES
from mlops_actions.checks.personal import find, worth_a_look
from mlops_actions.checks.value_cases import value_cases
from mlops_actions.profile.counts import ValueCounts
from mlops_actions.profile.needs import Repeats, Sample, Shared
from mlops_actions.profile.places import Alone
from mlops_actions.results.verdict import Outcome
from mlops_actions.results.words import count

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mlops_actions.checks.case import Case, Setting
    from mlops_actions.checks.limits import GroupParameters, PersonalParameters
    from mlops_actions.config.data import DataConfig
    from mlops_actions.config.privacy import Canary
    from mlops_actions.profile.column import ColumnProfile
    from mlops_actions.profile.needs import Need
    from mlops_actions.profile.table import TableProfile
    from mlops_actions.results.dataset import CheckResult

NO_QUASI = "privacy.quasi_identifiers is not declared"
NO_CANARIES = "privacy.canaries is not declared"
UNSAMPLED = "too many distinct values to count, and no sample was taken"
LOOKED_AT = frozenset(("string", "integer", "number"))


@dataclass(frozen=True)
class Groups:
    """Distinct combinations of columns, and rows that are alone in theirs."""

    combinations: int
    alone: int


def needs(case: Case) -> Iterable[Need]:
    """Groups of quasi-identifiers, and a sample of the columns of too many distinct values to count."""
    setting = case.setting
    for role, table in case.tables.items():
        columns = group_columns(setting, table.names)
        if columns:
            yield Repeats(role, columns)
            yield Shared(role, columns, role)
        wide = wide_columns(table, setting.data)
        if wide:
            yield Sample(role, wide, setting.limits.personal.sample)


def wide_columns(table: TableProfile, data: DataConfig) -> tuple[str, ...]:
    """Those without value counts that may hold personal values."""
    return tuple(
        column.name
        for column in table.columns
        if column.counts is None and column.kind in LOOKED_AT and not excepted(column.name, data)
    )


def judge(case: Case) -> Iterable[CheckResult]:
    """Every table; a reference, too, for what it holds may be stored."""
    setting = case.setting
    data, limits = setting.data, setting.limits
    for role, table in case.tables.items():
        sample = Sample(role, wide_columns(table, data), limits.personal.sample)
        yield from check_personal(table, data, limits.personal, case.measured.get(sample))
        columns = group_columns(setting, table.names)
        groups = None
        if columns:
            repeats, shared = (
                case.measured[Repeats(role, columns)],
                case.measured[Shared(role, columns, role)],
            )
            groups = Groups(table.rows - repeats, table.rows - shared.repeated_other)
        yield check_groups(table, columns, groups, limits.small_groups)
    canaries = setting.privacy.canaries if setting.privacy is not None else ()
    yield from check_canaries(case.tables, canaries, setting.secret)


def excepted(name: str, data: DataConfig) -> str:
    """Where the column is declared to be sensitive or a key; empty where it is not."""
    return "data.sensitive" if name in data.sensitive else "data.key" if name in data.key else ""


def check_personal(
    table: TableProfile,
    data: DataConfig,
    limits: PersonalParameters,
    samples: Mapping[str, list[Any]] | None = None,
) -> tuple[CheckResult, ...]:
    """Columns whose distinct values look personal; declared ones are excepted, and said.

    Args:
        table: the split.
        data: which columns are declared.
        limits: kinds and rows.
        samples: values of sampled rows of columns without counts (None is null).
    """
    found: list[CheckResult] = []
    for column in table.columns:
        where = excepted(column.name, data)
        subject = Subject(table.role, column.name, column.rows)
        if where:
            found.append(skipped(catalog.PERSONAL, subject, f"not looked at, declared in {where}"))
        elif worth_a_look(column.name, column.kind, column.counts, table.names):
            found.append(_personal(table, column, limits, (samples or {}).get(column.name)))
    return tuple(found)


def flagged(results: Iterable[CheckResult]) -> frozenset[str]:
    """The columns in which personal values were seen in some split, permitted, switched off or not."""
    return frozenset(each.subject for each in results if each.id == catalog.PERSONAL.id and each.observed)


def _personal(
    table: TableProfile, column: ColumnProfile, limits: PersonalParameters, sample: list[Any] | None
) -> CheckResult:
    subject = Subject(table.role, column.name, column.rows)
    counts, of = column.counts, f"n={column.present:,}"
    if counts is None:
        if sample is None:
            return skipped(catalog.PERSONAL, subject, UNSAMPLED)
        counts = ValueCounts.of(Counter(value for value in sample if value is not None).items())
        of = f"in a sample of {count(len(sample), 'row')} of n={column.present:,}"
    marks = find(column.name, column.kind, counts, limits.kinds, table.names)
    rows = {kind: counts.rows_where(each) for kind, each in marks.items()}
    seen = ", ".join(count(n, *TITLES[kind]) for kind, n in rows.items())
    marked = np.logical_or.reduce([np.zeros(len(counts), dtype=np.bool_), *marks.values()])
    total = counts.rows_where(marked)
    strong = sum(n for kind, n in rows.items() if kind in STRONG)
    outcome = Outcome.PASS
    if total > limits.max_rows:
        outcome = Outcome.FAIL if strong > limits.max_rows else Outcome.WARN
    maximum = f", maximum {limits.max_rows:,}" if seen else ""
    text = f"{table.role}.{column.name}: {seen or 'nothing personal'}{maximum} ({of})"
    limit = float(limits.max_rows)
    failures, held = value_cases(subject, counts, marked) if total > limits.max_rows else ((), None)
    return result(
        catalog.PERSONAL, subject, outcome, text, observed=float(total), limit=limit,
        failures=failures if column.counts is not None else (), sought=held,
    )  # fmt: skip


def group_columns(setting: Setting, names: Iterable[str]) -> tuple[str, ...]:
    """Quasi-identifiers and sensitive columns of the table; none where none of the first is declared."""
    quasi = setting.privacy.quasi_identifiers if setting.privacy is not None else ()
    if not quasi:
        return ()
    there = set(names)
    return tuple(dict.fromkeys(name for name in (*quasi, *setting.data.sensitive) if name in there))


def check_groups(
    table: TableProfile, columns: tuple[str, ...], groups: Groups | None, limits: GroupParameters
) -> CheckResult:
    """How many rows are alone in their combination: k-anonymity is 1 where there is one.

    Only told unless `max_alone` is declared. A row alone in a sample need not be alone among all people.
    """
    subject = Subject(table.role, ", ".join(columns) or table.path, table.rows)
    if groups is None or not table.rows:
        return skipped(catalog_privacy.SMALL_GROUPS, subject, NO_QUASI)
    part, most = groups.alone / table.rows, limits.max_alone
    text = (
        f"{table.role}: {groups.alone:,} of n={table.rows:,} rows (share {part:.3g}) are alone in their "
        f"combination of {', '.join(columns)}; {count(groups.combinations, 'combination')}, "
        f"k {'= 1' if groups.alone else '>= 2'}"
        + (f", maximum share {most:g}" if most is not None else " (told, no limit is declared)")
    )
    outcome = Outcome.FAIL if most is not None and part > most else Outcome.PASS
    return result(
        catalog_privacy.SMALL_GROUPS, subject, outcome, text, observed=part, limit=most,
        sought=Alone(table.role, columns),
    )  # fmt: skip


def check_canaries(
    tables: Mapping[str, TableProfile], canaries: Iterable[Canary], secret: bytes | None
) -> tuple[CheckResult, ...]:
    """One verdict a canary: each of its columns holds a value of its digest. Neither is ever shown."""
    listed = tuple(canaries)
    if not listed:
        return (skipped(catalog_privacy.CANARY, Subject("train", "privacy.canaries", 0), NO_CANARIES),)
    return tuple(_canary(tables.get(each.role), each, secret) for each in listed)


def _canary(table: TableProfile | None, canary: Canary, secret: bytes | None) -> CheckResult:
    subject = Subject(canary.role, canary.id, table.rows if table is not None else 0)
    if table is None:
        return skipped(catalog_privacy.CANARY, subject, f"there is no split {canary.role}")
    if canary.keyed and not secret:
        why = f"canary {canary.id} has keyed digests, and MLOPS_PROFILE_KEY is not set"
        return result(
            catalog_privacy.CANARY, subject, Outcome.INCONCLUSIVE, f"{canary.role}: {why}", reason=why
        )
    wide = [
        name
        for name in canary.digests
        if (column := table.column(name)) is not None and column.counts is None
    ]
    if wide:
        why = f"canary {canary.id}: {', '.join(wide)} has too many distinct values to look at each"
        return result(
            catalog_privacy.CANARY, subject, Outcome.INCONCLUSIVE, f"{canary.role}: {why}", reason=why
        )
    lost = [
        name
        for name, digest in canary.digests.items()
        if not _holds(table.column(name), digest, canary, secret)
    ]
    total = count(len(canary.digests), "planted value")
    if lost:
        text = (
            f"{canary.role}: canary {canary.id} is not found in {', '.join(lost)} ({total}, n={table.rows:,})"
        )
    else:
        text = f"{canary.role}: canary {canary.id} is found ({total}, n={table.rows:,})"
    return result(catalog_privacy.CANARY, subject, Outcome.FAIL if lost else Outcome.PASS, text)


def _holds(column: ColumnProfile | None, digest: str, canary: Canary, secret: bytes | None) -> bool:
    if column is None or column.counts is None:
        return False
    key = secret if canary.keyed else None
    return any(text_digest(str(value), key) == digest for value in column.counts.values.tolist())


def text_digest(text: str, secret: bytes | None) -> str:
    """What mlops.yaml names a planted value by: sha256 of its UTF-8, keyed (HMAC) where a secret is given."""
    data = text.encode("utf-8", "surrogatepass")
    return hmac.digest(secret, data, "sha256").hex() if secret else hashlib.sha256(data).hexdigest()
