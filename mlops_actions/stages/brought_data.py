"""A change's own evaluation rows, serving log and look-up files, where the base commit's copies are read.

The base commit's judge, so that nothing is loosened; the change's own are judged beside them by the same
rules, so that nothing broken is merged; and what differs is shown row by row.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from mlops_actions.adapters.datasets.parts import is_there
from mlops_actions.checks import brought as judges
from mlops_actions.checks import data_diff
from mlops_actions.checks.case import Case
from mlops_actions.checks.check import Subject
from mlops_actions.checks.leaks import NO_EVALUATION
from mlops_actions.checks.parameters import in_force
from mlops_actions.checks.privacy import flagged
from mlops_actions.checks.unreadable import unreadable
from mlops_actions.config.schema_rules import reference_files
from mlops_actions.errors import MlopsError
from mlops_actions.profile.needs import Repeats
from mlops_actions.results.of_change import OF_CHANGE, within
from mlops_actions.results.verdict import Outcome
from mlops_actions.results.words import share
from mlops_actions.stages.compared import LOG, REFERENCE
from mlops_actions.stages.data_at_hand import located, record_of, refuse_elsewhere
from mlops_actions.stages.failure_places import with_places
from mlops_actions.stages.named_files import NamedFile, inside, with_texts
from mlops_actions.stages.scan import measure, opened, table_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from mlops_actions.adapters.datasets.unchanged import Watch
    from mlops_actions.profile.needs import Need
    from mlops_actions.profile.scanner import DatasetScanner
    from mlops_actions.profile.table import TableProfile
    from mlops_actions.results.changes import DataChange
    from mlops_actions.results.dataset import CheckResult, DriftRow
    from mlops_actions.results.envelope import InputRecord
    from mlops_actions.stages.context import RunContext

EVALUATION, BASE = "evaluation", "base"  # BASE: of the other file in one comparison alone
KEYS = {EVALUATION: "data.evaluation", LOG: "data.serving_log"}
OF_SCHEMA = "data.schema.references"
TITLES = {EVALUATION: "evaluation data", LOG: "serving log"}
NOT_JUDGED = "The {} of this change is not compared with the base commit's: {}."
NOT_SEEN = "The {} of this change is not judged: {}."  # the base commit has none
ADDED = (
    "{name} ({key}) is added; the base commit has none. It is judged by the base commit's rules ({passed}), "
    "and rules after the merge."
)
APART = "the base commit declares no data.evaluation; {} is judged by itself"
JUDGED = (
    "{name} ({key}) differs from the base commit's, which judges this change. It is judged "
    "beside that by the same rules ({passed}), and rules after the merge."
)
SILENT = frozenset((Outcome.PASS, Outcome.SKIPPED))
MENDED = "; {} passes, and rules after the merge"


@dataclass(frozen=True)
class Brought:
    """What the change's own copies tell.

    Args:
        checks: on them, of those that do not pass.
        changes: against the base commit's rows.
        notes: which were judged, or why not.
        found: every result under its plain subject and the role of the file, for what is to be kept back.
        names: what sentences call each file, by role.
        drift: of training against each, column by column.
        files: of the splits among them, by role.
        added: roles that the base commit does not have.
    """

    checks: tuple[CheckResult, ...] = ()
    changes: tuple[DataChange, ...] = ()
    notes: tuple[str, ...] = ()
    found: tuple[tuple[str, CheckResult], ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    drift: tuple[DriftRow, ...] = ()
    files: Mapping[str, NamedFile] = field(default_factory=dict)
    added: frozenset[str] = frozenset()

    @property
    def plain(self) -> tuple[CheckResult, ...]:
        """Every result under its plain subject."""
        return tuple(check for _, check in self.found)

    def with_mended(self, checks: Iterable[CheckResult]) -> tuple[CheckResult, ...]:
        """The checks on what judges; where the change's own copy passes what that fails, it is said.

        So is where the base commit has nothing to judge and the change has.
        """
        same: dict[tuple[str, str, str], list[tuple[str, Outcome]]] = {}
        for role, each in self.found:
            same.setdefault((each.id, each.role, each.subject), []).append((role, each.outcome))
        return tuple(
            self._mended(check, same.get((check.id, check.role, check.subject), []))
            if check.outcome not in SILENT
            else self._apart(check)
            for check in checks
        )

    def _apart(self, check: CheckResult) -> CheckResult:
        if check.reason != NO_EVALUATION or EVALUATION not in self.added:
            return check
        why = APART.format(self.names[EVALUATION])
        return check.model_copy(
            update={"reason": why, "sentence": check.sentence.replace(NO_EVALUATION, why)}
        )

    def _mended(self, check: CheckResult, same: list[tuple[str, Outcome]]) -> CheckResult:
        if not same or any(outcome is not Outcome.PASS for _, outcome in same):
            return check
        role = same[0][0]
        name = self.names[role]
        if role != check.role and f" in {name.removesuffix(OF_CHANGE)}" not in check.sentence:
            return check  # its red is of another file, which the same columns refer to
        return check.model_copy(update={"sentence": f"{check.sentence}{MENDED.format(name)}"})


class Scanned(NamedTuple):
    """What was read of the files that judge."""

    case: Case
    checks: tuple[CheckResult, ...]
    records: Mapping[str, InputRecord]
    scanners: Mapping[str, DatasetScanner]
    files: Mapping[str, NamedFile]


def brought_data(context: RunContext, scanned: Scanned, skip: dict[str, str], watch: Watch) -> Brought:
    """Each file that differs in its bytes from what was read in its place: opened, profiled and judged once.

    Args:
        context: of this run.
        scanned: of the base commit's copies.
        skip: checks switched off.
        watch: what is read stays as it is.

    Raises:
        InputError, TrustError: such a file cannot be read, which after the merge would end every run.
    """
    files, records, notes, lost = _differing(context, scanned, watch)
    red = tuple(each for one in lost for each in unreadable(*one, scanned.case.setting.limits, skip))
    if not files:
        return Brought(checks=red, notes=notes)
    setting, engine = scanned.case.setting, context.config.validate_.engine
    files = with_texts(files, setting.schema)
    own = {role: opened(role, file, engine) for role, file in files.items()}
    own_tables = {role: table_of(records[role], own[role]) for role in files}
    scanners = {role: each for role, each in {**scanned.scanners, **own}.items() if role != REFERENCE}
    kinds = {role: each.kinds for role, each in scanners.items()}
    setting = replace(setting, kinds=kinds, stored=None, replaced=frozenset(), key_files=())
    tables = {role: each for role, each in scanned.case.tables.items() if role in scanners}
    tables |= {role: table for role, table in own_tables.items() if ":" not in role}
    case = _measured(Case(setting, tables, scanned.case.measured), scanners, frozenset(files))
    found, drift = _judged(case, frozenset(files), skip)
    personal = flagged(scanned.checks) | flagged(check for _, check in found)
    kept_back = replace(setting, declared_later=setting.declared_later | personal)
    placed = with_places(kept_back, [check for _, check in found], scanners)
    found = tuple((role, check) for (role, _), check in zip(found, placed, strict=True))
    names = {role: file.shown for role, file in files.items()}
    hidden = personal | frozenset(setting.data.sensitive) | setting.declared_later
    added = frozenset(files) - frozenset(scanned.records)
    return Brought(
        checks=red
        + tuple(
            _of_change(check, names[role], setting.data.train)
            for role, check in found
            if check.outcome not in SILENT
        ),
        changes=tuple(_changes(scanned, own, own_tables, hidden)),
        notes=(*notes, *_notes(files, found, added)),
        found=found,
        names=names,
        drift=tuple(row.model_copy(update={"pair": within(row.pair, names[role])}) for role, row in drift),
        files={role: file for role, file in files.items() if ":" not in role},
        added=added,
    )


def _differing(
    context: RunContext, scanned: Scanned, watch: Watch
) -> tuple[dict[str, NamedFile], dict[str, InputRecord], tuple[str, ...], tuple[tuple[Subject, str], ...]]:
    """Files and digests by role, why others are not looked at, and which splits no run could read."""
    files, records, notes, lost = {}, {}, [], []
    for role, name, ruling in _named(context, scanned.case):
        read = scanned.records.get(role)
        if read is not None and context.judged(ruling or name) == context.root / name:
            continue
        path, why, certain = _found(context, name)
        if why and certain and ":" not in role:
            lost.append((Subject(role, f"{name}{OF_CHANGE}", 0), why))
        if why:
            told = NOT_SEEN if read is None else NOT_JUDGED
            notes.append(told.format(TITLES.get(role, "look-up file"), why))
            continue
        watch.add(path, f"{name}{OF_CHANGE}")
        record = record_of(role, path, name)
        if read is None or record.sha256 != read.sha256:
            files[role], records[role] = (
                NamedFile(tuple(_key(role).split(".")), f"{name}{OF_CHANGE}", path),
                record,
            )
    return files, records, tuple(notes), tuple(lost)


def _found(context: RunContext, name: str) -> tuple[Path, str, bool]:
    """Where the data is, or why it is not looked at; and whether that is the commit's own, on any machine."""
    path = context.root / name
    try:
        inside(context, path, name)
    except MlopsError as error:
        return path, str(error.problems[0]).rstrip("."), True
    try:
        refuse_elsewhere(context, path, name)
        path = located(context, path, name)
    except MlopsError as error:
        return path, str(error.problems[0]).rstrip("."), False
    return path, "" if is_there(path) else f"there is no file {name}", True


