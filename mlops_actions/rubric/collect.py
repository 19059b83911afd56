"""Facts out of the results of earlier stages. Pure: what cannot be known from a result is a parameter."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Generic, TypeVar

from mlops_actions.results.base import ResultModel
from mlops_actions.results.dataset import DatasetResult, SelfTest
from mlops_actions.results.perfection import too_good
from mlops_actions.results.score import Evidence
from mlops_actions.results.verdict import Outcome
from mlops_actions.rubric.collect_slices import slices_fact
from mlops_actions.rubric.facts import (
    Fact,
    Facts,
    InclusionFact,
    NumericsFact,
    PipelineFact,
    QualityFact,
    ReproductionFact,
    SchemaFact,
    SimplerModelsFact,
    SlicesFact,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlops_actions.results.envelope import Envelope
    from mlops_actions.results.evaluation import EvaluationResult, Perturbation, ServingFacts
    from mlops_actions.results.gate import RuleVerdict
    from mlops_actions.results.training import TrainingResult

Payload = TypeVar("Payload", bound=ResultModel)
JUDGED_SPLITS = ("train", "evaluation")
_FROM_EVALUATION: tuple[type[Fact], ...] = (
    SimplerModelsFact,
    SlicesFact,
    InclusionFact,
    ReproductionFact,
    QualityFact,
    NumericsFact,
)


@dataclass(frozen=True)
class Read(Generic[Payload]):
    """A result as read from the results folder: its envelope, its path and its digest."""

    envelope: Envelope[Payload]
    path: str
    sha256: str

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """The result as evidence."""
        return (Evidence(kind="result", reference=self.path, sha256=self.sha256),)


def collect_facts(
    dataset: Read[DatasetResult] | None,
    training: Read[TrainingResult] | None,
    evaluation: Read[EvaluationResult] | None,
    *,
    schema_committed: bool | None = None,
    rules: tuple[RuleVerdict, ...] | None = None,
    degraded_rules: tuple[RuleVerdict, ...] | None = None,
    not_applicable: Mapping[str, str] | None = None,
) -> Facts:
    """All facts the results hold.

    Args:
        dataset: the result of `validate`; None when it did not run (so for the others).
        training: the result of `train`.
        evaluation: the result of `evaluate`.
        schema_committed: whether the schema stands in the base commit; None outside git.
        rules: the gate's metric rules judged on this evaluation; None when they could not be judged.
        degraded_rules: the same rules judged on `evaluation.degraded`; None or empty when there is none.
        not_applicable: test id -> reason, as the base commit declares it.
    """
    faults = dataset.envelope.payload.self_tests if dataset else ()
    if evaluation:
        faults += evaluation.envelope.payload.self_tests
    if degraded_rules:
        vetoed = any(rule.outcome is Outcome.FAIL for rule in degraded_rules)
        faults += (SelfTest(probe="INFRA4", fault="a degraded model", noticed=vetoed),)
    if (seen := _perturbation(evaluation)) is not None and seen.differs is not None:
        noticed = seen.differs and not seen.copied
        faults += tuple(
            SelfTest(probe=probe, fault="training rows left out", noticed=noticed)
            for probe in ("INFRA1", "INFRA3")
        )
    return Facts(
        schema=_schema(dataset, committed=schema_committed) if dataset else None,
        simpler_models=_simpler_models(evaluation),
        slices=_slices(evaluation),
        inclusion=_inclusion(evaluation),
        reproduction=_reproduction(evaluation),
        pipeline=_pipeline(dataset, training, evaluation),
        quality=_quality(evaluation, rules),
        numerics=_numerics(evaluation),
        self_tests=faults,
        errors=_errors(dataset, evaluation),
        not_applicable=not_applicable or {},
    )


def _schema(dataset: Read[DatasetResult], *, committed: bool | None) -> SchemaFact | None:
    payload = dataset.envelope.payload
    splits = [each for each in payload.datasets if each.role in JUDGED_SPLITS]
    if not splits:
        return None
    columns = [column for column in splits[0].columns if column.name in payload.features]
    numeric = any(column.mean is not None for column in columns)
    categorical = any(column.mean is None for column in columns)
    faults = ("null", "drop", *(("scale",) if numeric else ()), *(("categor",) if categorical else ()))
    return SchemaFact(
        evidence=dataset.evidence,
        path=payload.schema_path,
        committed=committed,
        features=payload.features,
        coverage=payload.schema_coverage,
        checks=tuple(
            check for check in payload.checks if check.id.startswith("DS1") and check.role in JUDGED_SPLITS
        ),
        faults=faults,
        rows=min(split.rows for split in splits),
    )


def _simpler_models(evaluation: Read[EvaluationResult] | None) -> SimplerModelsFact | None:
    if evaluation is None or not (models := evaluation.envelope.payload.simpler_models):
        return None
    return SimplerModelsFact(evidence=evaluation.evidence, models=models)


def _inclusion(evaluation: Read[EvaluationResult] | None) -> InclusionFact | None:
    if evaluation is None or not (rows := evaluation.envelope.payload.fairness):
        return None
    return InclusionFact(evidence=evaluation.evidence, features=rows, claimed=_claimed(evaluation))


def _slices(evaluation: Read[EvaluationResult] | None) -> SlicesFact | None:
    fact = slices_fact(evaluation.envelope.payload, evaluation.evidence) if evaluation else None
    if evaluation is None or fact is None:
        return None
    return replace(fact, claimed=_claimed(evaluation), caution=too_good(evaluation.envelope.payload))


def _claimed(evaluation: Read[EvaluationResult]) -> bool:
    """Whether nobody served the candidate: its predictions are a file made elsewhere."""
    return all(each.role != "candidate" for each in evaluation.envelope.payload.serving)


def _reproduction(evaluation: Read[EvaluationResult] | None) -> ReproductionFact | None:
    if evaluation is None or (twice := evaluation.envelope.payload.reproduction) is None:
        return None
    return ReproductionFact(
        evidence=evaluation.evidence, reproduction=twice, perturbation=_perturbation(evaluation)
    )


def _perturbation(evaluation: Read[EvaluationResult] | None) -> Perturbation | None:
    return evaluation.envelope.payload.perturbation if evaluation else None


def _serving(evaluation: Read[EvaluationResult] | None) -> tuple[ServingFacts, ...]:
    return evaluation.envelope.payload.serving if evaluation else ()


def _numerics(evaluation: Read[EvaluationResult] | None) -> NumericsFact | None:
    seen = next((each for each in _serving(evaluation) if each.role == "candidate"), None)
    if evaluation is None or seen is None:
        return None
    return NumericsFact(evidence=evaluation.evidence, serving=seen)


def _pipeline(
    dataset: Read[DatasetResult] | None,
    training: Read[TrainingResult] | None,
    evaluation: Read[EvaluationResult] | None,
) -> PipelineFact | None:
    reads = {"validate": dataset, "train": training, "evaluate": evaluation}
    there = [read for read in reads.values() if read is not None]
    if not there:
        return None
    return PipelineFact(
        evidence=tuple(each for read in there for each in read.evidence),
        stages=tuple(
            (name, read.envelope.outcome if read else Outcome.SKIPPED) for name, read in reads.items()
        ),
        serving=next((each for each in _serving(evaluation) if each.role == "candidate"), None),
        perturbation=_perturbation(evaluation),
    )


def _quality(
    evaluation: Read[EvaluationResult] | None, rules: tuple[RuleVerdict, ...] | None
) -> QualityFact | None:
    if evaluation is None or rules is None:
        return None
    metric = [rule for rule in rules if rule.kind == "metric"]
    changes = tuple(
        rule for rule in metric if "regression" in rule.condition or "improvement" in rule.condition
    )
    floors = tuple(rule for rule in metric if rule not in changes)
    return QualityFact(
        evidence=evaluation.evidence,
        floors=floors,
        changes=changes,
        claimed=_claimed(evaluation),
        caution=too_good(evaluation.envelope.payload),
    )


def _errors(
    dataset: Read[DatasetResult] | None, evaluation: Read[EvaluationResult] | None
) -> dict[type[Fact], str]:
    """Facts whose stage ended with an error; a fact that was measured all the same is judged."""
    errors: dict[type[Fact], str] = {}
    if dataset is not None and dataset.envelope.outcome is Outcome.ERROR:
        errors[SchemaFact] = f"validate ended with an error ({dataset.path})"
    if evaluation is not None and evaluation.envelope.outcome is Outcome.ERROR:
        errors |= dict.fromkeys(_FROM_EVALUATION, f"evaluate ended with an error ({evaluation.path})")
    return errors
