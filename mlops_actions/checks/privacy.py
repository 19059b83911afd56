"""DS801: personal data, on distinct values, never shown. DS802: planted canaries. DS803: small groups."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from mlops_actions.checks import catalog, catalog_privacy
from mlops_actions.checks.canary_texts import texts_of
from mlops_actions.checks.check import Subject, result, skipped
from mlops_actions.checks.looks import STRONG, TITLES
from mlops_actions.checks.person_columns import expected
from mlops_actions.checks.personal import FIRST, cut_short, find, worth_a_look
from mlops_actions.checks.personal_wide import personal_values, told_of_wide
from mlops_actions.checks.value_cases import value_cases
from mlops_actions.profile.needs import Matching, Repeats, Sample, Shared
from mlops_actions.profile.places import Alone
from mlops_actions.results.verdict import Outcome
from mlops_actions.results.words import count

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mlops_actions.checks.case import Case, Setting
    from mlops_actions.checks.limits import GroupParameters, PersonalParameters
    from mlops_actions.checks.personal_wide import PersonalRows
    from mlops_actions.config.data import DataConfig
    from mlops_actions.config.privacy import Canary
    from mlops_actions.profile.column import ColumnProfile
    from mlops_actions.profile.counts import ValueCounts
    from mlops_actions.profile.needs import Need
    from mlops_actions.profile.places import Held
    from mlops_actions.profile.table import TableProfile
    from mlops_actions.results.dataset import CheckResult, FailureCase

NO_QUASI = "privacy.quasi_identifiers is not declared"
NO_CANARIES = "privacy.canaries is not declared"
BASES_OWN = "the base commit's own copy, which its own run judged"
REPLACED = "the base commit's file, which this change replaces; the new one is judged after the merge"
RULES_LATER = "declared in data.sensitive or data.key by this change, which rules after the merge"
UNSAMPLED = "too many distinct values to count, and no sample was taken"


@dataclass(frozen=True)
class Groups:
    """Distinct combinations of columns, and rows that are alone in theirs."""

    combinations: int
    alone: int


def needs(case: Case) -> Iterable[Need]:
    """Groups of quasi-identifiers, and what the columns of too many distinct values to count hold."""
    setting = case.setting
    yield from _planted(case.tables, _canaries(setting), setting.secret).values()
    for role, table in case.tables.items():
        columns = group_columns(setting, table.names) if role != "reference" else ()
        if columns:
            yield Repeats(role, columns)
            yield Shared(role, columns, role)
        yield from _wide_texts(table, setting).values()
        sampled = wide_columns(table, setting.data)
        if sampled:
            yield Sample(role, sampled, setting.limits.personal.sample)


def wide_columns(table: TableProfile, data: DataConfig) -> tuple[str, ...]:
    """Those without value counts in which most values tell: numbers, and what a name announces."""
    return tuple(
        column.name
        for column in table.columns
        if column.counts is None
        and not excepted(column.name, data)
        and (column.kind in {"integer", "number"} or expected(column.name, table.names) is not None)
    )


def _wide_texts(table: TableProfile, setting: Setting) -> dict[str, Matching]:
    """Text columns without value counts, all of whose values are looked at."""
    return {
        column.name: personal_values(table.role, column, setting.limits.personal.kinds)
        for column in table.columns
        if column.counts is None and column.kind == "string" and not excepted(column.name, setting.data)
    }


def judge(case: Case) -> Iterable[CheckResult]:
    """Every table. Of a reference personal columns are told and never red: no change can mend that file."""
    setting = case.setting
    data, limits = setting.data, setting.limits
    for role, table in case.tables.items():
        sample = Sample(role, wide_columns(table, data), limits.personal.sample)
        seen = {name: case.measured.get(need) for name, need in _wide_texts(table, setting).items()}
        for each in check_personal(table, data, limits.personal, case.measured.get(sample), seen):
            yield _of_this_change(each, setting)
        if role == "reference":
            continue
        columns = group_columns(setting, table.names)
        groups = None
        if columns:
            repeats, shared = (
                case.measured[Repeats(role, columns)],
                case.measured[Shared(role, columns, role)],
            )
            groups = Groups(table.rows - repeats, table.rows - shared.repeated_other)
        yield _of_this_change(check_groups(table, columns, groups, limits.small_groups), setting)
    canaries = _canaries(setting)
    planted = _planted(case.tables, canaries, setting.secret)
    found = {where: case.measured[need] for where, need in planted.items() if need in case.measured}
    yield from check_canaries(case.tables, canaries, setting.secret, found)


def _canaries(setting: Setting) -> tuple[Canary, ...]:
    return setting.privacy.canaries if setting.privacy is not None else ()


def _planted(
    tables: Mapping[str, TableProfile], canaries: Iterable[Canary], secret: bytes | None
) -> dict[tuple[str, str, bool], Matching]:
    """(role, column, keyed) of each wide column that a canary names: all its values are looked at, once."""
    digests: dict[tuple[str, str, bool], set[str]] = {}
    kinds: dict[tuple[str, str, bool], str] = {}
    for canary in canaries:
        table = tables.get(canary.role)
        for name, digest in canary.digests.items() if table is not None else ():
            column = table.column(name) if table is not None else None
            if column is not None and column.counts is None and (secret or not canary.keyed):
                where = (canary.role, name, canary.keyed)
                digests.setdefault(where, set()).add(digest)
                kinds[where] = column.kind
    return {
        (role, name, keyed): Matching(
            role,
            name,
            DigestFold(frozenset(held), kinds[role, name, keyed], secret if keyed else None),
        )
        for (role, name, keyed), held in digests.items()
    }


def _of_this_change(found: CheckResult, setting: Setting) -> CheckResult:
    """What the base commit's copy holds is no fault of the change; a declaration of the change is said."""
    if found.outcome not in {Outcome.WARN, Outcome.FAIL}:
        return found
    why = BASES_OWN if found.role == "reference" else REPLACED if found.role in setting.replaced else ""
    if why:
        text = f"{found.sentence}; told, not judged: {why}"
        update = {"outcome": Outcome.SKIPPED, "sentence": text, "reason": why, "remediation": ""}
        return found.model_copy(update=update)
    if found.subject in setting.declared_later:
        return found.model_copy(update={"sentence": f"{found.sentence}; {RULES_LATER}"})
    return found


