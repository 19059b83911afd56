"""What the rules look at: parts of the results of other stages."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlops_actions.results.dataset import CheckResult
    from mlops_actions.results.evaluation import Comparison
    from mlops_actions.results.score import ScoreResult


@dataclass(frozen=True)
class Evidence:
    """Empty parts were not measured. Costs: training_seconds, peak_memory_bytes, model_bytes."""

    comparisons: tuple[Comparison, ...] = ()
    checks: tuple[CheckResult, ...] = ()
    score: ScoreResult | None = None
    base_score: ScoreResult | None = None
    costs: Mapping[str, float] = field(default_factory=dict)
    base_costs: Mapping[str, float] = field(default_factory=dict)
