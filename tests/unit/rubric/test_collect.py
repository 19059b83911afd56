"""Facts out of stage results: what is there is taken with its evidence, what is not stays None."""

from __future__ import annotations

from datetime import UTC, datetime
from statistics import NormalDist
from typing import Any, TypeVar

import pytest

from mlops_actions.results.base import ResultModel
from mlops_actions.results.dataset import (
    CheckResult,
    ColumnSummary,
    DatasetResult,
    DatasetSummary,
    SchemaCoverage,
    SelfTest,
)
from mlops_actions.results.envelope import Envelope, Kind, Source, Trust
from mlops_actions.results.evaluation import (
    Change,
    Comparison,
    Difference,
    Estimate,
    EvaluationResult,
    Interval,
    Perturbation,
    Quantiles,
    Reproduction,
    ServingFacts,
    SimplerModel,
    SliceCoverage,
)
from mlops_actions.results.gate import RuleVerdict
from mlops_actions.results.score import Status
from mlops_actions.results.training import TrainingResult
from mlops_actions.results.verdict import Outcome
from mlops_actions.rubric.collect import Read, collect_facts
from mlops_actions.rubric.collect_slices import slices_fact, widen
from mlops_actions.rubric.facts import Facts
from mlops_actions.rubric.observe import observe

NOW = datetime(2026, 3, 1, tzinfo=UTC)
Payload = TypeVar("Payload", bound=ResultModel)
SCHEMA_FAULTS = ("scale_x100", "nulls_10_percent", "new_category", "dropped_column")


def read(kind: Kind, payload: Payload, outcome: Outcome = Outcome.PASS) -> Read[Payload]:
    envelope = Envelope(
        kind=kind,
        tool_version="0.1.0",
        created_at=NOW,
        source=Source(),
        trust=Trust.CLAIMED,
        outcome=outcome,
        payload=payload,
    )
    return Read(envelope, f".mlops/results/{kind}.json", kind[0].encode().hex()[:1] * 64)


def summary(role: str, rows: int) -> DatasetSummary:
    columns = (
        ColumnSummary(name="tenure", type="BIGINT", rows=rows, nulls=0, mean=32.0),
        ColumnSummary(name="contract", type="VARCHAR", rows=rows, nulls=0),
        ColumnSummary(name="churned", type="BIGINT", rows=rows, nulls=0, mean=0.27),
    )
    return DatasetSummary(
        role=role, path=f"{role}.parquet", rows=rows, columns=columns, bytes=1, sha256="0" * 64
    )


def check(identifier: str, role: str, outcome: Outcome = Outcome.PASS) -> CheckResult:
    sentence = f"{identifier} on {role}: {outcome}"
    return CheckResult(id=identifier, title="t", subject="s", role=role, outcome=outcome, sentence=sentence)


def dataset(**changes: Any) -> DatasetResult:
    values: dict[str, Any] = {
        "datasets": (summary("train", 5634), summary("evaluation", 1409), summary("serving_log", 7)),
        "checks": (
            check("DS101", "train"),
            check("DS101", "evaluation"),
            check("DS101", "serving_log", Outcome.FAIL),
            check("DS401", "train", Outcome.FAIL),
        ),
        "schema_path": "mlops/schema.yaml",
        "schema_sha256": "1" * 64,
        "schema_coverage": tuple(
            SchemaCoverage(
                column=name,
                has_type=True,
                has_nullability=True,
                has_range_or_set=True,
                has_distribution_bound=True,
            )
            for name in ("tenure", "contract")
        ),
        "self_tests": tuple(SelfTest(probe="DATA1", fault=fault, noticed=True) for fault in SCHEMA_FAULTS),
        "features": ("tenure", "contract"),
    }
    return DatasetResult(**{**values, **changes})


def metric(
    name: str, slice_: str = "", value: float | None = 0.84, improvement: float | None = 0.01
) -> Comparison:
    lower = name == "brier_score_loss"
    interval = Interval(low=(value or 0) - 0.02, high=(value or 0) + 0.02, confidence=0.95)
    change = None
    if improvement is not None:
        change = Difference(
            change=-improvement if lower else improvement,
            improvement=improvement,
            interval=Interval(low=improvement - 0.01, high=improvement + 0.01, confidence=0.95),
            quantiles=Quantiles(levels=(0.5,), values=(improvement,)),
            standard_error=0.005,
            verdict=Change.NO_WORSE,
        )
    return Comparison(
        kind="metric",
        name=name,
        title=name,
        direction="lower_is_better" if lower else "higher_is_better",
        slice=slice_,
        n=1409 if not slice_ else 300,
        candidate=Estimate(value=value, interval=interval if value is not None else None),
        difference=change,
    )