def excepted(name: str, data: DataConfig) -> str:
    """Where the column is declared to be sensitive or a key; empty where it is not."""
    return "data.sensitive" if name in data.sensitive else "data.key" if name in data.key else ""


def check_personal(
    table: TableProfile,
    data: DataConfig,
    limits: PersonalParameters,
    samples: Mapping[str, list[Any]] | None = None,
    wide: Mapping[str, PersonalRows | None] | None = None,
) -> tuple[CheckResult, ...]:
    """Columns whose distinct values look personal; declared ones are excepted, and said.

    Args:
        table: the split.
        data: which columns are declared.
        limits: kinds and rows.
        samples: values of sampled rows of columns without counts (None is null).
        wide: what all values of text columns without counts hold.
    """
    found: list[CheckResult] = []
    for column in table.columns:
        where = excepted(column.name, data)
        subject = Subject(table.role, column.name, column.rows)
        if where:
            found.append(skipped(catalog.PERSONAL, subject, f"not looked at, declared in {where}"))
        elif worth_a_look(column.name, column.kind, column.counts, table.names):
            apart = ((samples or {}).get(column.name), (wide or {}).get(column.name))
            found.append(_personal(table, column, limits, *apart))
    return tuple(found)


def flagged(results: Iterable[CheckResult]) -> frozenset[str]:
    """The columns in which personal values were seen in some split, permitted, switched off or not."""
    return frozenset(each.subject for each in results if each.id == catalog.PERSONAL.id and each.observed)


