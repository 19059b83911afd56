"""Folded: two samples column by column, each with its shape as a small histogram."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.report.blocks import Fold, Paragraph, Span, Table, code, strong, text
from mlops_actions.report.figures import MINUS, NONE, ORDER, icon, number
from mlops_actions.report.sections.data.wording import cut
from mlops_actions.report.sparks import sparks
from mlops_actions.results.dataset import NULLS
from mlops_actions.results.verdict import Outcome
from mlops_actions.results.words import share

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlops_actions.report.blocks import Inline
    from mlops_actions.report.view import View
    from mlops_actions.results.dataset import DriftRow

MOST = 10  # rows a pair, beyond those that drift
MOST_DRIFTING = 30
ELLIPSIS = "…"  # for a category whose name only the data tell
PAIR = "training against evaluation"
JUDGED = (Outcome.PASS, Outcome.WARN)
NOTE = (
    "A column drifts when the difference is significant and its least size material. Effect: KS of numbers, "
    "L-infinity of categories, of nulls the difference of their shares, in units of shares. PSI is shown and "
    "not judged. Histograms: numbers in rising order, the outermost bars with everything beyond; categories "
    "by how common they are in the first sample; of nulls the share of values, then that of nulls."
)


def drift(view: View) -> Fold | None:
    """A table per pair of samples, the largest first."""
    if view.dataset is None or not view.dataset.payload.drift:
        return None
    rows = view.dataset.payload.drift
    blocks: list[Paragraph | Table] = []
    pairs = tuple(dict.fromkeys(row.pair or PAIR for row in rows))
    for pair in pairs:
        blocks += _pair(pair, [row for row in rows if (row.pair or PAIR) == pair])
    judged = [row for row in rows if row.outcome in JUDGED and row.measured]
    columns = {(row.pair, row.column) for row in judged}
    drifting = {(row.pair, row.column) for row in judged if row.outcome is Outcome.WARN}
    title = (
        f"Data: {share(len(drifting), len(columns), 'column' if len(pairs) == 1 else 'comparison', 'drift')}"
    )
    return Fold(title, (*blocks, Paragraph(text(NOTE, "muted"))), rank=3)


def _pair(pair: str, rows: Sequence[DriftRow]) -> list[Paragraph | Table]:
    judged = [row for row in rows if row.outcome in JUDGED]
    judged.sort(key=lambda row: (ORDER.index(row.outcome), -(row.effect or 0.0)))
    drifting = sum(row.outcome is Outcome.WARN for row in judged)
    shown = judged[: max(MOST, min(drifting, MOST_DRIFTING))]
    first, _, second = pair.partition(" against ")
    head = ("", "Column", cut(first, 40), cut(second, 40), "Effect", "At\u00a0least", "Holm\u00a0p", "PSI")
    n, m = (max(each) for each in zip(*((row.n_reference, row.n_current) for row in rows), strict=True))
    title = f"{cut(pair, 80)[:1].upper()}{cut(pair, 80)[1:]}, the largest first (n={n:,} and {m:,})"
    blocks: list[Paragraph | Table] = [Paragraph(strong(title))]
    if shown:
        blocks.append(Table(head, tuple(_row(row) for row in shown), frozenset(range(4, 8))))
    more = len(judged) - len(shown)
    unjudged = len(rows) - len(judged)
    said = [cut(row.sentence) for row in shown if not row.measured]
    said += [f"{more:,} more in dataset.html"] if more else []
    if unjudged:
        example = next(row.sentence for row in rows if row.outcome not in JUDGED)
        said.append(f"{unjudged:,} not judged ({cut(example, 120)})")
    return [*blocks, Paragraph(text("; ".join(said), "muted"))] if said else blocks


def _row(row: DriftRow) -> tuple[Inline, ...]:
    before, after = sparks(row.shares_reference, row.shares_current)
    named = "nulls" if row.kind == NULLS else cut(", ".join(each or ELLIPSIS for each in row.labels), 60)
    return (
        icon(row.outcome),
        (*code(cut(row.column, 60)), *((Span(f" {named}", "muted"),) if named else ())),
        code(before) or text(NONE),
        code(after) or text(NONE),
        text(number(row.effect)),
        text(number(row.effect_low)),
        text(f"{row.p_adjusted:.2g}".replace("-", MINUS) if row.p_adjusted is not None else NONE),
        text(number(row.psi)),
    )
