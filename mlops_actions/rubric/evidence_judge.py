"""Whether an evidence document earns its half point: complete, own words, recent, on record, reviewed."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from mlops_actions.results.words import count
from mlops_actions.rubric.evidence import DocumentVerdict, parse_document, template

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlops_actions.results.score import Answer
    from mlops_actions.rubric.evidence import EvidenceDocument
    from mlops_actions.rubric.probe import Probe

VALID_DAYS = 90
SELF_REVIEW_HOURS = 24.0
MINIMUM_WORDS = 20
REVIEWS_API = "the pull request reviews API (token with pull-requests: read)"
TEXTS = ("question", "method", "author")
FIELDS = ("test", *TEXTS, "dataset", "model", "numbers", "verdict", "date")
_DIGEST = re.compile(r"(sha256:)?[0-9a-f]{64}")


@dataclass(frozen=True)
class Review:
    """What git and the API say of a document; None where nobody could look."""

    on_default_branch: bool | None = None
    approved_by_another_human: bool | None = None
    hours_open: float | None = None


def judge_document(
    document: EvidenceDocument,
    probe: Probe,
    review: Review,
    others: Sequence[EvidenceDocument],
    now: datetime,
) -> DocumentVerdict:
    """Valid: all fields, numbers, a date within 90 days, an own text, on the default branch and reviewed."""
    problems = list(document.problems)
    if not problems:
        problems += _field_problems(document, probe, now.date())
        problems += _text_problems(document, probe, others)
    missing = _unseen(review)
    self_reviewed = (
        review.approved_by_another_human is False and (review.hours_open or 0.0) >= SELF_REVIEW_HOURS
    )
    if review.on_default_branch is False:
        problems.append("it is not on the default branch")
    if review.approved_by_another_human is False and not self_reviewed:
        problems.append(
            f"no other human approved it, and it was open for less than {SELF_REVIEW_HOURS:g} hours"
        )
    if missing:
        problems.append("its review could not be looked up")
    verdict = document.front.get("verdict")
    answer: Answer | None = "pass" if verdict == "pass" else "fail" if verdict == "fail" else None
    valid = not problems
    return DocumentVerdict(
        document.path, document.sha256, valid, self_reviewed, answer, tuple(problems), missing
    )


def _unseen(review: Review) -> tuple[str, ...]:
    approved = review.approved_by_another_human
    unknown = approved is None or (approved is False and review.hours_open is None)
    return (REVIEWS_API,) if unknown or review.on_default_branch is None else ()


def _field_problems(document: EvidenceDocument, probe: Probe, today: date) -> list[str]:
    front = document.front
    problems = [f"{name} is missing" for name in FIELDS if front.get(name) in (None, "")]
    if {document.test, document.stem} != {probe.id}:
        problems.append(f"test is {document.test!r} in {document.stem}.md, both should be {probe.id}")
    placeholders = (front.get(name) for name in TEXTS)
    if any(isinstance(value, str) and value.startswith("<") for value in placeholders):
        problems.append("it still has the template's placeholders")
    digests = {name: str(front[name]) for name in ("dataset", "model") if front.get(name)}
    problems += [
        f"{name} is no SHA-256 digest" for name, text in digests.items() if not _DIGEST.fullmatch(text)
    ]
    if not _numbers(front.get("numbers")):
        problems.append("numbers is no mapping of names to finite numbers")
    if front.get("verdict") and front["verdict"] not in ("pass", "fail"):
        problems.append(f"verdict is {front['verdict']!r}, allowed: pass, fail")
    return problems + _date_problems(front.get("date"), today)


def _numbers(value: object) -> bool:
    if not isinstance(value, dict) or not value:
        return False
    return all(
        isinstance(each, int | float) and not isinstance(each, bool) and abs(each) <= sys.float_info.max
        for each in value.values()
    )


def _date_problems(value: object, today: date) -> list[str]:
    if value in (None, ""):
        return []
    day = value.date() if isinstance(value, datetime) else value
    if not isinstance(day, date):
        return [f"date is {value!r}, not YYYY-MM-DD"]
    age = (today - day).days
    if age < 0:
        return [f"its date {day} is in the future"]
    return [f"it is {count(age, 'day')} old (maximum {VALID_DAYS})"] if age > VALID_DAYS else []


def _text_problems(document: EvidenceDocument, probe: Probe, others: Sequence[EvidenceDocument]) -> list[str]:
    """Boilerplate: the template's text, another test's text, or hardly any."""
    own = _fingerprint(document.body)
    twins = [each.stem for each in others if each.path != document.path and _fingerprint(each.body) == own]
    if own == _fingerprint(parse_document(template(probe), "template").body):
        return ["its text is the template's"]
    if twins:
        return [f"its text is the same as {twins[0]}'s"]
    words = len(own.split())
    return [f"its text has {count(words, 'word')} (minimum {MINIMUM_WORDS})"] if words < MINIMUM_WORDS else []


def _fingerprint(body: str) -> str:
    """The words without test ids, case, digits and marks: what two copies have in common."""
    return " ".join(
        re.findall(r"[^\W\d_]+", re.sub(r"\b(DATA|MODEL|INFRA|MONITOR)[1-7]\b", "", body).lower())
    )
