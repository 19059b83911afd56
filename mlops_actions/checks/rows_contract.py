"""DS110 predicates, DS111 composite keys, DS112 references: what the schema says of whole rows.

A predicate that is null in a row is kept there, as SQL's CHECK has it. In a key nulls are equal to nulls. A
reference with a null among its columns refers to nothing, and is kept.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlops_actions.checks import catalog
from mlops_actions.checks.check import ROUNDED, Subject, result, skipped
from mlops_actions.config.column_contract import fits
from mlops_actions.config.schema_rules import RowCheck, other_role
from mlops_actions.profile.needs import Doubtful, DoubtfulRows, Orphans, Repeats, Where
from mlops_actions.profile.places import Broken, Lost, Repeated
from mlops_actions.results.verdict import Outcome

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from mlops_actions.checks.case import Case, Setting
    from mlops_actions.checks.check import Check
    from mlops_actions.config.data_schema import DataSchema
    from mlops_actions.config.schema_rules import Reference
    from mlops_actions.profile.needs import Need
    from mlops_actions.profile.places import Sought
    from mlops_actions.results.dataset import CheckResult

SPLITS = ("train", "evaluation", "reference", "serving_log")
JUDGED = ("train", "evaluation")  # the contract is on what is to be used; the others are compared with it
WORD = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|[^\W\d][\w$]*""")
MAX_SHOWN = 80
Plan = tuple["Need | None", str]  # what is to be measured, or why nothing is


def needs(case: Case) -> Iterator[Need]:
    """What the schema's rules need, of each split that has their columns."""
    setting, schema = case.setting, case.setting.schema
    for role in splits_of(setting) if schema is not None else ():
        if schema is not None:
            plans = [_predicate(setting, schema, role, check) for check in schema.checks]
            plans += [_key(setting, role, key) for key in schema.keys]
            plans += [_reference(setting, schema, role, each) for each in schema.references]
            for need, _ in plans:
                if need is not None:
                    yield need
                if isinstance(need, Orphans):
                    yield _doubt(need)


def _doubt(need: Orphans) -> Doubtful:
    return Doubtful(need.role, need.columns, need.other, need.other_columns)


def judge(case: Case) -> Iterator[CheckResult]:
    """One verdict per rule and split."""
    setting, schema = case.setting, case.setting.schema
    for role in splits_of(setting) if schema is not None else ():
        table = case.tables.get(role)
        if table is None or schema is None:
            continue
        for check in schema.checks:
            subject = Subject(role, check.id, table.rows)
            yield _rows(case, catalog.PREDICATE, subject, _predicate(setting, schema, role, check), check)
        for key in schema.keys:
            subject = Subject(role, ", ".join(key), table.rows)
            yield _judge_key(case, subject, _key(setting, role, key))
        for each in schema.references:
            subject = Subject(role, ", ".join(each.columns), table.rows)
            yield _rows(case, catalog.REFERENCE, subject, _reference(setting, schema, role, each), each)


def reference_needs(case: Case, files: Collection[str]) -> Iterator[Need]:
    """What the references to those files need, of each split: files by role."""
    yield from (need for *_, (need, _) in _references_to(case, files) if need is not None)


def judge_references(case: Case, files: Collection[str]) -> Iterator[tuple[str, CheckResult]]:
    """(role of the file, DS112) of the references to those files alone."""
    for role, each, other, plan in _references_to(case, files):
        subject = Subject(role, ", ".join(each.columns), case.tables[role].rows)
        yield other, _rows(case, catalog.REFERENCE, subject, plan, each)


def _references_to(case: Case, files: Collection[str]) -> Iterator[tuple[str, Reference, str, Plan]]:
    setting, schema = case.setting, case.setting.schema
    if schema is None:
        return
    for role in splits_of(setting):
        for each in schema.references if role in case.tables else ():
            other = other_role(schema.references, each, role)
            if each.file is not None and other in files:
                yield role, each, other, _reference(setting, schema, role, each)


def named_columns(predicate: str, declared: Iterable[str]) -> tuple[str, ...]:
    """The declared columns that a predicate names, in the schema's order; a text in quotes names none.

    A column called as a function of the predicate counts as named, too.
    """
    words = {_name(word).lower() for word in WORD.findall(predicate) if not word.startswith("'")}
    return tuple(name for name in declared if name.lower() in words)


def _name(word: str) -> str:
    return word[1:-1].replace('""', '"') if word.startswith('"') else word


def splits_of(setting: Setting) -> tuple[str, ...]:
    """The splits that the schema is a contract on."""
    return tuple(role for role in JUDGED if role in setting.kinds)


def _absent(columns: Iterable[str], kinds: Mapping[str, str], where: str) -> str:
    """Why nothing can be measured: DS107 tells it, too, of a split."""
    absent = [name for name in columns if name not in kinds]
    return f"{where} has no column {', '.join(absent)}" if absent else ""


