"""Rules on the score, on costs, on dataset checks and on probes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from mlops_actions.gate.evidence import Evidence
from mlops_actions.gate.judge import judge_rules
from mlops_actions.results.score import (
    SECTIONS,
    Answer,
    Points,
    ProbeResult,
    Remediation,
    ScoreResult,
    SectionScore,
    Status,
)
from mlops_actions.results.verdict import Outcome
from tests.unit.gate.cases import check, rule

if TYPE_CHECKING:
    from mlops_actions.results.gate import RuleVerdict

NO_EVIDENCE = Evidence()


def scored(effective: float, *probes: ProbeResult) -> ScoreResult:
    """Sections one, two and three points above the lowest, so that each has its own figure."""
    sections = tuple(
        SectionScore(section=section, title=section, practice=7, effective=effective + above, maximum=7)
        for above, section in enumerate(SECTIONS)
    )
    return ScoreResult(
        rubric=2017,
        practice=effective + 0.5,
        effective=effective,
        maximum=7,
        band="",
        effective_band="",
        sections=sections,
        probes=probes,
        projection=False,
    )


def probe(status: Status, result: Answer | None, message: str, n: int | None = None) -> ProbeResult:
    return ProbeResult(
        id="DATA1",
        section="DATA",
        number=1,
        title="",
        question="",
        status=status,
        result=result,
        points=Points(practice=0, effective=0),
        message=message,
        n=n,
        remediation=Remediation(effort="low", text="", action=""),
    )


def only(evidence: Evidence, **parts: Any) -> RuleVerdict:
    (verdict,) = judge_rules([rule(**parts)], evidence)
    return verdict


@pytest.mark.parametrize(
    ("subject", "points"),
    [
        ("effective", "2.0"),
        ("practice", "2.5"),
        ("data", "2.0"),
        ("model", "3.0"),
        ("infrastructure", "4.0"),
        ("monitoring", "5.0"),
    ],
)
def test_the_points_a_score_rule_speaks_of(subject: str, points: str) -> None:
    verdict = only(Evidence(score=scored(2)), score=subject, minimum=5.5)
    assert (verdict.outcome, verdict.kind) == (Outcome.FAIL, "score")
    assert verdict.sentence == f"ML Test Score ({subject}) {points} < minimum 5.5"


@pytest.mark.parametrize(
    ("now", "base", "parts", "outcome", "said"),
    [
        (2.0, None, {"minimum": 2}, "pass", "2.0 >= minimum 2.0"),
        (2.0, None, {"maximum": 1.5}, "fail", "2.0 > maximum 1.5"),
        (2.0, None, {"maximum": 2}, "pass", "2.0 <= maximum 2.0"),
        (2.0, None, {"minimum": 3, "severity": "warn"}, "warn", "2.0 < minimum 3.0"),
        (2.0, 2.0, {"max_regression": 0}, "pass", "2.0 -> 2.0, max_regression 0.0"),
        (1.5, 2.0, {"max_regression": 0}, "fail", "2.0 -> 1.5, max_regression 0.0"),
        (1.5, 2.0, {"max_regression": 0.5}, "pass", "2.0 -> 1.5, max_regression 0.5"),
        (2.5, 2.0, {"min_improvement": 0.5}, "pass", "2.0 -> 2.5, min_improvement 0.5"),
        (2.0, 2.0, {"min_improvement": 0.5}, "fail", "2.0 -> 2.0, min_improvement 0.5"),
        (0.5, 0.0, {"max_regression": 0}, "pass", "0.0 -> 0.5, max_regression 0.0"),
    ],
)
def test_score_rules(now: float, base: float | None, parts: dict[str, Any], outcome: str, said: str) -> None:
    before = None if base is None else scored(base)
    verdict = only(Evidence(score=scored(now), base_score=before), score="effective", **parts)
    assert verdict.outcome == outcome
    assert verdict.sentence == f"ML Test Score (effective) {said}"
    assert (verdict.observed, verdict.baseline) == (now, base)


@pytest.mark.parametrize(
    ("now", "base", "parts", "outcome", "said"),
    [
        (61.2, None, {"maximum": 60}, "fail", "61.2 > maximum 60.0"),
        (100.3, None, {"maximum": 100}, "fail", "100.3 > maximum 100"),
        (60.0, None, {"maximum": 60}, "pass", "60.0 <= maximum 60.0"),
        (15.0, 10.0, {"max_regression": 4}, "fail", "10.0 -> 15.0, max_regression 4.0"),
        (14.0, 10.0, {"max_regression": 4}, "pass", "10.0 -> 14.0, max_regression 4.0"),
        (8.0, 10.0, {"min_improvement": 3}, "fail", "10.0 -> 8.0, min_improvement 3.0"),
        (7.0, 10.0, {"min_improvement": 3}, "pass", "10.0 -> 7.0, min_improvement 3.0"),
        (130.0, 100.0, {"max_regression": 0.25}, "fail", "100 -> 130, max_regression 0.25"),
        (100.4, 100.1, {"max_regression": 0.2}, "fail", "100.1 -> 100.4, max_regression 0.2"),
        (
            130.0, 100.0, {"max_regression": 0.3, "relative": True}, "pass",
            "100 -> 130, relative max_regression 0.3",
        ),
        (
            131.0, 100.0, {"max_regression": 0.3, "relative": True}, "fail",
            "100 -> 131, relative max_regression 0.3",
        ),
        (5.0, 0.0, {"max_regression": 4}, "fail", "0.0 -> 5.0, max_regression 4.0"),
    ],
)  # fmt: skip
def test_cost_rules_want_less(
    now: float, base: float | None, parts: dict[str, Any], outcome: str, said: str
) -> None:
    before = {} if base is None else {"training_seconds": base}
    evidence = Evidence(costs={"training_seconds": now, "model_bytes": 1.0}, base_costs=before)
    verdict = only(evidence, cost="training_seconds", **parts)
    assert (verdict.outcome, verdict.kind) == (outcome, "cost")
    assert verdict.sentence == f"training_seconds {said}"


def test_a_cost_of_zero_has_no_relative_change() -> None:
    evidence = Evidence(costs={"model_bytes": 10.0}, base_costs={"model_bytes": 0.0})
    verdict = only(evidence, cost="model_bytes", max_regression=0.1, relative=True, on_missing="fail")
    assert verdict.outcome is Outcome.INCONCLUSIVE
    assert verdict.sentence == "model_bytes: a relative change from a baseline of 0 cannot be formed"


def test_all_limits_of_one_cost_rule_are_judged() -> None:
    evidence = Evidence(costs={"model_bytes": 2048.0}, base_costs={"model_bytes": 1024.0})
    given = rule(cost="model_bytes", maximum=4096, minimum=1, max_regression=512, min_improvement=1)
    found = judge_rules([given], evidence)
    assert [(each.condition, each.outcome.value, each.limit) for each in found] == [
        ("minimum 1.0", "pass", 1),
        ("maximum 4,096", "pass", 4096),
        ("max_regression 512", "fail", 512),
        ("min_improvement 1.0", "fail", 1),
    ]


@pytest.mark.parametrize(
    ("outcome", "severity", "expected"),
    [
        ("pass", "fail", "pass"),
        ("warn", "fail", "warn"),
        ("fail", "fail", "fail"),
        ("fail", "warn", "warn"),
        ("error", "fail", "error"),
        ("inconclusive", "fail", "inconclusive"),
        ("skipped", "fail", "skipped"),
    ],
)
def test_a_check_must_not_be_red(outcome: str, severity: str, expected: str) -> None:
    evidence = Evidence(checks=(check("DS301", Outcome(outcome), "2 of 9 columns drift (n=1,141)"),))
    verdict = only(evidence, check="DS301", severity=severity)
    assert (verdict.outcome, verdict.kind, verdict.condition) == (expected, "check", "not red")
    assert verdict.sentence == "DS301: 2 of 9 columns drift (n=1,141)"


def test_a_check_of_several_columns_speaks_with_its_gravest() -> None:
    checks = (
        check("DS101", Outcome.PASS, "age is whole"),
        check("DS101", Outcome.FAIL, "plan has 3 nulls"),
        check("DS101", Outcome.WARN, "region is new"),
        check("DS999", Outcome.ERROR, "of no interest"),
    )
    verdict = only(Evidence(checks=checks), check="DS101")
    assert (verdict.outcome, verdict.sentence, verdict.n) == (Outcome.FAIL, "DS101: plan has 3 nulls", 3)
    softer = only(Evidence(checks=(checks[0], checks[2])), check="DS101")
    assert (softer.outcome, softer.sentence) == (Outcome.WARN, "DS101: region is new")


@pytest.mark.parametrize(
    ("result", "severity", "outcome"),
    [
        ("pass", "fail", "pass"),
        ("fail", "fail", "fail"),
        ("fail", "warn", "warn"),
        ("inconclusive", "fail", "inconclusive"),
    ],
)
def test_a_probe_must_not_be_red(result: Answer, severity: str, outcome: str) -> None:
    score = scored(1, probe(Status.AUTOMATED, result, "the schema holds (n=1,141)", 1141))
    verdict = only(Evidence(score=score), probe="DATA1", severity=severity)
    assert (verdict.outcome, verdict.kind, verdict.n) == (outcome, "probe", 1141)
    assert verdict.sentence == "DATA1: the schema holds (n=1,141)"


ABSENT = Evidence(score=scored(1, probe(Status.ABSENT, None, "no schema is declared")))
MISSING = [
    (NO_EVIDENCE, {"check": "DS301"}, "DS301: was not run"),
    (NO_EVIDENCE, {"probe": "DATA1"}, "DATA1: was not observed"),
    (Evidence(score=scored(1)), {"probe": "DATA1"}, "DATA1: was not observed"),
    (ABSENT, {"probe": "DATA1"}, "DATA1: ABSENT: no schema is declared"),
    (NO_EVIDENCE, {"score": "effective", "minimum": 1}, "ML Test Score (effective): was not measured"),
    (NO_EVIDENCE, {"score": "data", "max_regression": 0}, "ML Test Score (data): was not measured"),
    (NO_EVIDENCE, {"cost": "model_bytes", "maximum": 1}, "model_bytes: was not measured"),
    (
        Evidence(score=scored(3)),
        {"score": "effective", "max_regression": 0},
        "ML Test Score (effective): 3.0, no baseline to compare with",
    ),
    (
        Evidence(costs={"model_bytes": 2048.0}),
        {"cost": "model_bytes", "max_regression": 0.1, "relative": True},
        "model_bytes: 2,048, no baseline to compare with",
    ),
    (NO_EVIDENCE, {"metric": "f1", "max_regression": 0}, "f1: not evaluated"),
]


@pytest.mark.parametrize(("evidence", "parts", "said"), MISSING)
@pytest.mark.parametrize(
    ("on_missing", "severity", "outcome"),
    [
        (None, "fail", "warn"),
        ("warn", "fail", "warn"),
        ("skip", "fail", "skipped"),
        ("fail", "fail", "fail"),
        ("fail", "warn", "warn"),
    ],
)
def test_what_is_not_there_follows_on_missing(
    evidence: Evidence, parts: dict[str, Any], said: str, on_missing: str | None, severity: str, outcome: str
) -> None:
    told = {} if on_missing is None else {"on_missing": on_missing}
    verdict = only(evidence, severity=severity, **parts, **told)
    assert (verdict.outcome, verdict.reason) == (outcome, "missing")
    assert verdict.sentence == f"{said} (on_missing: {on_missing or 'warn'})"


@pytest.mark.parametrize(
    ("name", "sentence", "n"),
    [
        ("DS1", "DS1: DS102 too many nulls", 2),
        ("DS102", "DS102: too many nulls", 1),
        ("*", "*: DS201 rows repeat", 3),
    ],
)
def test_a_family_of_checks_follows_its_worst(name: str, sentence: str, n: int) -> None:
    checks = (
        check("DS101", Outcome.PASS, "fine"),
        check("DS102", Outcome.WARN, "too many nulls"),
        check("DS201", Outcome.FAIL, "rows repeat"),
    )
    verdict = only(Evidence(checks=checks), check=name)
    assert (verdict.sentence, verdict.n) == (sentence, n)


def test_a_family_that_did_not_run_is_missing() -> None:
    verdict = only(Evidence(checks=(check("DS101", Outcome.PASS, "fine"),)), check="DS2")
    assert (verdict.reason, verdict.outcome) == ("missing", Outcome.WARN)
