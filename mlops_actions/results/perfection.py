"""Figures too good to be true: a warning of leakage, in the report and in the probes that rest on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlops_actions.results.evaluation import Comparison, EvaluationResult

MINIMUM_ROWS = 100
NEARLY_ONE = {"roc_auc": 0.9999, "average_precision": 0.9999, "accuracy": 1.0}
NO_ERROR = 1e-9


def too_good(result: EvaluationResult) -> str:
    """One sentence on the first (nearly) perfect metric of the candidate on all rows, or ""."""
    found = next((each for each in result.comparisons if _perfect(each)), None)
    if found is None:
        return ""
    return (
        f"{found.title} {found.candidate.value:.4f} on {found.n:,} rows is (nearly) perfect: look for "
        "leakage, as a copy of the label among the inputs or evaluation rows among the training rows."
    )


def _perfect(each: Comparison) -> bool:
    value = each.candidate.value
    if each.kind != "metric" or each.slice or each.n < MINIMUM_ROWS or value is None:
        return False
    if each.direction == "lower_is_better":
        return value <= NO_ERROR
    return value >= NEARLY_ONE.get(each.name, float("inf"))
