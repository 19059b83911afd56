"""A figure that the candidate does not give: a pull request cannot pass a rule by making it unmeasurable."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlops_actions.results.evaluation import Comparison


def withheld(comparison: Comparison) -> bool:
    """Whether the rows are enough, the candidate has no figure, and the baseline has one (or is not there).

    A server that stops sending scores, or a model that never predicts the positive class, is no reason to
    wave a rule through; where the baseline has no figure either, the rule itself does not fit the project.
    """
    if comparison.candidate.value is not None or why_none(comparison).startswith("too_few_rows"):
        return False
    return comparison.baseline is None or comparison.baseline.value is not None


def why_none(comparison: Comparison) -> str:
    """Why the candidate has no figure, or ""."""
    return comparison.candidate.reason or comparison.reason
