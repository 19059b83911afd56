"""The credit of one test: this run, the history and an evidence document together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_actions.results.score import Answer, Evidence, Status
from mlops_actions.rubric.scoring import Credit

if TYPE_CHECKING:
    from mlops_actions.rubric.credit import Repetition
    from mlops_actions.rubric.evidence import DocumentVerdict
    from mlops_actions.rubric.probe import Finding


@dataclass(frozen=True)
class Grant:
    """The credit of one test, why, and what it rests on."""

    status: Status
    result: Answer | None
    practice: Credit
    effective: Credit
    reason: str
    evidence: tuple[Evidence, ...] = ()
    missing: tuple[str, ...] = ()


def grant(
    finding: Finding,
    repetition: Repetition,
    document: DocumentVerdict | None,
    attempts: tuple[Answer, ...] = (),
) -> Grant:
    """The credit of one test from this run, the history and an evidence document.

    `attempts`: answers of earlier attempts on this very commit; one red attempt stays red (no re-running
    until green). Practice ignores the answer, effective is 0 for a red one; "inconclusive" and
    "absent" earn nothing, whatever earlier runs showed: no point without evidence.
    """
    if finding.status is Status.NOT_APPLICABLE:
        return Grant(
            Status.NOT_APPLICABLE, None, Credit.NONE, Credit.NONE, "Not applicable counts 0, unscaled."
        )
    valid = document is not None and document.valid
    practice, reason = _practice(finding, repetition, document)
    answer = _answer(finding, repetition, attempts)
    if answer is None and valid and document is not None:
        answer = document.answer
    status = _status(finding, repetition, valid=valid)
    red = answer == "fail"
    evidence = _evidence(repetition, document if valid else None)
    missing = repetition.missing if practice is not Credit.FULL else ()
    if document is not None and not valid:
        reason += f" {document.path} earns nothing: {'; '.join(document.problems)}."
        missing += document.missing
    reason += " A red probe counts 0 in the effective score." if red and practice else ""
    return Grant(status, answer, practice, Credit.NONE if red else practice, reason, evidence, missing)


def _practice(
    finding: Finding, repetition: Repetition, document: DocumentVerdict | None
) -> tuple[Credit, str]:
    """The credit for having the test; one that cannot tell, or found none, earns nothing by itself."""
    undecided, absent = finding.result == "inconclusive", finding.status is Status.ABSENT
    if not undecided and not absent:
        if repetition.complete:
            return Credit.FULL, f"Automated and repeated: {repetition.reason}."
        if finding.result is not None:
            return Credit.HALF, f"Automated but not yet repeated: {repetition.reason}."
    if document is not None and document.valid:
        review = "self-reviewed" if document.self_reviewed else "reviewed"
        return Credit.HALF, f"Done by hand and documented in {document.path} ({review})."
    if repetition.counted and not undecided and not absent:
        return Credit.HALF, f"Not run now; {repetition.reason}."
    reason = "Inconclusive: earns nothing until it can tell." if undecided else "No evidence, no points."
    return Credit.NONE, reason


def _answer(finding: Finding, repetition: Repetition, attempts: tuple[Answer, ...]) -> Answer | None:
    """This run's answer, red when any attempt on this commit was; else the newest counted one."""
    if finding.result is not None:
        return "fail" if "fail" in attempts else finding.result
    return repetition.counted[-1].result if repetition.counted else None


def _status(finding: Finding, repetition: Repetition, *, valid: bool) -> Status:
    if finding.status is Status.ABSENT:
        return Status.MANUAL if valid else Status.ABSENT
    if finding.status is Status.AUTOMATED or repetition.counted:
        return Status.AUTOMATED
    return Status.MANUAL if valid else finding.status


def _evidence(repetition: Repetition, document: DocumentVerdict | None) -> tuple[Evidence, ...]:
    runs = tuple(
        Evidence(kind="execution", reference=each.url or f"run {each.run_id}, attempt {each.attempt}")
        for each in repetition.counted
    )
    if document is None:
        return runs
    return (*runs, Evidence(kind="document", reference=document.path, sha256=document.sha256))