def _named(context: RunContext, case: Case) -> Iterator[tuple[str, str, str | None]]:
    """(role, the change's path, the path that rules): None where the base commit has none."""
    head, ours = context.policy.head.data, context.config.data
    for role, own, ruling in (
        (EVALUATION, head.evaluation, ours.evaluation),
        (LOG, head.serving_log, ours.serving_log),
    ):
        if own is not None:
            yield role, own, ruling
    schema = case.setting.schema
    for role, name in reference_files(schema.references).items() if schema is not None else ():
        yield role, name, name


def _key(role: str) -> str:
    return KEYS.get(role, OF_SCHEMA)


def _measured(case: Case, scanners: Mapping[str, DatasetScanner], brought: frozenset[str]) -> Case:
    """What was measured of other files stands; the rest is measured now."""

    def stands(need: Need) -> bool:
        return need in case.measured and not {need.role, getattr(need, "other", need.role)} & brought

    wanted = tuple(dict.fromkeys(judges.needs(case, brought)))
    answers: dict[Need, Any] = {need: case.measured[need] for need in wanted if stands(need)}
    answers |= measure([need for need in wanted if need not in answers], scanners)
    tables = {
        role: replace(table, duplicate_rows=answers[Repeats(role, table.names)]) if role in brought else table
        for role, table in case.tables.items()
    }
    return Case(case.setting, tables, answers)