def _personal(
    table: TableProfile,
    column: ColumnProfile,
    limits: PersonalParameters,
    sample: list[Any] | None,
    wide: PersonalRows | None,
) -> CheckResult:
    subject = Subject(table.role, column.name, column.rows)
    counts, of = column.counts, f"n={column.present:,}"
    failures: tuple[FailureCase, ...] = ()
    held: Held | None = None
    if counts is None and sample is None and wide is None:
        return skipped(catalog.PERSONAL, subject, UNSAMPLED)
    if counts is not None:
        if column.kind == "string" and cut_short(counts):
            of += f"; of longer values the first {FIRST:,} characters"
        marks = find(column.name, column.kind, counts, limits.kinds, table.names)
        rows = {kind: counts.rows_where(each) for kind, each in marks.items()}
        seen = ", ".join(count(n, *TITLES[kind]) for kind, n in rows.items())
        marked = np.logical_or.reduce([np.zeros(len(counts), dtype=np.bool_), *marks.values()])
        total = counts.rows_where(marked)
        if total > limits.max_rows:
            failures, held = value_cases(subject, counts, marked)
    else:
        told = told_of_wide(column, limits.kinds, table.names, sample, wide)
        rows, total, seen, of = dict(told.rows), told.total, told.seen, told.of
    strong = sum(n for kind, n in rows.items() if kind in STRONG)
    outcome = Outcome.PASS
    if total > limits.max_rows:
        outcome = Outcome.FAIL if strong > limits.max_rows else Outcome.WARN
    maximum = f", maximum {limits.max_rows:,}" if seen else ""
    text = f"{table.role}.{column.name}: {seen or 'nothing personal'}{maximum} ({of})"
    limit = float(limits.max_rows)
    return result(
        catalog.PERSONAL, subject, outcome, text, observed=float(total), limit=limit,
        failures=failures, sought=held,
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
    tables: Mapping[str, TableProfile],
    canaries: Iterable[Canary],
    secret: bytes | None,
    planted: Mapping[tuple[str, str, bool], frozenset[str]] | None = None,
) -> tuple[CheckResult, ...]:
    """One verdict a canary: each of its columns holds a value of its digest. Neither is ever shown."""
    listed = tuple(canaries)
    if not listed:
        return (skipped(catalog_privacy.CANARY, Subject("train", "privacy.canaries", 0), NO_CANARIES),)
    return tuple(_canary(tables.get(each.role), each, secret, planted or {}) for each in listed)


def _canary(
    table: TableProfile | None,
    canary: Canary,
    secret: bytes | None,
    planted: Mapping[tuple[str, str, bool], frozenset[str]],
) -> CheckResult:
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
        if (column := table.column(name)) is not None
        and column.counts is None
        and (canary.role, name, canary.keyed) not in planted
    ]
    if wide:
        why = f"canary {canary.id}: {', '.join(wide)} has too many distinct values to look at each"
        return result(
            catalog_privacy.CANARY, subject, Outcome.INCONCLUSIVE, f"{canary.role}: {why}", reason=why
        )
    lost = [
        name
        for name, digest in canary.digests.items()
        if digest not in planted.get((canary.role, name, canary.keyed), ())
        and not _holds(table.column(name), digest, canary, secret)
    ]
    total = count(len(canary.digests), "planted value")
    total += ", each looked for in its own column" if len(canary.digests) > 1 else ""
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
    values = column.counts.values.tolist()
    return any(text_digest(text, key) == digest for value in values for text in texts_of(value, column.kind))


@dataclass(frozen=True)
class DigestFold:
    """Which of the digests some value has; values are read until all are found."""

    digests: frozenset[str]
    kind: str
    secret: bytes | None = field(default=None, repr=False)

    def __call__(self, batches: Iterable[ValueCounts], /) -> frozenset[str]:
        """Of all batches."""
        found: set[str] = set()
        for batch in batches:
            values = batch.values.tolist()
            texts = (text for value in values for text in texts_of(value, self.kind))
            found |= {text_digest(text, self.secret) for text in texts} & self.digests
            if len(found) == len(self.digests):
                break
        return frozenset(found)


def text_digest(text: str, secret: bytes | None) -> str:
    """What mlops.yaml names a planted value by: sha256 of its UTF-8, keyed (HMAC) where a secret is given."""
    data = text.encode("utf-8", "surrogatepass")
    return hmac.digest(secret, data, "sha256").hex() if secret else hashlib.sha256(data).hexdigest()
