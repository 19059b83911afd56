"""A figure that the candidate does not give: a pull request cannot pass a rule by making it unmeasurable."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlops_actions.results.evaluation import Comparison, Estimate


def withheld(comparison: Comparison) -> bool:
    """Whether the rows are enough and the candidate alone lacks the figure, or its interval.

    A server that stops sending scores, or a model that never (or hardly ever) predicts the positive class, is
    no reason to wave a rule through; where the baseline has no figure either, the rule itself does not fit
    the project. Without a baseline a figure that has a value is judged by it.
    """
    candidate, baseline = comparison.candidate, comparison.baseline
    if why_none(comparison).startswith("too_few_rows"):
        return False
    if candidate.value is None:
        return baseline is None or baseline.value is not None
    if baseline is None or baseline.value is None:
        return False
    return unbounded(candidate) and not unbounded(baseline)


def unbounded(estimate: Estimate) -> bool:
    """Whether there is a figure that is undefined in too many resamples for an interval."""
    return (
        estimate.value is not None and estimate.interval is None and estimate.reason.startswith("undefined")
    )


def why_none(comparison: Comparison) -> str:
    """Why the candidate has no figure, or ""."""
    return comparison.candidate.reason or comparison.reason
