"""score.json: the ML Test Score, test by test, each with its evidence or the input that was missing."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from mlops_actions.results.base import ResultModel

Section = Literal["DATA", "MODEL", "INFRA", "MONITOR"]
SECTIONS: tuple[Section, ...] = ("DATA", "MODEL", "INFRA", "MONITOR")
Rubric = Literal[2016, 2017]
Answer = Literal["pass", "fail", "inconclusive"]
Effort = Literal["low", "medium", "high"]


class Status(StrEnum):
    """How a test is done. Every status above ABSENT needs evidence."""

    AUTOMATED = "AUTOMATED"
    MANUAL = "MANUAL"
    ABSENT = "ABSENT"
    UNOBSERVED = "UNOBSERVED"
    NOT_APPLICABLE = "NOT_APPLICABLE"
    ERROR = "ERROR"


class Evidence(ResultModel):
    """Where a finding can be looked up: a result file, a document, a workflow run."""

    kind: Literal["result", "document", "execution"]
    reference: str
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None


class Remediation(ResultModel):
    """What closes the gap, how much work it is, and with which command or action."""

    effort: Effort
    text: str
    action: str


class Points(ResultModel):
    """Practice rewards having the test (the paper); effective counts a red probe as 0."""

    practice: float
    effective: float


class ProbeResult(ResultModel):
    """One of the 28 tests: `credit` says why it has these points and not more."""

    id: str
    section: Section
    number: int
    title: str
    question: str
    status: Status
    result: Answer | None = None
    points: Points
    message: str
    credit: str = ""
    evidence: tuple[Evidence, ...] = ()
    n: int | None = None
    effect: float | None = None
    limit: float | None = None
    limit_source: str = ""
    missing: tuple[str, ...] = ()
    remediation: Remediation


class SectionScore(ResultModel):
    """The sum of a section's seven tests; deltas against the base score where there is one."""

    section: Section
    title: str
    practice: float
    effective: float
    maximum: float
    practice_delta: float | None = None
    effective_delta: float | None = None


class NextStep(ResultModel):
    """One way to the next half point."""

    probe: str
    section: Section
    title: str
    text: str
    action: str
    effort: Effort
    gain: float


class ScoreResult(ResultModel):
    """The payload of score.json. The final score is the minimum of the four sections, in points.

    `band` is the paper's text for `practice`; `effective_band` the same table read with `effective`.
    """

    rubric: Rubric
    practice: float
    effective: float
    maximum: float
    band: str
    effective_band: str
    sections: tuple[SectionScore, ...]
    probes: tuple[ProbeResult, ...]
    next_steps: tuple[NextStep, ...] = ()
    projection: bool
    notes: tuple[str, ...] = ()

    def section(self, name: Section) -> SectionScore | None:
        """The score of that section, or None."""
        return next((score for score in self.sections if score.section == name), None)

    def probe(self, identifier: str) -> ProbeResult | None:
        """The result of that test, or None."""
        return next((probe for probe in self.probes if probe.id == identifier), None)
