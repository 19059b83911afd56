"""What a dataset check is: metadata beside pure functions, and how a result is made of a judgement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_actions.results.dataset import CheckResult
from mlops_actions.results.verdict import Outcome

if TYPE_CHECKING:
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


def result(
    check: Check,
    subject: Subject,
    outcome: Outcome,
    sentence: str,
    *,
    observed: float | str | None = None,
    limit: float | str | None = None,
    failures: tuple[FailureCase, ...] = (),
    reason: str = "",
) -> CheckResult:
    """A judgement as a result; remediation only where something is to be done."""
    done = outcome in {Outcome.PASS, Outcome.SKIPPED}
    return CheckResult(
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
        remediation="" if done else check.remediation,
    )


def skipped(check: Check, subject: Subject, why: str) -> CheckResult:
    """A check whose need is not there."""
    return result(check, subject, Outcome.SKIPPED, f"{check.title}: {why}", reason=why)
