"""DS2xx, DS5xx, DS6xx: what a split must be whatever its schema says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.checks import catalog
from mlops_actions.checks.check import Subject, result, skipped
from mlops_actions.results.verdict import Outcome

if TYPE_CHECKING:
    from mlops_actions.profile.column import ColumnProfile, TableProfile
    from mlops_actions.results.dataset import CheckResult

MIN_ROWS = 100
MIN_CLASS = 30
MAX_CLASSES = 50


def check_integrity(table: TableProfile, features: tuple[str, ...]) -> tuple[CheckResult, ...]:
    """Duplicates, size, and per model input: constant, blank text."""
    subject = Subject(table.role, table.path, table.rows)
    duplicates = table.duplicate_rows
    found = [
        result(
            catalog.DUPLICATES,
            subject,
            Outcome.WARN if duplicates else Outcome.PASS,
            f"{table.role}: {duplicates:,} of n={table.rows:,} rows repeat an earlier row",
            observed=float(duplicates),
            limit=0.0,
        ),
        result(
            catalog.SIZE,
            subject,
            Outcome.PASS if table.rows >= MIN_ROWS else Outcome.WARN,
            f"{table.role}: {table.rows:,} rows, at least {MIN_ROWS} are needed to judge a model",
            observed=float(table.rows),
            limit=float(MIN_ROWS),
        ),
    ]
    for name in features:
        column = table.column(name)
        if column is not None:
            found += _column(table.role, column)
    return tuple(found)


def _column(role: str, column: ColumnProfile) -> list[CheckResult]:
    subject = Subject(role, column.name, column.rows)
    where = f"{role}.{column.name}"
    constant = column.distinct <= 1
    made = [
        result(
            catalog.CONSTANT,
            subject,
            Outcome.WARN if constant else Outcome.PASS,
            f"{where}: {column.distinct:,} distinct values (n={column.present:,})",
            observed=float(column.distinct),
            limit=2.0,
        )
    ]
    if column.kind == "string" and column.counts is not None:
        blank = sum(count for value, count in column.counts if not str(value).strip())
        made.append(
            result(
                catalog.BLANKS,
                subject,
                Outcome.WARN if blank else Outcome.PASS,
                f"{where}: {blank:,} of n={column.present:,} texts are blank",
                observed=float(blank),
                limit=0.0,
            )
        )
    return made


def check_labels(table: TableProfile, target: str, task: str) -> CheckResult:
    """Every row labelled; for classes, each with at least 30 rows."""
    column = table.column(target)
    subject = Subject(table.role, target, table.rows)
    where = f"{table.role}.{target}"
    if column is None:
        text = f"{where}: no such column (columns: {', '.join(table.names[:20])})"
        return result(catalog.LABELS, subject, Outcome.FAIL, text)
    if column.nulls:
        text = f"{where}: {column.nulls:,} of n={column.rows:,} labels are null, maximum 0"
        return result(catalog.LABELS, subject, Outcome.FAIL, text, observed=float(column.nulls), limit=0.0)
    if task == "regression":
        return result(
            catalog.LABELS, subject, Outcome.PASS, f"{where}: every row is labelled (n={column.rows:,})"
        )
    if column.counts is None or column.distinct > MAX_CLASSES:
        text = f"{where}: {column.distinct:,} distinct labels, at most {MAX_CLASSES} classes are expected"
        return result(catalog.LABELS, subject, Outcome.FAIL, text)
    rarest = min(count for _, count in column.counts)
    ok = rarest >= MIN_CLASS and column.distinct > 1
    text = (
        f"{where}: {column.distinct} classes, the rarest has {rarest:,} rows, minimum {MIN_CLASS} "
        f"(n={column.rows:,})"
    )
    outcome = Outcome.PASS if ok else Outcome.WARN
    return result(catalog.LABELS, subject, outcome, text, observed=float(rarest), limit=float(MIN_CLASS))


def check_conflicts(table: TableProfile, target: str, groups: int, rows: int) -> CheckResult:
    """Equal model inputs with different labels bound what any model can reach; a warning above 1 %."""
    subject = Subject(table.role, target, table.rows)
    share = rows / table.rows
    text = (
        f"{table.role}: {rows:,} of n={table.rows:,} rows share all inputs with a row of another label "
        f"({groups:,} groups)"
    )
    outcome = Outcome.WARN if share > 0.01 else Outcome.PASS  # noqa: PLR2004 - one row in a hundred
    return result(catalog.CONFLICTS, subject, outcome, text, observed=share, limit=0.01)


def check_leaks(
    train: TableProfile, evaluation: TableProfile | None, rows: int | None, keys: int | None
) -> tuple[CheckResult, ...]:
    """Whole rows and keys that both splits hold."""
    subject = Subject("evaluation", train.path, evaluation.rows if evaluation else 0)
    if evaluation is None or rows is None:
        return (skipped(catalog.ROW_LEAK, subject, "data.evaluation is not declared"),)
    text = f"{rows:,} distinct rows stand in training and evaluation, maximum 0 (n={evaluation.rows:,})"
    outcome = Outcome.FAIL if rows else Outcome.PASS
    found = [result(catalog.ROW_LEAK, subject, outcome, text, observed=float(rows), limit=0.0)]
    if keys is None:
        found.append(skipped(catalog.KEY_LEAK, subject, "data.key is not declared"))
    else:
        text = f"{keys:,} keys stand in training and evaluation, maximum 0 (n={evaluation.rows:,})"
        outcome = Outcome.FAIL if keys else Outcome.PASS
        found.append(result(catalog.KEY_LEAK, subject, outcome, text, observed=float(keys), limit=0.0))
    return tuple(found)
