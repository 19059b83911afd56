"""Evidence documents: what is read, and what earns a half point."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops_actions.rubric.catalog import CATALOG, lookup
from mlops_actions.rubric.evidence import DocumentVerdict, EvidenceDocument, parse_document, template
from mlops_actions.rubric.evidence_judge import REVIEWS_API, Review, judge_document

NOW = datetime(2026, 3, 1, tzinfo=UTC)
PATH = "mlops/evidence/MODEL4.md"
MODEL4 = lookup("MODEL4")
REVIEWED = Review(on_default_branch=True, approved_by_another_human=True)
FRONT = {
    "test": "MODEL4",
    "question": "How fast does an old model lose quality?",
    "method": "Retrained at five cut-off dates, evaluated on February.",
    "dataset": f"sha256:{'a' * 64}",
    "model": "b" * 64,
    "numbers": "{auc_fresh: 0.81, auc_180_days: 0.77, n: 4000}",
    "verdict": "pass",
    "author": "Ada",
    "date": "2026-02-20",
}
BODY = (
    "Five models of ages zero to one hundred and eighty days were evaluated on the rows of February. "
    "The quality falls by four points; we retrain every month and raise an alarm after sixty days."
)


def text(body: str = BODY, **changes: str) -> str:
    fields = {**FRONT, **changes}
    lines = "\n".join(f"{name}: {value}" for name, value in fields.items())
    return f"---\n{lines}\n---\n\n{body}\n"


def judge(
    content: str, review: Review = REVIEWED, others: tuple[EvidenceDocument, ...] = (), path: str = PATH
) -> DocumentVerdict:
    return judge_document(parse_document(content, path), MODEL4, review, others, NOW)


def test_a_complete_reviewed_document_is_valid() -> None:
    verdict = judge(text())
    assert verdict.problems == ()
    assert verdict.valid
    assert verdict.answer == "pass"
    assert not verdict.self_reviewed
    assert verdict.sha256 == hashlib.sha256(text().encode()).hexdigest()


@pytest.mark.parametrize("name", FRONT)
def test_every_field_is_needed(name: str) -> None:
    verdict = judge(text().replace(f"{name}: {FRONT[name]}\n", "", 1))
    assert not verdict.valid
    assert any(name in problem for problem in verdict.problems)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"test": "MODEL5"}, "both should be MODEL4"),
        ({"dataset": "yesterday's export"}, "dataset is no SHA-256 digest"),
        ({"model": "sha256:abc"}, "model is no SHA-256 digest"),
        ({"numbers": "{}"}, "numbers is no mapping"),
        ({"numbers": "{auc: high}"}, "numbers is no mapping"),
        ({"numbers": "{auc: true}"}, "numbers is no mapping"),
        ({"numbers": "{auc: .nan}"}, "numbers is no mapping"),
        ({"numbers": "{auc: .inf}"}, "numbers is no mapping"),
        ({"numbers": f"{{auc: {10**400}}}"}, "numbers is no mapping"),
        ({"numbers": "[0.8]"}, "numbers is no mapping"),
        ({"verdict": "fine"}, "verdict is 'fine', allowed: pass, fail"),
        ({"verdict": "[pass]"}, "verdict is ['pass']"),
        ({"date": "2026-03-02"}, "is in the future"),
        ({"date": "2025-11-30"}, "it is 91 days old (maximum 90)"),
        ({"date": "last week"}, "not YYYY-MM-DD"),
        ({"date": "2026-02-31"}, "is no YAML"),
        ({"method": "<how it was measured>"}, "placeholders"),
    ],
)
def test_one_wrong_field_is_named(change: dict[str, str], problem: str) -> None:
    verdict = judge(text(**change))
    assert not verdict.valid
    assert any(problem in each for each in verdict.problems), verdict.problems


def test_a_document_is_valid_for_ninety_days() -> None:
    assert judge(text(date="2025-12-01")).valid


@pytest.mark.parametrize("probe", CATALOG, ids=lambda probe: probe.id)
def test_the_template_earns_nothing_but_can_be_read(probe: object) -> None:
    test = lookup(getattr(probe, "id"))  # noqa: B009 - the parameter is typed as object by pytest
    document = parse_document(template(test), f"mlops/evidence/{test.id}.md")
    assert document.problems == ()
    assert document.front["question"] == test.question
    verdict = judge_document(document, test, REVIEWED, (), NOW)
    assert not verdict.valid
    assert "its text is the template's" in verdict.problems


def test_the_templates_text_under_a_filled_front_matter_earns_nothing() -> None:
    body = template(MODEL4).split("---\n", 2)[2]
    verdict = judge(text(body=body))
    assert verdict.problems == ("its text is the template's",)


def test_the_text_of_another_test_earns_nothing() -> None:
    other = parse_document(
        text(body=f"# DATA3\n{BODY.upper()} 2025", test="DATA3"), "mlops/evidence/DATA3.md"
    )
    verdict = judge(text(), others=(other, parse_document(text(), PATH)))
    assert verdict.problems == ("its text is the same as DATA3's",)


def test_hardly_any_text_earns_nothing() -> None:
    assert judge(text(body="All fine.")).problems == ("its text has 2 words (minimum 20)",)


@pytest.mark.parametrize(
    ("review", "valid", "self_reviewed", "missing"),
    [
        (Review(True, True), True, False, ()),  # noqa: FBT003 - the table is read by column
        (Review(True, False, 24.0), True, True, ()),  # noqa: FBT003
        (Review(True, False, 23.9), False, False, ()),  # noqa: FBT003
        (Review(False, True), False, False, ()),  # noqa: FBT003
        (Review(True, None), False, False, (REVIEWS_API,)),  # noqa: FBT003
        (Review(True, False, None), False, False, (REVIEWS_API,)),  # noqa: FBT003
        (Review(None, True), False, False, (REVIEWS_API,)),  # noqa: FBT003
        (Review(), False, False, (REVIEWS_API,)),
    ],
)
def test_the_review_decides(
    review: Review, valid: bool, self_reviewed: bool, missing: tuple[str, ...]
) -> None:
    verdict = judge(text(), review)
    assert (verdict.valid, verdict.self_reviewed, verdict.missing) == (valid, self_reviewed, missing)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", "no front matter"),
        ("# MODEL4\nall good", "no front matter"),
        ("---\ntest: [\n---\n", "is no YAML"),
        ("---\n- a list\n---\n", "is no mapping"),
        ("---\n" + "[" * 5000 + "\n---\n", "is no YAML"),
        ("---\ntest: MODEL4\n", "no front matter"),
        ("---\nx: " + "y" * 70_000 + "\n---\n", "larger than 65,536 bytes"),
        ("---\n!!python/object/apply:os.system [id]\n---\n", "is no YAML"),
    ],
    ids=["empty", "bare", "broken", "list", "deep", "unclosed", "large", "object"],
)
def test_what_cannot_be_read_is_a_problem_not_a_crash(content: str, problem: str) -> None:
    verdict = judge(content)
    assert not verdict.valid
    assert any(problem in each for each in verdict.problems), verdict.problems


def test_windows_line_ends_are_read() -> None:
    assert judge(text().replace("\n", "\r\n")).valid


@given(st.text(max_size=300))
def test_no_front_matter_ever_crashes_or_earns(front: str) -> None:
    assert not judge(f"---\n{front}\n---\n{BODY}").valid
