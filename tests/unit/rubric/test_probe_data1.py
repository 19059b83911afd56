"""DATA1 both ways, and where a schema is no test."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mlops_actions.results.dataset import CheckResult, SchemaCoverage, SelfTest
from mlops_actions.results.score import Status
from mlops_actions.results.verdict import Outcome
from mlops_actions.rubric import facts as f
from tests.unit.rubric.judging import SEEN, judge, said

WHOLE = {"has_type": True, "has_nullability": True, "has_range_or_set": True, "has_distribution_bound": True}
NOTICED = tuple(
    SelfTest(probe="DATA1", fault=fault, column="tenure", noticed=True)
    for fault in ("scale_x100", "nulls_10_percent", "new_category", "dropped_column")
)


def check(outcome: Outcome) -> CheckResult:
    return CheckResult(
        id="DS101",
        title="Type",
        subject="tenure",
        role="train",
        outcome=outcome,
        sentence="tenure is text, allowed integer",
    )


def schema(**changes: Any) -> f.Facts:
    fact = f.SchemaFact(
        evidence=SEEN,
        path="mlops/schema.yaml",
        committed=True,
        features=("tenure", "contract"),
        coverage=tuple(SchemaCoverage(column=name, **WHOLE) for name in ("tenure", "contract", "churned")),
        checks=(check(Outcome.PASS), check(Outcome.WARN)),
        faults=("null", "drop", "scale", "categor"),
        rows=1409,
    )
    tests = changes.pop("tests", NOTICED)
    return f.Facts(schema=replace(fact, **changes), self_tests=tests)


def test_data1_passes() -> None:
    finding = judge("DATA1", schema())
    said(finding, "pass", "2 of 2 model inputs", "self-test: every injected fault noticed (4)", "n=1,409")
    assert (finding.n, finding.effect, finding.limit) == (1409, 1.0, 1.0)


@pytest.mark.parametrize(
    ("lack", "word"),
    [
        ("has_type", "a type"),
        ("has_nullability", "nullability"),
        ("has_range_or_set", "a range or set"),
        ("has_distribution_bound", "a distribution bound"),
    ],
)
def test_data1_fails_on_one_gap_in_one_input(lack: str, word: str) -> None:
    coverage = (
        SchemaCoverage(column="tenure", **WHOLE),
        SchemaCoverage(column="contract", **{**WHOLE, lack: False}),
    )
    finding = judge("DATA1", schema(coverage=coverage))
    said(finding, "fail", "1 of 2 model inputs", f"contract lacks {word}")
    assert finding.effect == 0.5


def test_data1_fails_on_an_input_without_entry() -> None:
    said(judge("DATA1", schema(features=("tenure", "contract", "new"))), "fail", "new lacks an entry")


@pytest.mark.parametrize("outcome", [Outcome.FAIL, Outcome.ERROR])
def test_data1_fails_when_the_data_break_the_schema(outcome: Outcome) -> None:
    finding = judge("DATA1", schema(checks=(check(Outcome.PASS), check(outcome))))
    said(finding, "fail", "1 of 2 schema checks failed", "tenure is text")


@pytest.mark.parametrize("index", range(4))
def test_data1_fails_when_one_fault_goes_unnoticed(index: int) -> None:
    tests = tuple(test.model_copy(update={"noticed": at != index}) for at, test in enumerate(NOTICED))
    said(
        judge("DATA1", schema(tests=tests)),
        "fail",
        "it notices 3 of 4 injected faults; the rest would pass, among them ",
        NOTICED[index].fault,
    )
    assert judge("DATA1", schema(tests=tests)).status is Status.ABSENT


@pytest.mark.parametrize(
    ("covered", "status"),
    [(1, Status.ABSENT), (8, Status.ABSENT), (9, Status.AUTOMATED), (16, Status.AUTOMATED)],
)
def test_data1_of_less_than_half_of_the_inputs_is_no_test(covered: int, status: Status) -> None:
    names = tuple(f"x{index}" for index in range(17))
    coverage = tuple(SchemaCoverage(column=name, **WHOLE) for name in names[:covered])
    finding = judge("DATA1", schema(features=names, coverage=coverage))
    said(finding, "fail", f"{covered} of 17 model inputs")
    assert finding.status is status


def test_data1_that_misses_a_fault_in_an_input_it_does_not_cover_is_a_gap() -> None:
    coverage = (SchemaCoverage(column="contract", **WHOLE),)
    tests = (*NOTICED[1:], NOTICED[0].model_copy(update={"noticed": False}))
    finding = judge("DATA1", schema(coverage=coverage, tests=tests))
    said(finding, "fail", "tenure lacks an entry")
    assert finding.status is Status.AUTOMATED


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        ({"committed": None}, "no git repository"),
        ({"committed": False}, "no older than the data"),
        ({"tests": NOTICED[:3]}, "the self-test with a dropped column"),
        ({"tests": ()}, "the self-test with 10 % nulls"),
        ({"checks": ()}, "a decided result of every schema check"),
        ({"checks": (check(Outcome.SKIPPED),)}, "a decided result"),
        ({"features": ()}, "the list of model inputs"),
    ],
)
def test_data1_cannot_tell(change: dict[str, Any], missing: str) -> None:
    finding = judge("DATA1", schema(**change))
    said(finding, "inconclusive")
    assert any(missing in each for each in finding.missing)


def test_data1_does_not_ask_for_faults_the_data_cannot_show() -> None:
    said(judge("DATA1", schema(tests=NOTICED[:2], faults=("scale", "null"))), "pass")


def test_data1_is_absent_without_a_schema() -> None:
    assert judge("DATA1", schema(path="")).status is Status.ABSENT