KPI = metric("profit_per_1000").model_copy(update={"kind": "kpi"})


def evaluation(**changes: Any) -> EvaluationResult:
    values: dict[str, Any] = {
        "task": "binary",
        "n": 1409,
        "threshold": 0.5,
        "confidence": 0.95,
        "resamples": 2000,
        "seed": 0,
        "baseline_kind": "retrained",
        "comparisons": (
            metric("precision"),
            metric("roc_auc"),
            KPI,
            metric("precision", "contract=Two year", 0.4),
            metric("roc_auc", "contract=Two year", 0.8),
            metric("roc_auc", "contract=One year", 0.79),
        ),
        "coverage": (SliceCoverage(column="contract", rows=1409, covered=1409),),
        "simpler_models": tuple(
            SimplerModel(
                name=name, metric="roc_auc", value=0.7, gain=0.1, gain_low=0.05, gain_high=0.15, n=1409
            )
            for name in ("dummy", "one_feature_tree", "logistic_5")
        ),
        "serving": (
            ServingFacts(role="baseline", rows=1409, answered=1409, non_finite=9),
            ServingFacts(
                role="candidate",
                rows=1409,
                answered=1409,
                fuzz_rows=64,
                batch_vs_single_max_difference=0.0,
            ),
        ),
        "reproduction": Reproduction(rows=1409, max_abs_difference=0.0, flips=0, same_model_digest=True),
        "perturbation": Perturbation(differs=True, rows=200, max_abs_difference=0.1),
    }
    return EvaluationResult(**{**values, **changes})


def rule(condition: str, outcome: Outcome = Outcome.PASS, **changes: Any) -> RuleVerdict:
    values: dict[str, Any] = {"rule": 0, "kind": "metric", "subject": "roc_auc", "n": 1409}
    return RuleVerdict(
        **{**values, **changes}, condition=condition, outcome=outcome, sentence=f"{condition} (n=1,409)."
    )


RULES = (rule("minimum 0.75"), rule("max_regression 0.01"), rule("minimum 9000", kind="kpi"))


def everything(**changes: Any) -> Facts:
    values: dict[str, Any] = {
        "dataset": read("dataset", dataset(), Outcome.WARN),
        "training": read("training", TrainingResult(runs=())),
        "evaluation": read("evaluation", evaluation()),
        "schema_committed": True,
        "rules": RULES,
        "degraded_rules": (rule("minimum 0.75", Outcome.FAIL),),
    }
    return collect_facts(**{**values, **changes})


def test_nothing_collected_is_nothing_known() -> None:
    assert collect_facts(None, None, None) == Facts()


def test_a_whole_run_answers_seven_tests() -> None:
    findings = observe(everything())
    judged = {key: each.result for key, each in findings.items() if each.status is Status.AUTOMATED}
    assert judged == dict.fromkeys(
        ("DATA1", "MODEL5", "MODEL6", "INFRA1", "INFRA3", "INFRA4", "MONITOR5"), "pass"
    ), {key: each.message for key, each in findings.items()}


def test_every_fact_carries_the_result_it_was_read_from() -> None:
    facts = everything()
    assert facts.schema is not None
    assert [each.reference for each in facts.schema.evidence] == [".mlops/results/dataset.json"]
    assert facts.pipeline is not None
    kinds = [each.reference.rsplit("/", 1)[-1] for each in facts.pipeline.evidence]
    assert kinds == ["dataset.json", "training.json", "evaluation.json"]


def test_only_schema_checks_of_the_two_splits_are_judged() -> None:
    schema = everything().schema
    assert schema is not None
    assert [(each.id, each.role) for each in schema.checks] == [("DS101", "train"), ("DS101", "evaluation")]
    assert schema.rows == 1409


@pytest.mark.parametrize(
    ("features", "faults"),
    [
        (("tenure", "contract"), {"null", "drop", "scale", "categor"}),
        (("tenure",), {"null", "drop", "scale"}),
        (("contract",), {"null", "drop", "categor"}),
    ],
)
def test_faults_follow_the_families_of_the_inputs(features: tuple[str, ...], faults: set[str]) -> None:
    schema = everything(dataset=read("dataset", dataset(features=features))).schema
    assert schema is not None
    assert set(schema.faults) == faults


def test_the_candidates_server_is_judged_not_the_baselines() -> None:
    numerics = everything().numerics
    assert numerics is not None
    assert numerics.serving.role == "candidate"


