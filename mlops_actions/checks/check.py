"""What a dataset check is: metadata beside pure functions, and how a result is made of a judgement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import Field

from mlops_actions.results.dataset import CheckResult
from mlops_actions.results.verdict import Outcome

if TYPE_CHECKING:
    from mlops_actions.profile.places import Sought
    from mlops_actions.results.dataset import FailureCase

MAX_FAILURES = 20
TOO_MANY = "about {:,} distinct values are too many to look at each"
ROUNDED = "numbers of more than 15 digits were read as doubles, which may have made different ones equal"


@dataclass(frozen=True)
class Check:
    """One entry of the catalog. `needs`: what must be there for it to run; shown by `mlops explain`."""

    id: str
    title: str
    question: str
    remediation: str
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Subject:
    """What is judged: a column or a whole split."""

    role: str
    name: str
    n: int


class Judged(CheckResult):
    """A result beside the rows it means: what is found of them is written, these two never are.

    sought: of profile/places.py, which may hold cell values; a tuple has one of each failure, or None.
    personal: of DS801, whether the column holds anything personal, of a kind that is looked for or not.
    named: of DS801, whether the column's name speaks of a person.
    """

    sought: Any = Field(default=None, exclude=True, repr=False)
    personal: bool = Field(default=False, exclude=True, repr=False)
    named: bool = Field(default=False, exclude=True, repr=False)


def result(  # noqa: PLR0913 - each is a field
    check: Check,
    subject: Subject,
    outcome: Outcome,
    sentence: str,
    *,
    observed: float | str | None = None,
    limit: float | str | None = None,
    failures: tuple[FailureCase, ...] = (),
    reason: str = "",
    sought: Sought | tuple[Sought | None, ...] | None = None,
    remedy: str = "",
) -> Judged:
    """A judgement as a result; remediation only where something is to be done.

    remedy: what is to be done in this case, where the check's own words do not fit it.
    """
    done = outcome in {Outcome.PASS, Outcome.SKIPPED}
    return Judged(
        id=check.id,
        title=check.title,
        subject=subject.name,
        role=subject.role,
        outcome=outcome,
        sentence=sentence,
        reason=reason,
        observed=observed,
        limit=limit,
        n=subject.n,
        failures=failures[:MAX_FAILURES],
        remediation="" if done else remedy or check.remediation,
        sought=None if done else sought,
    )


def beyond(found: float, doubtful: int, most: float, red: Outcome) -> tuple[Outcome, str]:
    """Red where more than `most` are found; inconclusive, and why, where that may be by lost digits.

    doubtful: how many at most are found by those alone.
    """
    if found <= most:
        return Outcome.PASS, ""
    return (red, "") if found - doubtful > most else (Outcome.INCONCLUSIVE, ROUNDED)


def skipped(check: Check, subject: Subject, why: str) -> Judged:
    """A check whose need is not there."""
    return result(check, subject, Outcome.SKIPPED, f"{check.title}: {why}", reason=why)


def untold(check: Check, subject: Subject, why: str) -> Judged:
    """A check whose need is declared, and which could not tell."""
    return result(check, subject, Outcome.INCONCLUSIVE, f"{check.title}: {why}", reason=why)
