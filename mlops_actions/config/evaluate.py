"""The `business:`, `evaluate:`, `score:` and `validate:` parts."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from mlops_actions.config.base import (
    Confidence,
    ConfigModel,
    Identifier,
    Mistake,
    Mistakes,
    Name,
    RelativePath,
    switch,
)

BINARY_METRICS = (
    "roc_auc", "average_precision", "brier_score_loss", "log_loss", "accuracy", "precision", "recall", "f1",
)  # fmt: skip
REGRESSION_METRICS = ("mean_absolute_error", "root_mean_squared_error", "r2")
MULTICLASS_METRICS = ("accuracy", "log_loss", "f1_macro")
Metric = Literal[
    "roc_auc", "average_precision", "brier_score_loss", "log_loss", "accuracy", "precision", "recall", "f1",
    "f1_macro", "mean_absolute_error", "root_mean_squared_error", "r2",
]  # fmt: skip
METRICS_OF_TASK: dict[str, tuple[str, ...]] = {
    "binary": BINARY_METRICS,
    "regression": REGRESSION_METRICS,
    "multiclass": MULTICLASS_METRICS,
}


class KpiConfig(ConfigModel):
    """A business number in money, computed on the same evaluation rows."""

    id: Identifier
    title: Name
    unit: str = ""
    direction: Literal["higher_is_better", "lower_is_better"] = "higher_is_better"
    row_value: Annotated[str, Field(min_length=1, max_length=4000)]
    aggregate: Literal["sum", "mean", "ratio", "quantile"] = "mean"
    denominator: Annotated[str, Field(max_length=4000)] | None = None
    quantile: Annotated[float, Field(gt=0, lt=1)] | None = None
    scale: float = 1.0
    target: float | None = None
    assumptions: dict[str, str | float | int] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _complete(self) -> KpiConfig:
        if (self.aggregate == "ratio") != (self.denominator is not None):
            message = "denominator belongs to aggregate: ratio, and ratio needs it"
            raise ValueError(message)
        if (self.aggregate == "quantile") != (self.quantile is not None):
            message = "quantile belongs to aggregate: quantile, which needs it"
            raise ValueError(message)
        return self


class BusinessConfig(ConfigModel):
    """Objective, owner and KPIs: what the model is for."""

    objective: str = ""
    owner: str = ""
    kpis: tuple[KpiConfig, ...] = ()

    @model_validator(mode="after")
    def _unique(self) -> BusinessConfig:
        ids = [kpi.id for kpi in self.kpis]
        twice = [
            Mistake(("kpis", index, "id"), f"{name!r} stands twice", "Give each KPI an id of its own.")
            for index, name in enumerate(ids)
            if name in ids[:index]
        ]
        if twice:
            raise Mistakes(twice)
        return self


class EvaluateConfig(ConfigModel):
    """How two models are compared."""

    task: Literal["binary", "multiclass", "regression"] = "binary"
    positive: str | int | float | bool | None = None
    threshold: Annotated[float, Field(ge=0, le=1)] = 0.5
    metrics: tuple[Metric, ...] = ()
    slices: tuple[Name, ...] = ()
    min_slice_rows: Annotated[int, Field(ge=30)] = 100
    baseline: Annotated[
        Literal["auto", "artifact", "retrain", "predictions", "none"],
        switch("auto", "none", written=Literal["auto", "artifact", "retrain", "predictions", "none"]),
    ] = "auto"
    confidence: Confidence = 0.95
    resamples: Annotated[int, Field(ge=200, le=20_000)] = 2000
    seed: Annotated[int, Field(ge=0, lt=2**32)] = 0

    @model_validator(mode="after")
    def _metrics_of_task(self) -> EvaluateConfig:
        legal = METRICS_OF_TASK[self.task]
        wrong = [
            Mistake(
                ("metrics", index), f"{metric!r} is not a {self.task} metric", f"Allowed: {', '.join(legal)}."
            )
            for index, metric in enumerate(self.metrics)
            if metric not in legal
        ]
        if wrong:
            raise Mistakes(wrong)
        return self

    def metric_names(self) -> tuple[str, ...]:
        """The declared metrics, or every metric of the task."""
        return self.metrics or METRICS_OF_TASK[self.task]


class ScoreConfig(ConfigModel):
    """Which rubric, and where evidence documents lie."""

    rubric: Literal[2016, 2017] = 2017
    evidence: RelativePath = "mlops/evidence"


class ValidateConfig(ConfigModel):
    """Parameters per check id; the checks themselves say which are legal."""

    engine: Literal["duckdb", "spark"] = "duckdb"
    model_checks: Annotated[Literal["off", "auto"], switch("auto", "off", written=Literal["off", "auto"])] = (
        "auto"
    )
    model_budget: Annotated[float, Field(ge=0, le=3600)] = 20.0
    model_rows: Annotated[int, Field(ge=100, le=1_000_000)] = 20_000
    runner_cost_per_minute: Annotated[float, Field(ge=0)] | None = None
    show_values: bool = False
    checks: dict[str, dict[str, Any]] = Field(default_factory=dict)
    skip: dict[str, str] = Field(default_factory=dict)
