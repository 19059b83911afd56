"""DS2xx, DS5xx, DS6xx: what a split must be whatever its schema says; limits come from mlops.yaml."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.checks import catalog
from mlops_actions.checks.check import ROUNDED, TOO_MANY, Subject, beyond, result, skipped
from mlops_actions.checks.declared_labels import check_declared
from mlops_actions.checks.inputs_there import judge_inputs
from mlops_actions.checks.value_cases import value_cases
from mlops_actions.checks.wide import text_rows
from mlops_actions.profile.needs import Conflicts
from mlops_actions.profile.places import Nulls, Repeated, Torn
from mlops_actions.results.verdict import Outcome
from mlops_actions.results.words import count

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlops_actions.checks.case import Case
    from mlops_actions.checks.limits import BlankParameters, ConflictParameters, LabelParameters
    from mlops_actions.checks.parameters import CheckParameters
    from mlops_actions.profile.column import ColumnProfile
    from mlops_actions.profile.needs import Need
    from mlops_actions.profile.places import Held
    from mlops_actions.profile.table import TableProfile
    from mlops_actions.results.dataset import CheckResult, FailureCase
MANY_CLASSES = "Raise `validate.checks.DS501.max_classes` where the classes are so many."
AMOUNTS = f"Set `evaluate.task: regression` where the label is an amount. {MANY_CLASSES}"


def needs(case: Case) -> Iterator[Need]:
    """Equal inputs with different labels, where labels are classes."""
    setting = case.setting
    there = _there(case)
    if setting.task != "regression" and there and case.train.column(setting.data.target) is not None:
        yield Conflicts("train", there, setting.data.target)
    for table in (case.train, case.evaluation):
        if table is not None:
            for column in _wide_texts(table, setting.features):
                yield text_rows(table.role, column)


def _wide_texts(table: TableProfile, features: tuple[str, ...]) -> tuple[ColumnProfile, ...]:
    """Those with too many values to look at each."""
    columns = (table.column(name) for name in features)
    return tuple(
        each for each in columns if each is not None and each.kind == "string" and each.counts is None
    )


def _there(case: Case) -> tuple[str, ...]:
    return tuple(name for name in case.setting.features if case.train.column(name) is not None)


def judge(case: Case) -> Iterator[CheckResult]:
    """Both splits, and what they hold together."""
    setting, train = case.setting, case.train
    data, limits = setting.data, setting.limits
    for table in (train, case.evaluation):
        if table is not None:
            blank = {
                column.name: rows[0]
                for column in _wide_texts(table, setting.features)
                if (rows := case.measured.get(text_rows(table.role, column))) is not None
            }
            yield from check_integrity(table, setting.features, limits, blank)
            yield check_labels(table, data.target, setting.task, limits.labels)
            yield from check_declared(table, setting)
    if setting.task == "regression":
        yield no_conflicts_of_numbers(train, data.target)
    elif (torn := case.measured.get(Conflicts("train", _there(case), data.target))) is not None:
        there = _there(case)
        judged = check_conflicts(
            train, data.target, torn.groups, torn.rows, limits.conflicts, train.lost(there)
        )
        sought = None if judged.reason else Torn("train", there, data.target)
        yield judged.model_copy(update={"sought": sought})
    yield from judge_inputs(case)


def check_integrity(
    table: TableProfile,
    features: tuple[str, ...],
    limits: CheckParameters,
    blank: Mapping[str, int] | None = None,
) -> tuple[CheckResult, ...]:
    """Duplicates, size, and per model input: constant, blank text (`blank`: rows, of wide columns)."""
    subject = Subject(table.role, table.path, table.rows)
    repeated, needed = table.duplicate_rows, limits.size.min_rows
    most = limits.duplicates.max_share
    outcome, why = beyond(repeated, table.lost(table.names), most * table.rows, Outcome.WARN)
    found: list[CheckResult] = [
        result(
            catalog.DUPLICATES,
            subject,
            outcome,
            f"{table.role}: {repeated:,} of n={table.rows:,} rows repeat an earlier row, "
            f"maximum share {most:g}{f'; {why}' if why else ''}",
            observed=float(repeated),
            limit=most * table.rows,
            reason=why,
            sought=None if why else Repeated(table.role, table.names),
        ),
        result(
            catalog.SIZE,
            subject,
            _word(table.rows >= needed),
            f"{table.role}: {count(table.rows, 'row')}, at least {needed} are needed to judge a model",
            observed=float(table.rows),
            limit=float(needed),
        ),
    ]
    for name in features:
        column = table.column(name)
        if column is not None:
            found.append(_constant(table.role, column, limits.constant.min_distinct))
            if column.kind == "string":
                found.append(_blanks(table.role, column, limits.blanks, (blank or {}).get(name)))
    return tuple(found)


def _word(ok: bool) -> Outcome:
    return Outcome.PASS if ok else Outcome.WARN


def _up_to(share: float) -> str:
    return f", maximum share {share:g}" if share else ""


def _constant(role: str, column: ColumnProfile, needed: int) -> CheckResult:
    subject = Subject(role, column.name, column.rows)
    told = f"{column.about}{count(column.distinct, 'distinct value')}"
    text = f"{role}.{column.name}: {told}, at least {needed} are needed (n={column.present:,})"
    outcome, why = _word(column.distinct >= needed), ""
    if outcome is Outcome.WARN and column.rounded:
        outcome, why = Outcome.INCONCLUSIVE, ROUNDED
        text += f"; {why}"
    return result(
        catalog.CONSTANT, subject, outcome, text, observed=float(column.distinct), limit=float(needed),
        reason=why,
    )  # fmt: skip


def _blanks(role: str, column: ColumnProfile, limits: BlankParameters, blank: int | None) -> CheckResult:
    subject = Subject(role, column.name, column.rows)
    most = limits.max_share * column.present
    failures: tuple[FailureCase, ...] = ()
    held: Held | None = None
    if column.counts is not None:
        marked = column.counts.marked(lambda text: not text.strip())
        blank = column.counts.rows_where(marked)
        failures, held = value_cases(subject, column.counts, marked)
    if blank is None:
        return skipped(catalog.BLANKS, subject, TOO_MANY.format(column.distinct))
    text = (
        f"{role}.{column.name}: {blank:,} of n={column.present:,} texts are blank{_up_to(limits.max_share)}"
    )
    return result(
        catalog.BLANKS, subject, _word(blank <= most), text,
        observed=float(blank), limit=most, failures=failures if blank > most else (), sought=held,
    )  # fmt: skip


def check_labels(table: TableProfile, target: str, task: str, limits: LabelParameters) -> CheckResult:
    """Every row labelled; for classes, each with enough rows."""
    column = table.column(target)
    subject = Subject(table.role, target, table.rows)
    where = f"{table.role}.{target}"
    if column is None:
        text = f"{where}: no such column (columns: {', '.join(table.names[:20])})"
        return result(catalog.LABELS, subject, Outcome.FAIL, text)
    if column.nulls:
        text = f"{where}: {column.nulls:,} of n={column.rows:,} labels are null, maximum 0"
        sought = Nulls(table.role, target)
        return result(
            catalog.LABELS, subject, Outcome.FAIL, text,
            observed=float(column.nulls), limit=0.0, sought=sought,
        )  # fmt: skip
    if task == "regression":
        if not column.numeric:
            text = f"{where}: {column.kind}; a regression's labels are numbers (n={column.rows:,})"
            return result(catalog.LABELS, subject, Outcome.FAIL, text, observed=column.kind, limit="number")
        return result(
            catalog.LABELS, subject, Outcome.PASS, f"{where}: every row is labelled (n={column.rows:,})"
        )
    if column.counts is None or column.distinct > limits.max_classes:
        text = (
            f"{where}: {column.about}{column.distinct:,} distinct labels, "
            f"at most {limits.max_classes} classes are expected"
        )
        return result(
            catalog.LABELS, subject, Outcome.FAIL, text, remedy=AMOUNTS if column.numeric else MANY_CLASSES
        )
    rarest, needed = int(column.counts.rows.min(initial=column.rows)), limits.min_class_rows
    text = (
        f"{where}: {count(column.distinct, 'class', 'classes')}, the rarest has {count(rarest, 'row')}, "
        f"minimum {needed} (n={column.rows:,})"
    )
    outcome = _word(rarest >= needed and column.distinct > 1)
    return result(catalog.LABELS, subject, outcome, text, observed=float(rarest), limit=float(needed))


def check_conflicts(
    table: TableProfile, target: str, groups: int, rows: int, limits: ConflictParameters, lost: int = 0
) -> CheckResult:
    """Equal model inputs with different labels bound what any model can reach.

    lost: rows whose inputs may be equal to others' by lost digits alone.
    """
    subject = Subject(table.role, target, table.rows)
    share = rows / table.rows
    text = (
        f"{table.role}: {rows:,} of n={table.rows:,} rows share all inputs with a row of another label "
        f"({count(groups, 'group')}), maximum share {limits.max_share:g}"
    )
    outcome, why = beyond(rows, lost, limits.max_share * table.rows, Outcome.WARN)
    text += f"; {why}" if why else ""
    return result(
        catalog.CONFLICTS, subject, outcome, text, observed=share, limit=limits.max_share, reason=why
    )


def no_conflicts_of_numbers(table: TableProfile, target: str) -> CheckResult:
    """A regression's equal inputs may well have different numbers."""
    subject = Subject(table.role, target, table.rows)
    return skipped(catalog.CONFLICTS, subject, "labels of a regression are numbers, not classes")
