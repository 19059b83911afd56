"""The shape of a probe: what it asks, what it needs, how it is judged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from mlops_actions.results.score import SECTIONS, Answer, Remediation, Section, Status

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlops_actions.rubric.facts import Fact, Facts

Cost = Literal["S", "M", "L"]
COST_TEXT: dict[Cost, str] = {
    "S": "under 10 seconds",
    "M": "under 2 minutes",
    "L": "a retraining or a container",
}


@dataclass(frozen=True)
class Need:
    """One input of a probe: `text` names it for people; `fact` is None while no stage measures it."""

    text: str
    fact: type[Fact] | None = None


@dataclass(frozen=True)
class Finding:
    """A judge's answer. `effect` and `limit` are the figures that decided; `n` how many rows they rest on."""

    status: Status
    message: str
    result: Answer | None = None
    n: int | None = None
    effect: float | None = None
    limit: float | None = None
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Probe:
    """One of the 28 tests; `minimum_rows` is the smallest input that earns a full point."""

    id: str
    title: str
    idea_2016: str
    question: str
    motivation: str
    method: str
    limit_source: str
    half_point: str
    self_test: str
    remediation: Remediation
    needs: tuple[Need, ...]
    cost: Cost
    period_days: int = 30
    minimum_rows: int = 0
    judge: Callable[[Facts], Finding] | None = None

    @property
    def section(self) -> Section:
        """DATA, MODEL, INFRA or MONITOR."""
        return next(name for name in SECTIONS if self.id[:-1] == name)

    @property
    def number(self) -> int:
        """1 to 7."""
        return int(self.id[-1])


def passed(message: str, n: int, effect: float | None = None, limit: float | None = None) -> Finding:
    """The probe ran and what it looks for is as it should be."""
    return Finding(Status.AUTOMATED, message, "pass", n, effect, limit)


def failed(message: str, n: int, effect: float | None = None, limit: float | None = None) -> Finding:
    """The probe ran and is red."""
    return Finding(Status.AUTOMATED, message, "fail", n, effect, limit)


def undecided(
    message: str,
    n: int,
    effect: float | None = None,
    limit: float | None = None,
    *,
    missing: tuple[str, ...] = (),
) -> Finding:
    """The probe ran on too little: underpowered, or half of its input missing."""
    return Finding(Status.AUTOMATED, message, "inconclusive", n, effect, limit, missing)


def absent(message: str) -> Finding:
    """The probe looked and there is no such test."""
    return Finding(Status.ABSENT, message)


def hollow(message: str, n: int, effect: float | None = None, limit: float | None = None) -> Finding:
    """There is a test in name only: red for a gate's rule on it, and without a point for having it."""
    return Finding(Status.ABSENT, message, "fail", n, effect, limit)