def _judged(case: Case, brought: frozenset[str], skip: dict[str, str]) -> judges.Judgement:
    judged = judges.judge(case, brought)
    found = sorted(judged.checks, key=lambda each: each[1].id)
    ruled = in_force([check for _, check in found], case.setting.limits, skip)
    checks = tuple((role, check) for (role, _), check in zip(found, ruled, strict=True))
    return judges.Judgement(checks, judged.drift)


def _of_change(check: CheckResult, name: str, train: str) -> CheckResult:
    whole = check.subject in {train, name.removesuffix(OF_CHANGE)}
    update = {
        "subject": name if whole else within(check.subject, name),
        "sentence": f"{name}: {check.sentence}",
    }
    return check.model_copy(update=update)


def _changes(
    scanned: Scanned,
    own: Mapping[str, DatasetScanner],
    tables: Mapping[str, TableProfile],
    hidden: frozenset[str],
) -> Iterator[DataChange]:
    """Rows, columns and distributions of what both have; a look-up file by its name."""
    key = scanned.case.setting.data.key
    for role, now in tables.items():
        if role not in scanned.records:
            continue
        old = scanned.case.tables.get(role) or table_of(scanned.records[role], scanned.scanners[role])
        before = replace(old, role=BASE)
        needs = data_diff.row_needs(now, before, key)
        measured = measure(needs, {role: own[role], BASE: scanned.scanners[role]})
        made = data_diff.data_change(now, before, key, measured, hidden)
        if ":" in role:
            told = made.sentence.replace(f"{role}:", f"{now.path}:", 1)
            made = made.model_copy(update={"role": now.path, "sentence": told})
        yield made


def _notes(
    files: Mapping[str, NamedFile], found: Iterable[tuple[str, CheckResult]], added: frozenset[str]
) -> Iterator[str]:
    seen = [(role, check.outcome) for role, check in found if check.outcome is not Outcome.SKIPPED]
    for role, file in files.items():
        outcomes = [outcome for each, outcome in seen if each == role]
        passed = share(sum(each is Outcome.PASS for each in outcomes), len(outcomes), "check", "pass")
        passed = passed if outcomes else "no check looks at it"
        told = ADDED if role in added else JUDGED
        yield told.format(name=file.shown, key=_key(role), passed=passed)
