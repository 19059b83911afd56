"""A change's own schema, tried on the data: what it refuses would be red after the merge.

The base commit's judges, so that nothing is loosened: what the change's own finds is added to that, and
takes nothing away. Where the base commit has none, its findings stand as they are; beside one that judges
they warn, for a schema may go ahead of the rows that it is for.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from mlops_actions.adapters.datasets.parts import is_there
from mlops_actions.adapters.datasets.pointers import pointer_at
from mlops_actions.checks import brought as judges
from mlops_actions.checks import catalog
from mlops_actions.checks.case import Case
from mlops_actions.checks.check import Subject
from mlops_actions.checks.parameters import in_force
from mlops_actions.checks.privacy import flagged
from mlops_actions.checks.unreadable import unreadable
from mlops_actions.config.schema_rules import reference_files
from mlops_actions.errors import ConfigError, MlopsError
from mlops_actions.results.of_change import OF_CHANGE, by_schema
from mlops_actions.results.verdict import Outcome
from mlops_actions.results.words import share
from mlops_actions.stages.brought_data import SILENT
from mlops_actions.stages.data_at_hand import record_of
from mlops_actions.stages.failure_places import with_places
from mlops_actions.stages.named_files import alone, inside, read_schema, reference_rows, with_texts
from mlops_actions.stages.scan import measure, opened, places_of, table_of
from mlops_actions.stages.schema_difference import schema_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mlops_actions.adapters.datasets.unchanged import Watch
    from mlops_actions.config.data_schema import DataSchema
    from mlops_actions.profile.needs import Need
    from mlops_actions.profile.scanner import DatasetScanner
    from mlops_actions.results.dataset import CheckResult
    from mlops_actions.stages.brought_data import Brought, Scanned
    from mlops_actions.stages.context import RunContext
    from mlops_actions.stages.named_files import NamedFile

TRIED = "{name} (data.schema) is tried on the data: {passed}. It rules after the merge."
NOT_TRIED = "{name} (data.schema) is not tried on the data: {why}."


def with_own_schema(
    context: RunContext, scanned: Scanned, later: Brought, skip: dict[str, str], watch: Watch
) -> Brought:
    """What the change brings, with what its own schema finds where that is another than the one that judges.

    Tried are the rows as they will be after the merge. What the schema that judges tells already of the same
    column or rule is not told again.

    Args:
        context: of this run.
        scanned: of the files that judge.
        later: of the change's own copies of data.
        skip: checks switched off.
        watch: what is read stays as it is.

    A schema that cannot be read or tried is red itself: after the merge it would end every run.
    """
    name = f"{context.policy.head.data.schema_}{OF_CHANGE}"
    try:
        schema = _own(context, scanned.case.setting.schema)
        if schema is None:
            return later
        seen = _seen(schema, scanned, later, _files(context, schema, scanned, later, watch), context)
    except MlopsError as error:
        train = scanned.case.train
        lost = Subject(train.role, name, train.rows)
        why = str(error.problems[0]).rstrip(".")
        red = unreadable(lost, why, scanned.case.setting.limits, skip)
        note = NOT_TRIED.format(name=name, why=why)
        return replace(later, checks=(*later.checks, *red), notes=(*later.notes, note))
    found = in_force(sorted(judges.judge_schema(seen.case), key=_id), seen.case.setting.limits, skip)
    first = scanned.case.setting.schema is None
    told = {_rule(check) for check in (*scanned.checks, *later.plain) if check.outcome not in SILENT}
    loud = [check for check in found if check.outcome not in SILENT and _rule(check) not in told]
    placed = with_places(seen.case.setting, loud, seen.scanners)
    own = tuple(_of_schema(check, name, first=first) for check in placed)
    note = TRIED.format(name=name, passed=_passed(found))
    return replace(later, checks=(*later.checks, *own), notes=(*later.notes, note))


class _Seen(NamedTuple):
    """The data as that schema has them read, with what it needs measured."""

    case: Case
    scanners: Mapping[str, DatasetScanner]


def _own(context: RunContext, ruling: DataSchema | None) -> DataSchema | None:
    """The change's own; None where it brings none, or the same.

    Raises:
        ConfigError, TrustError: a mistake in it or in what it refers to, or no such file.
    """
    if context.policy.base is None or context.base_root is None:
        return None
    own = schema_of(context, context.root, context.policy.head)
    named = context.policy.head.data.schema_
    if own == ruling and (own is not None or named is None):
        _refuse_lost(context, own)
        return None
    if own is None and (named is None or (context.root / named).is_file()):
        return None  # removed, or of no size that is read
    return read_schema(alone(context))[0]


def _refuse_lost(context: RunContext, schema: DataSchema | None) -> None:
    """A look-up file that a change takes away or makes a link, though its schema goes on to refer to it.

    Raises:
        ConfigError, TrustError: which, and why.
    """
    for name in dict.fromkeys(reference_files(schema.references).values()) if schema is not None else ():
        path = inside(context, context.root / name, name)
        if is_there(path) or pointer_at(path, name, context.root) is not None:
            continue
        if is_there(context.judged(name)):
            message = f"data.schema: no file {name}, which it refers to"
            raise ConfigError(message, hint="Keep the file, or remove the reference as well.")


def _files(
    context: RunContext, schema: DataSchema, scanned: Scanned, later: Brought, watch: Watch
) -> dict[str, NamedFile]:
    """The splits that the schema is on or refers to, and its look-up files, all as they will be."""
    wanted = {"train", "evaluation", *(each.split for each in schema.references)}
    splits = {role: file for role, file in {**scanned.files, **later.files}.items() if role in wanted}
    others = reference_rows(alone(context), schema)
    for path, shown in places_of(others):
        watch.add(path, f"{shown}{OF_CHANGE}")
    return with_texts(splits | others, schema)


def _seen(
    schema: DataSchema,
    scanned: Scanned,
    later: Brought,
    files: Mapping[str, NamedFile],
    context: RunContext,
) -> _Seen:
    """Opened and profiled again is only what the schema that judges has read in another way."""
    engine = context.config.validate_.engine
    same = {role for role, file in files.items() if role not in later.files and _as_read(role, file, scanned)}
    scanners = {
        role: scanned.scanners[role] if role in same else opened(role, file, engine)
        for role, file in files.items()
    }
    tables = {
        role: scanned.case.tables[role]
        if role in same
        else table_of(record_of(role, file.path, file.shown.removesuffix(OF_CHANGE)), scanners[role])
        for role, file in files.items()
        if ":" not in role
    }
    personal = flagged(scanned.checks) | flagged(later.plain)
    setting = scanned.case.setting
    setting = replace(
        setting,
        schema=schema,
        kinds={role: each.kinds for role, each in scanners.items()},
        declared_later=setting.declared_later | personal,
        stored=None,
        replaced=frozenset(),
        key_files=(),
    )
    case, before = Case(setting, tables), scanned.case.measured

    def stands(need: Need) -> bool:
        return need in before and {need.role, getattr(need, "other", need.role)} <= same

    wanted = tuple(dict.fromkeys(judges.schema_needs(case)))
    answers = {need: before[need] for need in wanted if stands(need)}
    answers |= measure([need for need in wanted if need not in answers], scanners)
    return _Seen(Case(setting, tables, answers), scanners)


def _as_read(role: str, file: NamedFile, scanned: Scanned) -> bool:
    """Whether the columns that this schema declares to be text were read as text, and no others for that."""
    if ":" in role:
        return False  # the change's own look-up file
    kinds, before = scanned.scanners[role].kinds, scanned.files[role].texts
    return all(kinds[name] == "string" for name in file.texts & set(kinds)) and not (
        (before - file.texts) & set(kinds)
    )


def _of_schema(check: CheckResult, name: str, *, first: bool) -> CheckResult:
    outcome = Outcome.WARN if check.outcome is Outcome.FAIL and not first else check.outcome
    told = f"{name}: {check.sentence}"
    return check.model_copy(
        update={"subject": by_schema(check.subject, name), "sentence": told, "outcome": outcome}
    )


def _id(check: CheckResult) -> str:
    return check.id


def _rule(check: CheckResult) -> tuple[str, ...]:
    """What a check is of; of references to several files one column has several."""
    several = check.id == catalog.REFERENCE.id
    return check.id, check.role, check.subject, check.sentence if several else ""


def _passed(found: Iterable[CheckResult]) -> str:
    outcomes = [check.outcome for check in found if check.outcome is not Outcome.SKIPPED]
    passed = sum(each is Outcome.PASS for each in outcomes)
    return share(passed, len(outcomes), "check", "pass") if outcomes else "no check looks at it"
