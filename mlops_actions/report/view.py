"""All that a report shows, from whatever results are there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_actions.results.evaluation import Change
from mlops_actions.results.verdict import Outcome

if TYPE_CHECKING:
    from mlops_actions.results.dataset import DatasetResult
    from mlops_actions.results.envelope import Envelope, InputRecord, Source, Trust
    from mlops_actions.results.evaluation import Comparison, EvaluationResult
    from mlops_actions.results.failure import Failure
    from mlops_actions.results.gate import GateResult, RuleVerdict, Standing
    from mlops_actions.results.score import ScoreResult
    from mlops_actions.results.training import TrainingResult

GRAVEST = (Change.REGRESSED, Change.INCONCLUSIVE, Change.NO_WORSE, Change.IMPROVED)
RED = (Outcome.FAIL, Outcome.ERROR)


@dataclass(frozen=True)
class View:
    """Results of one run; None where a stage left none."""

    project: str
    objective: str
    owner: str
    source: Source
    trust: Trust
    tool_version: str
    dataset: Envelope[DatasetResult] | None = None
    training: Envelope[TrainingResult] | None = None
    evaluation: Envelope[EvaluationResult] | None = None
    score: Envelope[ScoreResult] | None = None
    gate: Envelope[GateResult] | None = None
    records: tuple[InputRecord, ...] = ()
    failures: tuple[Failure, ...] = ()

    @property
    def outcome(self) -> Outcome:
        """The gate's verdict; error when it could not be formed."""
        return self.gate.payload.outcome if self.gate is not None else Outcome.ERROR

    @property
    def rules(self) -> tuple[RuleVerdict, ...]:
        """All rule verdicts."""
        return self.gate.payload.rules if self.gate is not None else ()

    @property
    def red(self) -> tuple[RuleVerdict, ...]:
        """The rules that fail."""
        return tuple(rule for rule in self.rules if rule.outcome in RED)

    def standing(self, standing: Standing) -> tuple[RuleVerdict, ...]:
        """The rules that hold, fail, warn, are not decided or were skipped."""
        return tuple(rule for rule in self.rules if rule.standing == standing)

    def change_of(self, comparison: Comparison) -> Change | None:
        """The verdict on a change: the gravest of its rules' (with their margin), else its own."""
        kind = "slice" if comparison.slice else comparison.kind
        words = [
            GRAVEST.index(Change(rule.reason))
            for rule in self.rules
            if (rule.kind, rule.subject) == (kind, comparison.subject) and rule.reason in GRAVEST
        ]
        if words:
            return GRAVEST[min(words)]
        return comparison.difference.verdict if comparison.difference is not None else None

    def overall(self, kind: str) -> tuple[Comparison, ...]:
        """Comparisons of one kind on all rows."""
        if self.evaluation is None:
            return ()
        return tuple(
            each for each in self.evaluation.payload.comparisons if each.kind == kind and not each.slice
        )

    def slices(self) -> tuple[Comparison, ...]:
        """Comparisons on slices."""
        if self.evaluation is None:
            return ()
        return tuple(each for each in self.evaluation.payload.comparisons if each.slice)
