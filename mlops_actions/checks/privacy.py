"""DS801: personal data, on distinct values, never shown. DS803: small groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mlops_actions.checks import catalog, catalog_privacy
from mlops_actions.checks.canaries import check_canaries, planted_needs
from mlops_actions.checks.check import Judged, Subject, result, skipped
from mlops_actions.checks.likely_people import may_be_people
from mlops_actions.checks.limits import KINDS
from mlops_actions.checks.looks import STRONG, TITLES
from mlops_actions.checks.person_columns import expected, of_articles
from mlops_actions.checks.personal import FIRST, cut_short, find, worth_a_look
from mlops_actions.checks.personal_wide import firm_rows, personal_values, told_of_wide
from mlops_actions.checks.value_cases import value_cases
from mlops_actions.profile.needs import Matching, Repeats, Sample, Shared
from mlops_actions.profile.personal_names import speaks_of_a_person
from mlops_actions.profile.places import Alone
from mlops_actions.results.verdict import Outcome
from mlops_actions.results.words import count

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from mlops_actions.checks.case import Case, Setting
    from mlops_actions.checks.limits import GroupParameters, Kind, PersonalParameters
    from mlops_actions.checks.personal_wide import PersonalRows
    from mlops_actions.config.data import DataConfig
    from mlops_actions.config.privacy import Canary
    from mlops_actions.profile.column import ColumnProfile
    from mlops_actions.profile.needs import Need
    from mlops_actions.profile.places import Held
    from mlops_actions.profile.table import TableProfile
    from mlops_actions.results.dataset import CheckResult, FailureCase

NO_QUASI = "privacy.quasi_identifiers is not declared"
BASES_OWN = "the base commit's own copy, which its own run judged"
REPLACED = "the base commit's file, which this change replaces; the change's own is judged beside it"
RULES_LATER = "declared in data.sensitive or data.key by this change, which rules after the merge"
SEEN, NAMED = "looks like personal data", "its name speaks of a person"  # why values are kept back
CELLS, FEWEST = 2_500_000, 500  # of one sample; rows of it whatever the columns
UNSAMPLED = "too many distinct values to count, and no sample was taken"


@dataclass(frozen=True)
class Groups:
    """Distinct combinations of columns, and rows that are alone in theirs."""

    combinations: int
    alone: int


def needs(case: Case) -> Iterable[Need]:
    """Groups of quasi-identifiers, and what the columns of too many distinct values to count hold."""
    setting = case.setting
    yield from planted_needs(case.tables, _canaries(setting), setting.secret).values()
    for role, table in case.tables.items():
        columns = group_columns(setting, table.names) if role != "reference" else ()
        if columns:
            yield Repeats(role, columns)
            yield Shared(role, columns, role)
        yield from personal_needs(table, setting)


def personal_needs(table: TableProfile, setting: Setting) -> Iterable[Need]:
    """What the columns of too many distinct values to count hold."""
    yield from _wide_texts(table, setting).values()
    sample = _sample(table, setting)
    if sample.columns:
        yield sample


def _sample(table: TableProfile, setting: Setting) -> Sample:
    """Of very many columns fewer rows: what most of a column's values are, 500 tell, too."""
    columns = wide_columns(table, setting.data, keys=setting.show_values)
    most = max(FEWEST, CELLS // max(1, len(columns)))
    return Sample(table.role, columns, min(setting.limits.personal.sample, most))


def wide_columns(table: TableProfile, data: DataConfig, *, keys: bool = False) -> tuple[str, ...]:
    """Those without value counts in which most values tell: numbers, and what a name announces.

    keys: whether keys are looked at, too.
    """
    return tuple(
        column.name
        for column in table.columns
        if column.counts is None
        and _is_looked_at(column.name, data, keys=keys)
        and (column.kind in {"integer", "number"} or expected(column.name, table.names) is not None)
    )


def _wide_texts(table: TableProfile, setting: Setting) -> dict[str, Matching]:
    """Text columns without value counts, all of whose values are looked at."""
    return {
        column.name: personal_values(table.role, column, setting.limits.personal.kinds)
        for column in table.columns
        if column.counts is None
        and column.kind == "string"
        and _is_looked_at(column.name, setting.data, keys=setting.show_values)
    }


def judge(case: Case) -> Iterable[CheckResult]:
    """Every table. Of a reference personal columns are told and never red: no change can mend that file."""
    setting = case.setting
    limits = setting.limits
    for role, table in case.tables.items():
        for each in judge_personal(table, setting, case.measured):
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
    planted = planted_needs(case.tables, canaries, setting.secret)
    found = {where: case.measured[need] for where, need in planted.items() if need in case.measured}
    yield from check_canaries(case.tables, canaries, setting.secret, found)


def judge_personal(table: TableProfile, setting: Setting, measured: Mapping[Need, Any]) -> tuple[Judged, ...]:
    """DS801 of one split, with the answers to `personal_needs`."""
    data, limits, keys = setting.data, setting.limits.personal, setting.show_values
    seen = {name: measured.get(need) for name, need in _wide_texts(table, setting).items()}
    return check_personal(table, data, limits, measured.get(_sample(table, setting)), seen, keys=keys)


def _canaries(setting: Setting) -> tuple[Canary, ...]:
    return setting.privacy.canaries if setting.privacy is not None else ()


def _of_this_change(found: Judged, setting: Setting) -> Judged:
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


def _is_looked_at(name: str, data: DataConfig, *, keys: bool) -> bool:
    """Of what is excepted only a key whose values would be shown: it may be a person's number."""
    where = excepted(name, data)
    return not where or (keys and where == "data.key")


def check_personal(
    table: TableProfile,
    data: DataConfig,
    limits: PersonalParameters,
    samples: Mapping[str, list[Any]] | None = None,
    wide: Mapping[str, PersonalRows | None] | None = None,
    *,
    keys: bool = False,
) -> tuple[Judged, ...]:
    """Columns whose distinct values look personal; declared ones are excepted, and said.

    Args:
        table: the split.
        data: which columns are declared.
        limits: kinds and rows.
        samples: values of sampled rows of columns without counts (None is null).
        wide: what all values of text columns without counts hold.
        keys: whether keys are looked at, too, not to be judged but to be kept back.
    """
    found: list[Judged] = []
    for column in table.columns:
        where = excepted(column.name, data)
        subject = Subject(table.role, column.name, column.rows)
        seen: Judged | None = None
        named = speaks_of_a_person(column)
        if _is_looked_at(column.name, data, keys=keys) and (
            named or worth_a_look(column.name, column.kind, column.counts, table.names)
        ):
            apart = ((samples or {}).get(column.name), (wide or {}).get(column.name))
            seen = _personal(table, column, limits, *apart).model_copy(update={"named": named})
        if where:
            left_out = skipped(catalog.PERSONAL, subject, f"not looked at, declared in {where}")
            update = {"personal": seen is not None and seen.personal, "named": seen is not None and named}
            found.append(left_out.model_copy(update=update))
        elif seen is not None:
            found.append(seen)
    return tuple(found)


def kept_back(results: Iterable[CheckResult]) -> dict[str, str]:
    """The columns of which no value is written or shown, and why: SEEN in some split, or only NAMED.

    DS801's `kinds`, exceptions and limits say what is judged; what is kept back goes by every kind, by names
    of columns that speak of a person, and by texts that may name people.
    """
    found: dict[str, str] = {}
    for each in results:
        if each.id != catalog.PERSONAL.id:
            continue
        if each.observed or (isinstance(each, Judged) and each.personal):
            found[each.subject] = SEEN
        elif isinstance(each, Judged) and each.named:
            found.setdefault(each.subject, NAMED)
    return found


def flagged(results: Iterable[CheckResult]) -> frozenset[str]:
    """The columns that are kept back."""
    return frozenset(kept_back(results))


def _personal(
    table: TableProfile,
    column: ColumnProfile,
    limits: PersonalParameters,
    sample: list[Any] | None,
    wide: PersonalRows | None,
) -> Judged:
    subject = Subject(table.role, column.name, column.rows)
    counts, of = column.counts, f"n={column.present:,}"
    failures: tuple[FailureCase, ...] = ()
    held: Held | None = None
    quiet = False
    if counts is None and sample is None and wide is None:
        return skipped(catalog.PERSONAL, subject, UNSAMPLED)
    if counts is not None:
        if column.kind == "string" and cut_short(counts):
            of += f"; of longer values the first {FIRST:,} characters"
        every = find(column.name, column.kind, counts, KINDS, table.names)
        personal = bool(every)
        quiet = not personal and column.kind == "string" and may_be_people(column.name, counts)
        marks = {kind: each for kind, each in every.items() if kind in limits.kinds}
        rows = {kind: counts.rows_where(each) for kind, each in marks.items()}
        seen = ", ".join(count(n, *TITLES[kind]) for kind, n in rows.items())
        marked = np.logical_or.reduce([np.zeros(len(counts), dtype=np.bool_), *marks.values()])
        total = counts.rows_where(marked)
        if total > limits.max_rows:
            failures, held = value_cases(subject, counts, marked)
    else:
        told = told_of_wide(column, limits.kinds, table.names, sample, wide)
        rows, total, seen, of = dict(told.rows), told.total, told.seen, told.of
        personal = told.personal
    strong = sum(n for kind, n in rows.items() if kind in STRONG)
    if strong and column.kind == "string" and of_articles(column.name):
        if counts is not None:
            strong = firm_rows(column.name, counts, limits.kinds)
        elif wide is not None and wide.firm is not None:
            strong = wide.firm
    outcome = Outcome.PASS
    if total > limits.max_rows:
        outcome = Outcome.FAIL if strong > limits.max_rows else Outcome.WARN
    maximum = f", maximum {limits.max_rows:,}" if seen else ""
    text = f"{table.role}.{column.name}: {seen or _nothing(limits.kinds, personal=personal)}{maximum} ({of})"
    limit = float(limits.max_rows)
    return result(
        catalog.PERSONAL, subject, outcome, text, observed=float(total), limit=limit,
        failures=failures, sought=held,
    ).model_copy(update={"personal": personal or quiet})  # fmt: skip


def _nothing(kinds: Collection[Kind], *, personal: bool) -> str:
    """Where not all kinds are looked for, silence would say too much."""
    if not personal:
        return "nothing personal"
    wanted = ", ".join(kinds) or "none"
    return f"nothing of the kinds looked for ({wanted}); it looks personal all the same and is kept back"


def group_columns(setting: Setting, names: Iterable[str]) -> tuple[str, ...]:
    """Quasi-identifiers and sensitive columns of the table; none where none of the first is declared."""
    quasi = setting.privacy.quasi_identifiers if setting.privacy is not None else ()
    if not quasi:
        return ()
    there = set(names)
    return tuple(dict.fromkeys(name for name in (*quasi, *setting.data.sensitive) if name in there))


def check_groups(
    table: TableProfile, columns: tuple[str, ...], groups: Groups | None, limits: GroupParameters
) -> Judged:
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
