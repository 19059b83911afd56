"""MODEL7: selection rates of sensitive groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.results.words import count
from mlops_actions.rubric.facts import Facts, InclusionFact
from mlops_actions.rubric.probe import Finding, absent, failed, passed, undecided

if TYPE_CHECKING:
    from mlops_actions.results.evaluation import FairnessRow

MINIMUM_RATIO = 0.8
ALPHA = 0.05
MINIMUM_GROUP_ROWS = 300


def judge_inclusion(facts: Facts) -> Finding:
    """Fail: ratio under 0.8, significant (Bonferroni over the features). Pass: >= 0.8, 300 rows a group."""
    rows = facts.require(InclusionFact).features
    if not rows:
        return absent("No sensitive features are declared (data.sensitive): groups were not compared.")
    n = min((group.n for row in rows for group in row.groups), default=0)
    low = [row for row in rows if row.selection_ratio is not None and row.selection_ratio < MINIMUM_RATIO]
    shown = [row for row in low if row.p_value is not None and row.p_value * len(rows) < ALPHA]
    if shown:
        return failed(_text(shown[0]), n, shown[0].selection_ratio, MINIMUM_RATIO)
    if low:
        text = f"Not significant: {_text(low[0])}"
        return undecided(text, n, low[0].selection_ratio, MINIMUM_RATIO)
    unknown = tuple(f"{row.feature}: a selection ratio" for row in rows if row.selection_ratio is None)
    if unknown:
        return undecided(f"{unknown[0]} is unknown (smallest group n={n}).", n, missing=unknown)
    worst = min(rows, key=lambda row: row.selection_ratio or 0.0)
    if n < MINIMUM_GROUP_ROWS:
        text = f"The smallest group has {count(n, 'row')} (minimum {MINIMUM_GROUP_ROWS}). {_text(worst)}"
        return undecided(text, n, worst.selection_ratio, MINIMUM_RATIO)
    return passed(_text(worst), n, worst.selection_ratio, MINIMUM_RATIO)


def _text(row: FairnessRow) -> str:
    p_value = "" if row.p_value is None else f", p={row.p_value:.2g}"
    total = sum(group.n for group in row.groups)
    ratio = row.selection_ratio or 0.0
    return f"{row.feature}: selection ratio {ratio:.3f}, minimum {MINIMUM_RATIO:g}{p_value} (n={total:,})."
