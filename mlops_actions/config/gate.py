"""The `gate:` and `monitor:` parts."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from mlops_actions.config.base import Confidence, ConfigModel, Identifier, Name
from mlops_actions.config.evaluate import Metric
from mlops_actions.config.units import Seconds

SUBJECTS = ("metric", "kpi", "slice", "score", "check", "probe", "cost")
ScoreSubject = Literal["effective", "practice", "data", "model", "infrastructure", "monitoring"]


class GateRule(ConfigModel):
    """One condition on one subject. Change rules speak of improvement: + is better."""

    metric: Metric | None = None
    kpi: Identifier | None = None
    slice: Name | None = None
    score: ScoreSubject | None = None
    check: Name | None = None
    probe: Name | None = None
    cost: Literal["training_seconds", "peak_memory_bytes", "model_bytes"] | None = None
    minimum: float | None = None
    maximum: float | None = None
    max_regression: Annotated[float, Field(ge=0)] | None = None
    min_improvement: Annotated[float, Field(ge=0)] | None = None
    relative: bool = False
    confidence: Confidence = 0.95
    require: Literal["no_regression_shown", "shown_no_worse"] = "no_regression_shown"
    strict: bool = False
    min_samples: Annotated[int, Field(ge=1)] | None = None
    on_missing: Literal["skip", "warn", "fail"] = "warn"
    severity: Literal["fail", "warn"] = "fail"

    @property
    def subject(self) -> str:
        """The kind of thing the rule speaks about; a slice rule also names a metric or KPI."""
        if self.slice is not None:
            return "slice"
        return next(name for name in SUBJECTS if getattr(self, name) is not None)

    @model_validator(mode="after")
    def _one_subject(self) -> GateRule:
        named = [name for name in SUBJECTS if name != "slice" and getattr(self, name) is not None]
        if len(named) != 1:
            seen = ", ".join(named) or "none"
            message = f"exactly one of metric, kpi, score, check, probe, cost is required; seen: {seen}"
            raise ValueError(message)
        if self.slice is not None and named[0] not in {"metric", "kpi"}:
            message = f"slice goes with metric or kpi, not with {named[0]}"
            raise ValueError(message)
        limits = (self.minimum, self.maximum, self.max_regression, self.min_improvement)
        if named[0] not in {"check", "probe"} and all(limit is None for limit in limits):
            message = "a limit is required: minimum, maximum, max_regression or min_improvement"
            raise ValueError(message)
        return self


class GateConfig(ConfigModel):
    """All rules; every one is judged before anything is reported."""

    rules: tuple[GateRule, ...] = ()


class RetrainConfig(ConfigModel):
    """What starts a retraining."""

    workflow: Name
    when: tuple[Literal["drift", "staleness", "quality"], ...] = ()


class MonitorConfig(ConfigModel):
    """After the merge."""

    period: Seconds = 86400.0
    retrain: RetrainConfig | None = None
