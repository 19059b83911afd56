"""DS801: personal data, on distinct values, never shown. DS802: planted canaries. DS803: small groups."""

from __future__ import annotations

import hashlib
import hmac
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from mlops_actions.checks import catalog
from mlops_actions.checks.check import Subject, result, skipped
from mlops_actions.checks.looks import STRONG, TITLES
from mlops_actions.checks.personal import find, worth_a_look
from mlops_actions.profile.counts import ValueCounts
from mlops_actions.profile.needs import Repeats, RowRepeats, Sample
from mlops_actions.results.verdict import Outcome
from mlops_actions.results.words import count

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mlops_actions.checks.case import Case, Setting
    from mlops_actions.checks.parameters import GroupParameters, PersonalParameters
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


def needs(setting: Setting) -> Iterable[Need]:
    """Groups of quasi-identifiers. What wide columns need is known after counting: see wide_needs."""
    for role, kinds in setting.kinds.items():
        columns = group_columns(setting, tuple(kinds))
        if columns:
            yield Repeats(role, columns, role)


def wide_needs(
    tables: Iterable[TableProfile], data: DataConfig, limits: PersonalParameters
) -> tuple[Sample, ...]:
    """A sample of the columns that had too many distinct values to count, one need a table."""
    found = []
    for table in tables:
        wide = tuple(
            column.name
            for column in table.columns
            if column.counts is None and column.kind in LOOKED_AT and not excepted(column.name, data)
        )
        if wide:
            found.append(Sample(table.role, wide, limits.sample))
    return tuple(found)


def judge(case: Case) -> Iterable[CheckResult]:
    """Every table; a reference, too, for what it holds may be stored."""
    setting = case.setting
    data, limits = setting.data, setting.limits
    samples = {
        (need.role, name): values
        for need, rows in case.measured.items()
        if isinstance(need, Sample)
        for name, values in rows.items()
    }
    for table in case.tables.values():
        wide = {name: values for (role, name), values in samples.items() if role == table.role}
        yield from check_personal(table, data, limits.personal, wide)
        columns = group_columns(setting, table.names)
        measured = case.measured.get(Repeats(table.role, columns, table.role)) if columns else None
        yield check_groups(table, columns, measured, limits.small_groups)
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
    found = []
    for column in table.columns:
        where = excepted(column.name, data)
        subject = Subject(table.role, column.name, column.rows)
        if where:
            found.append(skipped(catalog.PERSONAL, subject, f"not looked at, declared in {where}"))
        elif worth_a_look(column.name, column.kind, column.counts, table.names):
            found.append(_personal(table, column, limits, (samples or {}).get(column.name)))
    return tuple(found)


def flagged(results: Iterable[CheckResult], role: str) -> frozenset[str]:
    """The columns of a role in which personal values were seen, permitted or not."""
    return frozenset(
        each.subject for each in results if (each.id, each.role) == ("DS801", role) and each.observed
    )


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
    total = counts.rows_where(np.logical_or.reduce(list(marks.values()))) if marks else 0
    strong = sum(n for kind, n in rows.items() if kind in STRONG)
    outcome = Outcome.PASS
    if total > limits.max_rows:
        outcome = Outcome.FAIL if strong > limits.max_rows else Outcome.WARN
    maximum = f", maximum {limits.max_rows:,}" if seen else ""
    text = f"{table.role}.{column.name}: {seen or 'nothing personal'}{maximum} ({of})"
    limit = float(limits.max_rows)
    return result(catalog.PERSONAL, subject, outcome, text, observed=float(total), limit=limit)


def group_columns(setting: Setting, names: Iterable[str]) -> tuple[str, ...]:
    """The quasi-identifiers with the sensitive columns, as far as the table has them; none where none is declared."""
    quasi = setting.privacy.quasi_identifiers if setting.privacy is not None else ()
    there = set(names)
    return (
        tuple(dict.fromkeys(name for name in (*quasi, *setting.data.sensitive) if name in there))
        if quasi
        else ()
    )


def check_groups(
    table: TableProfile, columns: tuple[str, ...], measured: RowRepeats | None, limits: GroupParameters
) -> CheckResult:
    """How many rows are alone in their combination: k-anonymity is 1 where there is one.

    Only told unless `max_alone` is declared. A row alone in a sample need not be alone among all people.
    """
    subject = Subject(table.role, ", ".join(columns) or table.path, table.rows)
    if not columns:
        return skipped(catalog.SMALL_GROUPS, subject, NO_QUASI)
    if measured is None or not table.rows:
        return skipped(catalog.SMALL_GROUPS, subject, "no rows" if not table.rows else "not measured")
    alone, groups = table.rows - measured.repeated_rows_other, table.rows - measured.within
    part = alone / table.rows
    limit = (
        f", maximum share {limits.max_alone:g}"
        if limits.max_alone is not None
        else " (told, no limit declared)"
    )
    text = (
        f"{table.role}: {alone:,} of n={table.rows:,} rows (share {part:.3g}) are alone in their combination of "
        f"{', '.join(columns)}; {count(groups, 'combination')}, k = {1 if alone else '2 or more'}{limit}"
    )
    over = limits.max_alone is not None and part > limits.max_alone
    return result(
        catalog.SMALL_GROUPS,
        subject,
        Outcome.FAIL if over else Outcome.PASS,
        text,
        observed=part,
        limit=limits.max_alone,
    )


def check_canaries(
    tables: Mapping[str, TableProfile], canaries: Iterable[Canary], secret: bytes | None
) -> tuple[CheckResult, ...]:
    """One verdict a canary: each of its columns holds a value of its digest. Neither is ever shown."""
    listed = tuple(canaries)
    if not listed:
        return (skipped(catalog.CANARY, Subject("train", "privacy.canaries", 0), NO_CANARIES),)
    return tuple(_canary(tables.get(each.role), each, secret) for each in listed)


def _canary(table: TableProfile | None, canary: Canary, secret: bytes | None) -> CheckResult:
    subject = Subject(canary.role, canary.id, table.rows if table is not None else 0)
    if table is None:
        return skipped(catalog.CANARY, subject, f"there is no split {canary.role}")
    if canary.keyed and not secret:
        why = f"canary {canary.id} has keyed digests, and MLOPS_PROFILE_KEY is not set"
        return result(catalog.CANARY, subject, Outcome.INCONCLUSIVE, f"{canary.role}: {why}", reason=why)
    wide = [
        name
        for name in canary.digests
        if (column := table.column(name)) is not None and column.counts is None
    ]
    if wide:
        why = f"canary {canary.id}: {', '.join(wide)} has too many distinct values to look at each"
        return result(catalog.CANARY, subject, Outcome.INCONCLUSIVE, f"{canary.role}: {why}", reason=why)
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
    return result(catalog.CANARY, subject, Outcome.FAIL if lost else Outcome.PASS, text)


def _holds(column: ColumnProfile | None, digest: str, canary: Canary, secret: bytes | None) -> bool:
    if column is None or column.counts is None:
        return False
    key = secret if canary.keyed else None
    return any(text_digest(str(value), key) == digest for value in column.counts.values.tolist())


def text_digest(text: str, secret: bytes | None) -> str:
    """What mlops.yaml names a planted value by: sha256 of its UTF-8, keyed (HMAC) where a secret is given."""
    data = text.encode("utf-8", "surrogatepass")
    return hmac.digest(secret, data, "sha256").hex() if secret else hashlib.sha256(data).hexdigest()
