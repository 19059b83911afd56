"""DS701-DS704: every file has a source that may be used, changes only with its declaration, and expires."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from fnmatch import fnmatchcase
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from mlops_actions.checks import catalog, catalog_privacy
from mlops_actions.checks.authority import names_file
from mlops_actions.checks.case import KeyFile
from mlops_actions.checks.check import Subject, result, skipped
from mlops_actions.checks.licences import is_spdx, is_unknown, near_spdx
from mlops_actions.results.of_change import OF_CHANGE
from mlops_actions.results.verdict import Outcome
from mlops_actions.results.words import count

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from mlops_actions.checks.authority import Letter
    from mlops_actions.checks.case import Case
    from mlops_actions.config.data import DataSource
    from mlops_actions.profile.table import TableProfile
    from mlops_actions.results.dataset import CheckResult

SHOWN = 12  # digits of a sha256
BASE_OWNED = frozenset({"evaluation"})  # roles whose file is read from the base commit
STATE = ("sha256", "version", "as_of")  # of a declaration: which state of the data it speaks of
NO_SHA256 = "Declare the source's sha256."
A_PART = "Declare this file as a source of its own, with its sha256."
OTHER_BYTES = "Restore the declared file; where the change is meant, declare its new sha256 with it."
NO_OWNER = "Declare in owner who answers for the data."
NO_STATE_YET = "Declare in as_of the day whose state the data has."
ZONES = timedelta(days=1)  # it is tomorrow somewhere
UNDECLARED = "data.sources is not declared"
UNREAD = "the data is not at hand"
FETCH = "Fetch the data in a step before this one."


@dataclass(frozen=True)
class Declared:
    """The declarations of head and of the base commit (None: there is none to compare with), and the day.

    replaced: further roles of which the base commit's copy is read while the change brings another.
    """

    head: tuple[DataSource, ...]
    base: tuple[DataSource, ...] | None = None
    today: date | None = None
    letters: Mapping[tuple[str, str], Letter] = field(default_factory=dict)
    replaced: frozenset[str] = frozenset()

    def of(self, file: TableProfile | KeyFile) -> tuple[DataSource, ...]:
        """Those that speak of a file: the base commit's where its copy is read."""
        return self.base if self.base is not None and self._of_base(file) else self.head

    def letter(self, file: TableProfile | KeyFile, name: str) -> Letter | None:
        """The file of that name beside the declaration that speaks of the data."""
        side = "base" if self.base is not None and self._of_base(file) else "head"
        return self.letters.get((side, name))

    def _of_base(self, file: TableProfile | KeyFile) -> bool:
        """The evaluation rows and the files of the schema's references judge; a change's copy does not."""
        if isinstance(file, KeyFile) and file.brought:
            return False
        return file.role in BASE_OWNED or ":" in file.role or file.role in self.replaced


def judge(case: Case) -> Iterable[CheckResult]:
    """Every file that the run uses; not the base commit's own copy, which its own run judged."""
    setting = case.setting
    head = setting.data.sources if setting.sources is None else setting.sources
    declared = Declared(
        head,
        setting.base_sources,
        setting.now.date() if setting.now else None,
        setting.letters,
        frozenset(file.role for file in setting.key_files if file.brought),
    )
    keys = (file for file in setting.key_files if declared.of(file) or _declared_before(file, declared))
    return _told_once(check_sources((*used(case.tables), *keys), declared))


def _told_once(checks: tuple[CheckResult, ...]) -> Iterator[CheckResult]:
    """What is said of the base commit's copy is not said again of the change's."""
    seen = {_plain(check) for check in checks if not check.subject.endswith(OF_CHANGE)}
    for check in checks:
        quiet = check.outcome in {Outcome.PASS, Outcome.SKIPPED}
        if quiet or not check.subject.endswith(OF_CHANGE) or _plain(check) not in seen:
            yield check


def _plain(check: CheckResult) -> tuple[str, str, Outcome, str, str]:
    name = check.subject.removesuffix(OF_CHANGE)
    told = check.sentence.replace(check.subject, name)
    return check.id, name, check.outcome, told, check.remediation


def _declared_before(file: KeyFile, declared: Declared) -> bool:
    return file.brought and source_of(file.path, declared.base or ()) is not None


def used(tables: Mapping[str, TableProfile]) -> tuple[TableProfile, ...]:
    """Without the reference: the base commit's copy of the training data, which its own run judged."""
    return tuple(table for role, table in tables.items() if role != "reference")


