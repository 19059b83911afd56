"""What probes judge: facts the score stage collects from the results of earlier stages.

A fact that is None was not measured: the probes that need it are UNOBSERVED and name the missing input.
Every fact carries the evidence it was read from; a judgement without evidence earns nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, TypeVar

from mlops_actions.errors import MlopsError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlops_actions.results.dataset import CheckResult, SchemaCoverage, SelfTest
    from mlops_actions.results.evaluation import (
        Direction,
        FairnessRow,
        Perturbation,
        Reproduction,
        ServingFacts,
        SimplerModel,
        SliceCoverage,
    )
    from mlops_actions.results.gate import RuleVerdict
    from mlops_actions.results.score import Evidence
    from mlops_actions.results.verdict import Outcome


@dataclass(frozen=True, kw_only=True)
class Fact:
    """Something measured, and where it was read.

    `claimed`: measured on predictions that were made elsewhere, nobody served the model here. `caution`: what
    makes the figures hard to believe.
    """

    evidence: tuple[Evidence, ...]
    claimed: bool = False
    caution: str = ""


@dataclass(frozen=True, kw_only=True)
class SchemaFact(Fact):
    """DATA1. The schema, how it covers the model's inputs, and what it said of train and evaluation.

    `committed`: the schema is in the base commit, so that it is older than the data it judges; None outside
    git. `checks`: the DS1xx results of both splits. `faults`: which injected faults this data can show
    (keys of `probes.data1_schema.FAULTS`). `rows`: rows of the smaller split.
    """

    path: str
    committed: bool | None
    features: tuple[str, ...]
    coverage: tuple[SchemaCoverage, ...]
    checks: tuple[CheckResult, ...]
    faults: tuple[str, ...]
    rows: int


@dataclass(frozen=True, kw_only=True)
class SimplerModelsFact(Fact):
    """MODEL5. The candidate's gain over each simpler model on the same rows; gain + is better."""

    models: tuple[SimplerModel, ...]


@dataclass(frozen=True, kw_only=True)
class SliceFigure:
    """One slice: the metric and the improvement over the baseline.

    `low`, `high` and the improvement's bounds are adjusted for the number of slices (Bonferroni, which is
    Holm's first step and so Holm's answer to "is any slice bad").
    """

    name: str
    n: int
    value: float | None
    low: float | None
    high: float | None
    improvement_low: float | None = None
    improvement_high: float | None = None


@dataclass(frozen=True, kw_only=True)
class SlicesFact(Fact):
    """MODEL6. One metric on every declared slice; `overall` is the candidate's figure on all rows."""

    metric: str
    direction: Direction
    overall: float
    n: int
    slices: tuple[SliceFigure, ...]
    coverage: tuple[SliceCoverage, ...]


@dataclass(frozen=True, kw_only=True)
class InclusionFact(Fact):
    """MODEL7. Selection rates of the groups of each sensitive feature; empty: none is declared."""

    features: tuple[FairnessRow, ...]


@dataclass(frozen=True, kw_only=True)
class ReproductionFact(Fact):
    """INFRA1. The candidate trained twice on the same data, and once on fewer rows.

    `metric_change` and `metric_limit`: absolute change of the first metric, and the declared tolerance.
    """

    reproduction: Reproduction
    perturbation: Perturbation | None = None
    metric_change: float | None = None
    metric_limit: float | None = None


@dataclass(frozen=True, kw_only=True)
class PipelineFact(Fact):
    """INFRA3. How each stage ended (SKIPPED: did not run) and what the candidate's server answered.

    `perturbation`: whether a training on fewer rows changed the answers.
    """

    stages: tuple[tuple[str, Outcome], ...]
    serving: ServingFacts | None
    perturbation: Perturbation | None = None


@dataclass(frozen=True, kw_only=True)
class QualityFact(Fact):
    """INFRA4. The gate's metric rules on the candidate: absolute floors and changes against the baseline."""

    floors: tuple[RuleVerdict, ...]
    changes: tuple[RuleVerdict, ...]


@dataclass(frozen=True, kw_only=True)
class NumericsFact(Fact):
    """MONITOR5. The candidate's answers on the evaluation rows and on fuzz rows, through its server."""

    serving: ServingFacts


SomeFact = TypeVar("SomeFact", bound=Fact)


@dataclass(frozen=True, kw_only=True)
class Facts:
    """All that is known.

    `errors`: fact type -> why its measurement crashed. `not_applicable`: test id -> reason.
    """

    schema: SchemaFact | None = None
    simpler_models: SimplerModelsFact | None = None
    slices: SlicesFact | None = None
    inclusion: InclusionFact | None = None
    reproduction: ReproductionFact | None = None
    pipeline: PipelineFact | None = None
    quality: QualityFact | None = None
    numerics: NumericsFact | None = None
    self_tests: tuple[SelfTest, ...] = ()
    errors: Mapping[type[Fact], str] = field(default_factory=dict)
    not_applicable: Mapping[str, str] = field(default_factory=dict)

    def find(self, kind: type[SomeFact]) -> SomeFact | None:
        """The fact of that type, or None when it was not measured."""
        values = (getattr(self, each.name) for each in fields(self))
        return next((value for value in values if isinstance(value, kind)), None)

    def require(self, kind: type[SomeFact]) -> SomeFact:
        """The fact a probe declared as a need; MlopsError when it judges without looking at its needs."""
        fact = self.find(kind)
        if fact is None:
            raise MlopsError(f"a probe was judged without {kind.__name__}, which its needs do not declare")
        return fact

    def self_tests_of(self, probe: str) -> tuple[SelfTest, ...]:
        """The injected faults meant for that probe."""
        return tuple(test for test in self.self_tests if test.probe == probe)

    def self_test_red(self, probe: str) -> bool | None:
        """Whether the probe noticed every injected fault; None when none was injected."""
        tests = self.self_tests_of(probe)
        return all(test.noticed for test in tests) if tests else None