def _predicate(setting: Setting, schema: DataSchema, role: str, check: RowCheck) -> Plan:
    kinds = setting.kinds[role]
    columns = named_columns(check.predicate, schema.columns)
    why = _absent(columns, kinds, role)
    for name in columns if not why else ():
        kind, declared = kinds[name], schema.columns[name].type
        if not fits(kind, declared) and (kind, declared) != ("number", "integer"):  # a null makes 7 be 7.0
            why = f"{role}.{name} is {kind}, declared {declared}"
    return (None, why) if why else (Where(role, check.predicate), "")


def _key(setting: Setting, role: str, key: tuple[str, ...]) -> Plan:
    why = _absent(key, setting.kinds[role], role)
    return (None, why) if why else (Repeats(role, key), "")


def _reference(setting: Setting, schema: DataSchema, role: str, each: Reference) -> Plan:
    other = other_role(schema.references, each, role)
    why = _absent(each.columns, setting.kinds[role], role)
    if other == role and each.other_columns == each.columns:
        why = "the split itself holds the keys"
    elif other in setting.kinds:
        why = why or _absent(each.other_columns, setting.kinds[other], each.file or other)
    elif other in SPLITS:
        why = why or f"there are no {other} rows"
    return (None, why) if why else (Orphans(role, each.columns, other, each.other_columns), "")


def _rows(case: Case, check: Check, subject: Subject, plan: Plan, rule: RowCheck | Reference) -> CheckResult:
    """Rows that break a rule, against the share of rows that may."""
    need, why = plan
    if need is None:
        return skipped(check, subject, why)
    rows = case.measured.get(need)
    said = _said(rule)
    if rows is None:
        return _unmeasured(check, subject, said)
    share = rows / subject.n if subject.n else 0.0
    outcome = Outcome.FAIL if share > rule.max_share else Outcome.PASS
    text = f"{subject.role}: {rows:,} of n={subject.n:,} rows {said}, maximum share {rule.max_share:g}"
    doubt = case.measured.get(_doubt(need), DoubtfulRows()) if isinstance(need, Orphans) else DoubtfulRows()
    why = ROUNDED if share <= rule.max_share < (rows + doubt.rows) / max(1, subject.n) else ""
    return result(
        check, subject, Outcome.INCONCLUSIVE if why else outcome, f"{text}; {why}" if why else text,
        observed=share, limit=rule.max_share, reason=why,
        sought=None if why else _sought(need, case.setting.schema),
    )  # fmt: skip


def _sought(need: Need, schema: DataSchema | None) -> Sought | None:
    """The rows that break the rule which the need is of."""
    if isinstance(need, Orphans):
        return Lost(need.role, need.columns, need.other, need.other_columns)
    if isinstance(need, Where) and schema is not None:
        return Broken(need.role, need.predicate, named_columns(need.predicate, schema.columns))
    return None


def _judge_key(case: Case, subject: Subject, plan: Plan) -> CheckResult:
    need, why = plan
    if need is None:
        return skipped(catalog.KEYS, subject, why)
    found: int | None = case.measured.get(need)
    if found is None:
        return _unmeasured(catalog.KEYS, subject, f"repeat the key {subject.name}")
    outcome = Outcome.FAIL if found else Outcome.PASS
    text = f"{subject.role}: {found:,} of n={subject.n:,} rows repeat an earlier key ({subject.name})"
    table = case.tables.get(subject.role)
    if table is not None and isinstance(need, Repeats) and 0 < found < table.rounded(need.columns):
        return result(
            catalog.KEYS, subject, Outcome.INCONCLUSIVE, f"{text}; {ROUNDED}",
            observed=float(found), limit=0.0, reason=ROUNDED,
        )  # fmt: skip
    sought = Repeated(need.role, need.columns) if isinstance(need, Repeats) else None
    return result(catalog.KEYS, subject, outcome, text, observed=float(found), limit=0.0, sought=sought)


def _unmeasured(check: Check, subject: Subject, said: str) -> CheckResult:
    text = f"{subject.role}: which rows {said} could not be measured (n={subject.n:,})"
    return result(check, subject, Outcome.INCONCLUSIVE, text, reason="it could not be measured")


def _said(rule: RowCheck | Reference) -> str:
    """How a row breaks the rule, for a sentence on rows."""
    if isinstance(rule, RowCheck):
        text = rule.title or " ".join(rule.predicate.split())
        shown = text if len(text) <= MAX_SHOWN else f"{text[: MAX_SHOWN - 3]}..."
        return f"break {rule.id} ({shown})"
    where = rule.file or ("any row" if rule.split == "self" else f"the {rule.split} rows")
    names = f" ({', '.join(rule.other_columns)})" if rule.other_columns != rule.columns else ""
    return f"have a {', '.join(rule.columns)} that is not in {where}{names}"