def check_sources(tables: Iterable[TableProfile | KeyFile], declared: Declared) -> tuple[CheckResult, ...]:
    """Four verdicts a file: belongs and checksum, licence and authority, change, retention."""
    found: list[CheckResult] = []
    for table in tables:
        subject = Subject(table.role, _shown(table), table.rows or 0)
        sources = declared.of(table)
        source = source_of(table.path, sources)
        belongs = _ahead(source, declared, subject) or _belongs(table, source, declared.of(table), subject)
        judged = [belongs, _changed(table, source, declared, subject)]
        why = UNDECLARED if not sources else f"{subject.name} belongs to no declared source"
        for check, text in ((catalog_privacy.LICENCE, _licence), (catalog_privacy.RETENTION, _retention)):
            judged.append(text(source, declared, table) if source else skipped(check, subject, why))
        counted = table.rows is not None
        found += judged if counted else [each.model_copy(update={"n": None}) for each in judged]
    return tuple(sorted(found, key=lambda each: each.id))


def _shown(table: TableProfile | KeyFile) -> str:
    return table.shown if isinstance(table, KeyFile) else table.path


def source_of(path: str, sources: Iterable[DataSource]) -> DataSource | None:
    """The source of that path (./data/a.csv is data/a.csv), else the folder or glob that it lies in."""
    listed = tuple(sources)
    return next((each for each in listed if same(each.path, path)), None) or next(
        (each for each in listed if _holds(each.path, path)), None
    )


def same(one: str, other: str) -> bool:
    """Whether two ways to write a path name one place."""
    return PurePosixPath(one) == PurePosixPath(other)


def _holds(declared: str, path: str) -> bool:
    folder, file = PurePosixPath(declared), PurePosixPath(path)
    return folder in file.parents or fnmatchcase(str(file), str(folder))


def short(sha256: str) -> str:
    """The first digits, enough to tell two states apart."""
    return f"{sha256[:SHOWN]}..."


def _belongs(
    table: TableProfile | KeyFile,
    source: DataSource | None,
    sources: tuple[DataSource, ...],
    subject: Subject,
) -> CheckResult:
    if not sources:
        return skipped(catalog.SOURCE, subject, UNDECLARED)
    if not table.sha256:
        return skipped(catalog.SOURCE, subject, UNREAD)
    if source is None:
        text = f"{subject.name}: belongs to none of the {count(len(sources), 'declared source')}"
        return result(catalog.SOURCE, subject, Outcome.FAIL, text)
    if source.sha256 is None:
        text = f"{subject.name}: source {source.id} declares no sha256, so a change would go unnoticed"
        return result(catalog.SOURCE, subject, Outcome.FAIL, text, remedy=NO_SHA256)
    if not same(source.path, table.path) and source.sha256 != table.sha256:
        text = (
            f"{subject.name}: lies in source {source.id}, whose sha256 is over all of {source.path} "
            "and cannot be compared with a part's"
        )
        return result(catalog.SOURCE, subject, Outcome.WARN, text, remedy=A_PART)
    equal = source.sha256 == table.sha256
    text = (
        f"{subject.name}: sha256 {short(table.sha256)} {'is' if equal else 'is not'} the declared "
        f"{short(source.sha256)} of source {source.id} ({source.licence})"
    )
    outcome = Outcome.PASS if equal else Outcome.FAIL
    return result(
        catalog.SOURCE, subject, outcome, text,
        observed=table.sha256, limit=source.sha256, remedy=OTHER_BYTES,
    )  # fmt: skip


def _ahead(source: DataSource | None, declared: Declared, subject: Subject) -> CheckResult | None:
    """A declared state that lies in the future is none."""
    if source is None or source.as_of is None or declared.today is None:
        return None
    if source.as_of <= declared.today + ZONES:
        return None
    text = f"{subject.name}: source {source.id} is as of {source.as_of}, after today ({declared.today})"
    return result(catalog.SOURCE, subject, Outcome.FAIL, text, remedy=NO_STATE_YET)


def _licence(source: DataSource, declared: Declared, table: TableProfile | KeyFile) -> CheckResult:
    """Names no value but what mlops.yaml says."""
    subject = Subject(table.role, _shown(table), table.rows or 0)
    start = f"{subject.name}: source {source.id}, owner {source.owner}"
    if is_unknown(source.licence):
        text = f"{start}: licence {source.licence!r} names no terms"
        return result(catalog_privacy.LICENCE, subject, Outcome.FAIL, text, observed=source.licence)
    if is_unknown(source.owner):
        text = f"{subject.name}: source {source.id}, owner {source.owner!r} names nobody"
        return result(catalog_privacy.LICENCE, subject, Outcome.FAIL, text, remedy=NO_OWNER)
    near = near_spdx(source.licence)
    kind = "SPDX" if is_spdx(source.licence) else f"a text; the SPDX id {near} is near" if near else "a text"
    start = f"{start}, licence {source.licence} ({kind})"
    who, lacking = _authority(source, declared, table)
    outcome, text = (Outcome.FAIL, f"{start}: {lacking}") if lacking else (Outcome.PASS, f"{start}, {who}")
    return result(catalog_privacy.LICENCE, subject, outcome, text, observed=source.licence)