def test_a_stage_that_did_not_run_is_skipped_in_the_pipeline() -> None:
    pipeline = everything(training=None).pipeline
    assert pipeline is not None
    assert ("train", Outcome.SKIPPED) in pipeline.stages
    assert ("validate", Outcome.WARN) in pipeline.stages


def test_floors_and_changes_of_metrics_only() -> None:
    quality = everything().quality
    assert quality is not None
    assert [each.condition for each in quality.floors] == ["minimum 0.75"]
    assert [each.condition for each in quality.changes] == ["max_regression 0.01"]


@pytest.mark.parametrize(
    ("degraded", "noticed"),
    [
        (None, None),
        ((), None),
        ((rule("minimum 0.75", Outcome.FAIL), rule("max_regression 0.01")), True),
        ((rule("minimum 0.75"), rule("max_regression 0.01", Outcome.WARN)), False),
    ],
)
def test_a_degraded_model_is_vetoed_by_a_fail(
    degraded: tuple[RuleVerdict, ...] | None, noticed: bool | None
) -> None:
    assert everything(degraded_rules=degraded).self_test_red("INFRA4") is noticed


@pytest.mark.parametrize(
    ("seen", "noticed"),
    [
        (None, None),
        (Perturbation(reason="its answers"), None),
        (Perturbation(differs=False, rows=1409), False),
        (Perturbation(differs=True, rows=200), True),
        (Perturbation(differs=True, rows=200, copied=True), False),
    ],
)
def test_rows_left_out_are_the_self_test_of_training(seen: Perturbation | None, noticed: bool | None) -> None:
    facts = everything(evaluation=read("evaluation", evaluation(perturbation=seen)))
    assert [facts.self_test_red(each) for each in ("INFRA1", "INFRA3")] == [noticed, noticed]
    results = {each: observe(facts)[each].result for each in ("INFRA1", "INFRA3")}
    said = {None: "inconclusive", False: "fail", True: "pass"}[noticed]
    assert results == {"INFRA1": said, "INFRA3": said}


def test_unjudged_rules_leave_infra4_unobserved() -> None:
    finding = observe(everything(rules=None))["INFRA4"]
    assert finding.status is Status.UNOBSERVED
    assert "gate.rules" in finding.missing[0]


def test_a_crashed_stage_is_an_error_not_an_unobserved_test() -> None:
    crashed = evaluation(comparisons=(), simpler_models=(), serving=(), reproduction=None, coverage=())
    findings = observe(everything(evaluation=read("evaluation", crashed, Outcome.ERROR)))
    for identifier in ("MODEL5", "MODEL6", "INFRA1", "MONITOR5"):
        assert findings[identifier].status is Status.ERROR
        assert "evaluate ended with an error" in findings[identifier].message
    assert findings["INFRA3"].result == "fail"


def test_slices_prefer_a_metric_that_ignores_prevalence() -> None:
    fact = slices_fact(evaluation(), ())
    assert fact is not None
    assert (fact.metric, fact.overall) == ("roc_auc", 0.84)
    assert [each.name for each in fact.slices] == ["contract=Two year", "contract=One year"]


def test_slices_without_a_baseline_have_no_improvement() -> None:
    rows = (metric("roc_auc"), metric("roc_auc", "contract=Two year", 0.8, None))
    fact = slices_fact(evaluation(comparisons=rows), ())
    assert fact is not None
    assert fact.slices[0].improvement_high is None


def test_an_undefined_slice_keeps_its_place() -> None:
    rows = (metric("roc_auc"), metric("roc_auc", "contract=Two year", None, None))
    fact = slices_fact(evaluation(comparisons=rows), ())
    assert fact is not None
    assert (fact.slices[0].value, fact.slices[0].low) == (None, None)


def test_no_overall_figure_is_no_fact() -> None:
    assert slices_fact(evaluation(comparisons=(metric("roc_auc", value=None),)), ()) is None


def test_the_interval_of_many_slices_is_wider() -> None:
    interval = Interval(low=0.7, high=0.85, confidence=0.95)
    assert widen(0.8, interval, 1) == pytest.approx((0.7, 0.85))
    low, high = widen(0.8, interval, 10)
    stretch = NormalDist().inv_cdf(0.9975) / NormalDist().inv_cdf(0.975)
    assert low == pytest.approx(0.8 - 0.1 * stretch)
    assert high == pytest.approx(0.8 + 0.05 * stretch)
    assert stretch == pytest.approx(2.8070 / 1.9600, abs=1e-3)
