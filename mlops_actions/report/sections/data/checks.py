"""Folded: the other failures, the warnings, and what the self-test and the splits come to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.report.blocks import Bullets, Fold, Paragraph, Span, Table, code, text
from mlops_actions.report.figures import arrows, moment
from mlops_actions.report.sections.data.wording import (
    AMBER,
    FIRST,
    HEAD,
    MOST,
    OUTLOOK,
    RED,
    cut,
    row_of,
    sorted_by_outcome,
)
from mlops_actions.results.self_tested import self_tested
from mlops_actions.results.verdict import Outcome
from mlops_actions.results.words import count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlops_actions.report.blocks import Inline
    from mlops_actions.report.view import View
    from mlops_actions.results.dataset import CheckResult, ColumnSummary, DatasetResult


def more_failures(view: View) -> Fold | None:
    """Those beyond the first screen's."""
    if view.dataset is None:
        return None
    red = sorted_by_outcome(view.dataset.payload.checks, *RED)[FIRST:]
    return Fold(f"Data: {count(len(red), 'failure')} more", _table(red), rank=1) if red else None


def warnings(view: View) -> Fold | None:
    """What warns, and what could not be decided."""
    if view.dataset is None:
        return None
    found = sorted_by_outcome(view.dataset.payload.checks, *AMBER)
    warn = sum(each.outcome is Outcome.WARN for each in found)
    words = [count(warn, "warning")] if warn else []
    if len(found) > warn:
        words.append(f"{len(found) - warn:,} not decided")
    return Fold(f"Data: {', '.join(words)}", _table(found), rank=2) if found else None


def outlook(view: View) -> Fold | None:
    """What labels, more rows and training come to, where nothing of it warns."""
    if view.dataset is None:
        return None
    told = [
        each for each in view.dataset.payload.checks if each.id in OUTLOOK and each.outcome is Outcome.PASS
    ]
    lines = tuple((Span(f"{each.title}: ", "strong"), Span(arrows(cut(each.sentence)))) for each in told)
    return Fold("Data: before training", (Bullets(lines),), rank=6) if lines else None


def _table(checks: Sequence[CheckResult]) -> tuple[Table | Paragraph, ...]:
    table = Table(HEAD, tuple(row_of(each) for each in checks[:MOST]))
    if len(checks) <= MOST:
        return (table,)
    return table, Paragraph(text(f"and {len(checks) - MOST:,} more in dataset.json", "muted"))


def columns(view: View) -> Fold | None:
    """The columns in numbers, those with nulls first, and how many injected faults were noticed."""
    if view.dataset is None:
        return None
    payload = view.dataset.payload
    blocks: list[Paragraph | Table] = []
    if payload.self_tests:
        said = self_tested(payload.self_tests)
        blocks.append(Paragraph(text(f"{said[:1].upper()}{said[1:]}.")))
    rows = _rows(payload)
    head = ("Split", "Column", "Type", "Nulls", "Null rate", "Distinct", "Mean", "Median", "Std")
    made = tuple((text(cut(role, 40)), *_figures(column)) for role, column in rows[:MOST])
    blocks.append(Table(head, made, frozenset(range(3, 9))))
    if len(rows) > MOST:
        blocks.append(Paragraph(text(f"and {len(rows) - MOST:,} more in dataset.html", "muted")))
    total = len({column.name for split in payload.datasets for column in split.columns})
    return Fold(f"Data: {count(total, 'column')} in numbers", tuple(blocks), rank=6)


def _rows(payload: DatasetResult) -> list[tuple[str, ColumnSummary]]:
    found = [(split.role, column) for split in payload.datasets for column in split.columns]
    return sorted(found, key=lambda each: -each[1].nulls / max(1, each[1].rows))


def _figures(column: ColumnSummary) -> tuple[Inline, ...]:
    rate = f"{column.nulls / column.rows:.2%}" if column.rows and column.nulls else "0"
    cells = (
        f"{column.nulls:,}",
        rate,
        f"{'about ' if column.estimated else ''}{column.distinct:,}" if column.distinct is not None else "—",
        *(moment(column, name) for name in ("mean", "median", "std")),
    )
    return (code(cut(column.name, 60)), text(column.type), *(text(each) for each in cells))
