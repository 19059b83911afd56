"""Verdicts are values: six words, and how several make one."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from mlops_actions.results.base import ResultModel

if TYPE_CHECKING:
    from collections.abc import Iterable


class Outcome(StrEnum):
    """What a check, a rule or a stage came to."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    WARN = "warn"
    FAIL = "fail"
    ERROR = "error"
    SKIPPED = "skipped"
    INCONCLUSIVE = "inconclusive"


# From harmless to grave. "Could not tell" weighs more than a pass and less than a warning.
_GRAVITY = (
    Outcome.SKIPPED,
    Outcome.PASS,
    Outcome.INCONCLUSIVE,
    Outcome.WARN,
    Outcome.FAIL,
    Outcome.ERROR,
)


def worst(outcomes: Iterable[Outcome]) -> Outcome:
    """The gravest of the outcomes; skipped when there are none."""
    return max(outcomes, key=_GRAVITY.index, default=Outcome.SKIPPED)


class Verdict(ResultModel):
    """One judgement: the outcome, why in one word, and one sentence with observed, limit, where and n."""

    outcome: Outcome
    sentence: str
    reason: str = ""