def _authority(source: DataSource, declared: Declared, table: TableProfile | KeyFile) -> tuple[str, str]:
    """Who allowed it, or what is lacking."""
    who = source.authorised_by.strip()
    if not who:
        return "", "authorised_by is empty, its use is not authorised"
    if is_unknown(who):
        return "", f"authorised_by {who!r} names nobody"
    if not names_file(who):
        return f"authorised by {who}", ""
    letter = declared.letter(table, who)
    if letter is None:
        return "", f"authorised_by names {who}, and there is no such file"
    if not letter.said:
        return "", f"authorised_by names {who}, which is empty"
    return f"authorised by {who} (sha256 {short(letter.sha256)})", ""


def _changed(
    table: TableProfile | KeyFile, source: DataSource | None, declared: Declared, subject: Subject
) -> CheckResult:
    """The base commit's declaration against the bytes and the declaration at hand."""
    if declared.base is None:
        return skipped(catalog_privacy.SOURCE_CHANGE, subject, "there is no base commit to compare with")
    before = source_of(table.path, declared.base)
    if before is None or before.sha256 is None or not same(before.path, table.path):
        return skipped(catalog_privacy.SOURCE_CHANGE, subject, "the base commit declares no sha256 of it")
    if not table.sha256:
        text = f"{subject.name}: its sha256 is not known, the base commit declares {short(before.sha256)}"
        return result(
            catalog_privacy.SOURCE_CHANGE, subject, Outcome.INCONCLUSIVE, text, reason=UNREAD, remedy=FETCH
        )
    if before.sha256 == table.sha256:
        text = f"{subject.name}: sha256 {short(table.sha256)}, as the base commit declares"
        return result(catalog_privacy.SOURCE_CHANGE, subject, Outcome.PASS, text)
    moved = f"{subject.name}: sha256 changed from {short(before.sha256)} to {short(table.sha256)}"
    if source is None or source.sha256 != table.sha256:
        told = [] if source is None else list(_differences(before, source))
        rest = (
            f"only {', '.join(told)} changed in" if told else "gone is" if source is None else "unchanged is"
        )
        text = f"{moved}, and {rest} the declaration of source {before.id}"
        return result(catalog_privacy.SOURCE_CHANGE, subject, Outcome.FAIL, text)
    told = [each for each in _differences(before, source) if not each.startswith("sha256")]
    text = f"{moved}, and the declaration of source {source.id} with it" + (
        f" ({', '.join(told)})" * bool(told)
    )
    still = [f"{key} {getattr(source, key)}" for key in STATE[1:] if _still(before, source, key)]
    text += f"; still declared: {', '.join(still)}" if still else ""
    return result(catalog_privacy.SOURCE_CHANGE, subject, Outcome.PASS, text)


def _differences(before: DataSource, after: DataSource) -> Iterator[str]:
    for key in type(after).model_fields:
        old, new = getattr(before, key), getattr(after, key)
        if old != new:
            yield "sha256" if key == "sha256" else f"{key} {old or 'none'} -> {new or 'none'}"


def _still(before: DataSource, after: DataSource, key: str) -> bool:
    return getattr(after, key) is not None and getattr(before, key) == getattr(after, key)


def _retention(source: DataSource, declared: Declared, table: TableProfile | KeyFile) -> CheckResult:
    subject = Subject(table.role, _shown(table), table.rows or 0)
    if source.retention_until is None:
        why = f"source {source.id} declares no retention_until"
        return skipped(catalog_privacy.RETENTION, subject, why)
    if declared.today is None:
        return skipped(catalog_privacy.RETENTION, subject, "the day of the run is not known")
    left = (source.retention_until - declared.today).days
    past = left < 0
    when = f"{count(-left, 'day')} past" if past else f"{count(left, 'day')} left"
    until = f"{subject.name}: source {source.id} may be kept until {source.retention_until}"
    text = f"{until}, {when} (today {declared.today})"
    outcome = Outcome.FAIL if past else Outcome.PASS
    return result(
        catalog_privacy.RETENTION,
        subject,
        outcome,
        text,
        observed=str(declared.today),
        limit=str(source.retention_until),
    )
