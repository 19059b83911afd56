"""28 findings, their credit, the score."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mlops_actions.errors import MlopsError
from mlops_actions.results.score import (
    SECTIONS,
    Evidence,
    Points,
    ProbeResult,
    Rubric,
    ScoreResult,
    Section,
    SectionScore,
)
from mlops_actions.rubric import scoring
from mlops_actions.rubric.catalog import CATALOG, IDS
from mlops_actions.rubric.credit import CreditPolicy, Execution, judge_repetition
from mlops_actions.rubric.evidence_judge import Review, judge_document
from mlops_actions.rubric.grant import Grant, grant
from mlops_actions.rubric.next_steps import next_steps
from mlops_actions.rubric.notes import score_notes
from mlops_actions.rubric.observe import evidence_of, observe

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from mlops_actions.results.score import Answer
    from mlops_actions.rubric.evidence import DocumentVerdict, EvidenceDocument
    from mlops_actions.rubric.facts import Facts
    from mlops_actions.rubric.probe import Finding, Probe


@dataclass(frozen=True, kw_only=True)
class Record:
    """What is known beside this run.

    `executions`: the history of the default branch. `documents`: evidence of the base commit and its review.
    `attempts`: test id -> answers of earlier attempts on this very commit. `base`: the base commit's score.
    """

    executions: tuple[Execution, ...] = ()
    documents: tuple[tuple[EvidenceDocument, Review], ...] = ()
    attempts: Mapping[str, tuple[Answer, ...]] = field(default_factory=dict)
    base: ScoreResult | None = None


def evaluate(
    facts: Facts,
    record: Record,
    *,
    now: datetime,
    projection: bool,
    rubric: Rubric = 2017,
    policy: CreditPolicy | None = None,
    notes: tuple[str, ...] = (),
) -> ScoreResult:
    """The score of this run. `projection`: a pull request's, base history plus this run."""
    findings = observe(facts)
    grants = grant_all(findings, record, now=now, policy=policy or CreditPolicy())
    probes = tuple(
        _result(probe, findings[probe.id], grants[probe.id], evidence_of(probe, facts), rubric)
        for probe in CATALOG
    )
    practice = scoring.score(_credits({key: each.practice for key, each in grants.items()}), rubric)
    effective = scoring.score(_credits({key: each.effective for key, each in grants.items()}), rubric)
    sections = tuple(_section(name, practice, effective, record.base) for name in SECTIONS)
    foreign = tuple(document.path for document, _ in record.documents if document.stem not in IDS)
    return ScoreResult(
        rubric=rubric,
        practice=practice.final,
        effective=effective.final,
        maximum=scoring.maximum(rubric),
        band=practice.band,
        effective_band=effective.band,
        sections=sections,
        probes=probes,
        next_steps=next_steps(probes, sections, rubric),
        projection=projection,
        notes=(*score_notes(rubric, probes, foreign, record.base, projection=projection), *notes),
    )


def grant_all(
    findings: Mapping[str, Finding], record: Record, *, now: datetime, policy: CreditPolicy
) -> dict[str, Grant]:
    """The credit of all 28 tests; MlopsError names findings that are missing or foreign."""
    missing, foreign = sorted(set(IDS) - set(findings)), sorted(set(findings) - set(IDS))
    if missing or foreign:
        said = [f"missing {', '.join(missing)}"] if missing else []
        said += [f"foreign {', '.join(foreign)}"] if foreign else []
        raise MlopsError(f"the score needs a finding for each of the 28 tests: {'; '.join(said)}")
    documents = tuple(document for document, _ in record.documents)
    return {
        probe.id: grant(
            findings[probe.id],
            judge_repetition(probe, record.executions, now, policy),
            _document(probe, record, documents, now),
            record.attempts.get(probe.id, ()),
        )
        for probe in CATALOG
    }


def _document(
    probe: Probe, record: Record, documents: tuple[EvidenceDocument, ...], now: datetime
) -> DocumentVerdict | None:
    for document, review in record.documents:
        if document.stem == probe.id:
            return judge_document(document, probe, review, documents, now)
    return None


def _credits(by_id: Mapping[str, scoring.Credit]) -> dict[Section, list[scoring.Credit]]:
    return {name: [by_id[probe.id] for probe in CATALOG if probe.section == name] for name in SECTIONS}


def _result(
    probe: Probe, finding: Finding, given: Grant, seen: tuple[Evidence, ...], rubric: Rubric
) -> ProbeResult:
    return ProbeResult(
        id=probe.id,
        section=probe.section,
        number=probe.number,
        title=probe.title if rubric == 2017 else probe.idea_2016,  # noqa: PLR2004 - the year of the paper
        question=probe.question,
        status=given.status,
        result=given.result,
        points=Points(
            practice=scoring.points(given.practice, rubric),
            effective=scoring.points(given.effective, rubric),
        ),
        message=finding.message,
        credit=given.reason,
        evidence=(*seen, *given.evidence),
        n=finding.n,
        effect=finding.effect,
        limit=finding.limit,
        limit_source=probe.limit_source,
        missing=tuple(dict.fromkeys((*finding.missing, *given.missing))),
        remediation=probe.remediation,
    )


def _section(
    name: Section, practice: scoring.Score, effective: scoring.Score, base: ScoreResult | None
) -> SectionScore:
    before = base.section(name) if base is not None and base.rubric == practice.rubric else None
    return SectionScore(
        section=name,
        title=scoring.SECTION_TITLES[name],
        practice=practice.sections[name],
        effective=effective.sections[name],
        maximum=scoring.maximum(practice.rubric),
        practice_delta=practice.sections[name] - before.practice if before else None,
        effective_delta=effective.sections[name] - before.effective if before else None,
    )
