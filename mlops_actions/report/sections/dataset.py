"""The data: checks that are not green, injected faults, nulls, drift."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.report.blocks import Bullets, Fold, Paragraph, Table, code, strong, text
from mlops_actions.report.figures import MAX_ROWS, NONE, ORDER, arrows, icon, number
from mlops_actions.results.verdict import Outcome
from mlops_actions.results.words import count, noticed, share

if TYPE_CHECKING:
    from mlops_actions.report.blocks import Inline
    from mlops_actions.report.view import View
    from mlops_actions.results.dataset import CheckResult


def dataset(view: View) -> Fold | None:
    """The data: checks that are not green, injected faults, nulls, drift."""
    if view.dataset is None:
        return None
    payload = view.dataset.payload
    loud = [check for check in payload.checks if check.outcome not in {Outcome.PASS, Outcome.SKIPPED}]
    passed = sum(check.outcome is Outcome.PASS for check in payload.checks)
    sizes = "; ".join(
        f"{each.role}: {count(each.rows, 'row')} x {count(len(each.columns), 'column')}"
        for each in payload.datasets
    )
    blocks: list[Paragraph | Table | Bullets] = [Paragraph(text(sizes))]
    if loud:
        rows = tuple(
            _check(check) for check in sorted(loud, key=lambda each: ORDER.index(each.outcome))[:MAX_ROWS]
        )
        blocks.append(Table(("", "Check", "What was seen", "What to do"), rows))
    if payload.self_tests:
        said = noticed(sum(test.noticed for test in payload.self_tests), len(payload.self_tests))
        blocks.append(Paragraph(text(f"{said[:1].upper()}{said[1:]}.")))
    nulls = [
        f"{split.role}.{column.name}: {column.nulls:,} of {column.rows:,}"
        for split in payload.datasets
        for column in split.columns
        if column.nulls
    ]
    if nulls:
        blocks.append(Paragraph(text(f"Nulls: {'; '.join(nulls[:MAX_ROWS])}.")))
    if payload.drift:
        drift = tuple(
            (
                icon(row.outcome), code(row.column), text(row.statistic), text(number(row.effect)),
                text(f"{row.p_adjusted:.2g}" if row.p_adjusted is not None else NONE), text(number(row.psi)),
            )
            for row in payload.drift[:10]
        )  # fmt: skip
        head = ("", "Column", "Statistic", "Effect", "Holm p", "PSI (shown, not judged)")
        blocks += [
            Paragraph(strong("Drift, training against evaluation (largest first)")),
            Table(head, drift, frozenset({3, 4, 5})),
        ]
    title = f"Data: {share(passed, len(payload.checks), 'check', 'pass')}"
    return Fold(title, tuple(blocks), rank=2)


def _check(check: CheckResult) -> tuple[Inline, ...]:
    return (icon(check.outcome), code(check.id), text(arrows(check.sentence)), text(check.remediation))
