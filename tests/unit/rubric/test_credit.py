"""What "automatically and repeatedly" means, each condition alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops_actions.errors import ConfigError
from mlops_actions.results.score import Status
from mlops_actions.rubric.catalog import lookup
from mlops_actions.rubric.credit import ACTIONS_API, CreditPolicy, Execution, Repetition, judge_repetition
from mlops_actions.rubric.evidence import DocumentVerdict
from mlops_actions.rubric.grant import Grant, grant
from mlops_actions.rubric.probe import Finding, absent, failed, passed, undecided
from mlops_actions.rubric.scoring import Credit

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DATA1 = lookup("DATA1")
GREEN = passed("holds (n=500).", 500)
RED = failed("does not hold (n=500).", 500)
HOLLOW = Finding(Status.ABSENT, "covers 1 of 17 inputs (n=500).", "fail", 500)
UNDECIDED = undecided("cannot tell (n=5).", 5)
UNSEEN = Finding(Status.UNOBSERVED, "Not observed: needs a log.", missing=("a log",))
DOCUMENT = DocumentVerdict("mlops/evidence/DATA1.md", "0" * 64, valid=True, answer="pass")


def run(number: int, **changes: Any) -> Execution:
    one = Execution(
        probe="DATA1",
        run_id=number,
        attempt=1,
        sha=f"{number:040x}",
        at=NOW - timedelta(days=number),
        event="push",
        default_branch=True,
        completed=True,
        confirmed=True,
        rows=5000,
        self_test_red=True,
        result="pass",
    )
    return replace(one, **changes)


THREE = (run(1), run(2), run(3))


def repetition(*executions: Execution) -> Repetition:
    return judge_repetition(DATA1, executions, NOW, CreditPolicy())


def granted(finding: Finding, *executions: Execution, document: DocumentVerdict | None = None) -> Grant:
    return grant(finding, repetition(*executions), document)


def test_three_confirmed_runs_on_three_commits_are_repeated() -> None:
    judged = repetition(*THREE)
    assert judged.complete
    assert judged.distinct == 3
    assert [each.run_id for each in judged.counted] == [3, 2, 1]


@pytest.mark.parametrize(
    "change",
    [
        {"default_branch": False},
        {"completed": False},
        {"confirmed": False},
        {"confirmed": None},
        {"rows": DATA1.minimum_rows - 1},
        {"self_test_red": False},
        {"self_test_red": None},
        {"event": "pull_request"},
        {"event": "workflow_dispatch"},
        {"result": "inconclusive"},
        {"probe": "DATA2"},
        {"at": NOW + timedelta(hours=1)},
        {"at": NOW - timedelta(days=91)},
    ],
    ids=str,
)
def test_one_run_that_does_not_count_leaves_two(change: dict[str, Any]) -> None:
    judged = repetition(run(1), run(2), run(3, **change))
    assert not judged.complete
    assert len(judged.counted) == 2
    assert "2 of 3 confirmed runs" in judged.reason


def test_re_running_one_commit_on_one_day_is_not_repetition() -> None:
    again = tuple(run(1, attempt=attempt) for attempt in (1, 2, 3, 4))
    assert not repetition(*again).complete
    assert repetition(*again).distinct == 1


def test_the_same_record_three_times_is_one_run() -> None:
    copies = tuple(run(1, sha=f"{copy:040x}") for copy in (1, 2, 3))
    assert not repetition(*copies).complete


def test_three_days_of_one_commit_count() -> None:
    assert repetition(*(run(day, sha="a" * 40) for day in (1, 2, 3))).complete


def test_three_commits_of_one_day_count() -> None:
    assert repetition(*(run(number, at=NOW) for number in (1, 2, 3))).complete


@pytest.mark.parametrize(("age", "complete"), [(59, True), (60, True), (61, False)])
def test_the_latest_is_no_older_than_twice_the_period(age: int, complete: bool) -> None:
    old = tuple(run(number, at=NOW - timedelta(days=age, minutes=-number)) for number in (1, 2, 3))
    shifted = tuple(replace(each, at=NOW - timedelta(days=age)) for each in old)
    assert repetition(*shifted).complete is complete


def test_an_old_history_says_so() -> None:
    old = tuple(run(number, at=NOW - timedelta(days=80)) for number in (1, 2, 3))
    assert "older than 60 days" in repetition(*old).reason


def test_unconfirmed_runs_name_the_missing_permission() -> None:
    judged = repetition(*(replace(each, confirmed=None) for each in THREE))
    assert judged.counted == ()
    assert judged.missing == (ACTIONS_API,)


@pytest.mark.parametrize(
    "loose", [{"executions": 2}, {"window_days": 31}, {"window_periods": 4}, {"window_days": 0}]
)
def test_the_policy_cannot_be_loosened(loose: dict[str, int]) -> None:
    with pytest.raises(ConfigError, match="allowed is at"):
        CreditPolicy(**loose)


def test_the_policy_can_be_made_stricter() -> None:
    strict = CreditPolicy(executions=4)
    assert not judge_repetition(DATA1, THREE, NOW, strict).complete
    assert judge_repetition(DATA1, (*THREE, run(4)), NOW, strict).complete


@pytest.mark.parametrize(
    ("finding", "executions", "document", "practice", "effective", "status"),
    [
        (GREEN, THREE, None, Credit.FULL, Credit.FULL, Status.AUTOMATED),
        (GREEN, (), None, Credit.HALF, Credit.HALF, Status.AUTOMATED),
        (RED, THREE, None, Credit.FULL, Credit.NONE, Status.AUTOMATED),
        (RED, (), None, Credit.HALF, Credit.NONE, Status.AUTOMATED),
        (RED, (), DOCUMENT, Credit.HALF, Credit.NONE, Status.AUTOMATED),
        (UNDECIDED, THREE, None, Credit.NONE, Credit.NONE, Status.AUTOMATED),
        (UNDECIDED, (), None, Credit.NONE, Credit.NONE, Status.AUTOMATED),
        (UNDECIDED, THREE[:1], None, Credit.NONE, Credit.NONE, Status.AUTOMATED),
        (UNDECIDED, (), DOCUMENT, Credit.HALF, Credit.HALF, Status.AUTOMATED),
        (UNSEEN, THREE, None, Credit.FULL, Credit.FULL, Status.AUTOMATED),
        (UNSEEN, THREE[:1], None, Credit.HALF, Credit.HALF, Status.AUTOMATED),
        (UNSEEN, (run(1, result="fail"), run(2), run(3)), None, Credit.FULL, Credit.NONE, Status.AUTOMATED),
        (UNSEEN, (), DOCUMENT, Credit.HALF, Credit.HALF, Status.MANUAL),
        (UNSEEN, (), None, Credit.NONE, Credit.NONE, Status.UNOBSERVED),
        (absent("nothing there"), (), None, Credit.NONE, Credit.NONE, Status.ABSENT),
        (absent("nothing there"), THREE, None, Credit.NONE, Credit.NONE, Status.ABSENT),
        (HOLLOW, (), None, Credit.NONE, Credit.NONE, Status.ABSENT),
        (HOLLOW, THREE, None, Credit.NONE, Credit.NONE, Status.ABSENT),
        (absent("nothing there"), (), DOCUMENT, Credit.HALF, Credit.HALF, Status.MANUAL),
        (Finding(Status.ERROR, "crashed"), (), None, Credit.NONE, Credit.NONE, Status.ERROR),
        (Finding(Status.NOT_APPLICABLE, "no people"), THREE, DOCUMENT, Credit.NONE, Credit.NONE,
         Status.NOT_APPLICABLE),
    ],
)  # fmt: skip
def test_the_credit_table(
    finding: Finding,
    executions: tuple[Execution, ...],
    document: DocumentVerdict | None,
    practice: Credit,
    effective: Credit,
    status: Status,
) -> None:
    given_ = granted(finding, *executions, document=document)
    assert (given_.practice, given_.effective, given_.status) == (practice, effective, status)


def test_a_run_without_history_says_that_it_is_not_yet_repeated() -> None:
    assert granted(GREEN).reason == (
        "Automated but not yet repeated: 0 of 3 confirmed runs whose self-test noticed every injected fault,"
        " on 0 distinct commits or days in 90 days."
    )


def test_a_manual_document_that_says_fail_is_red() -> None:
    bad = replace(DOCUMENT, answer="fail")
    given_ = granted(UNSEEN, document=bad)
    assert (given_.practice, given_.effective, given_.result) == (Credit.HALF, Credit.NONE, "fail")


def test_an_invalid_document_earns_nothing_and_says_why() -> None:
    stale = replace(DOCUMENT, valid=False, problems=("it is 91 days old (maximum 90)",))
    given_ = granted(UNSEEN, document=stale)
    assert given_.practice is Credit.NONE
    assert given_.status is Status.UNOBSERVED
    assert "it is 91 days old (maximum 90)" in given_.reason


def test_a_self_reviewed_document_is_shown_as_such() -> None:
    assert "(self-reviewed)" in granted(UNSEEN, document=replace(DOCUMENT, self_reviewed=True)).reason


def test_re_running_until_green_stays_red() -> None:
    given_ = grant(GREEN, repetition(*THREE), None, attempts=("fail", "pass"))
    assert (given_.practice, given_.effective, given_.result) == (Credit.FULL, Credit.NONE, "fail")


def test_evidence_names_runs_and_document() -> None:
    given_ = granted(GREEN, *THREE, document=DOCUMENT)
    assert [each.kind for each in given_.evidence] == ["execution"] * 3 + ["document"]
    assert given_.evidence[-1].sha256 == DOCUMENT.sha256


executions = st.builds(
    run,
    st.integers(1, 40),
    default_branch=st.booleans(),
    completed=st.booleans(),
    confirmed=st.sampled_from([True, False, None]),
    self_test_red=st.sampled_from([True, False, None]),
    result=st.sampled_from(["pass", "fail", "inconclusive"]),
)
findings = st.sampled_from([GREEN, RED, UNDECIDED, UNSEEN])


@given(st.lists(executions, max_size=8), findings, st.sampled_from([None, DOCUMENT]))
def test_effective_never_exceeds_practice_and_a_full_point_needs_three_runs(
    history: list[Execution], finding: Finding, document: DocumentVerdict | None
) -> None:
    given_ = granted(finding, *history, document=document)
    assert given_.effective in (Credit.NONE, given_.practice)
    if given_.practice is Credit.FULL:
        able = {each.run_id for each in history if each.confirmed and each.completed and each.default_branch}
        assert len(able) >= 3
        assert finding.result != "inconclusive"
    if given_.practice is not Credit.NONE:
        assert finding.result in {"pass", "fail"} or given_.evidence


@given(st.lists(executions, max_size=8), executions)
def test_one_more_run_never_takes_the_full_point_away(history: list[Execution], extra: Execution) -> None:
    if repetition(*history).complete:
        assert repetition(*history, extra).complete
