"""mlops.yaml, the one file a user writes."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from mlops_actions.config.base import ConfigModel, Identifier
from mlops_actions.config.data import DataConfig
from mlops_actions.config.evaluate import BusinessConfig, EvaluateConfig, ScoreConfig, ValidateConfig
from mlops_actions.config.gate import GateConfig, MonitorConfig
from mlops_actions.config.train import PredictionsConfig, ServingConfig, TrainConfig


class Config(ConfigModel):
    """The whole file. Only version, project and data are required."""

    version: Literal[1]
    project: Identifier
    business: BusinessConfig = BusinessConfig()
    data: DataConfig
    train: TrainConfig | None = None
    predictions: PredictionsConfig | None = None
    validate_: ValidateConfig = Field(default=ValidateConfig(), alias="validate")
    serving: ServingConfig = ServingConfig()
    evaluate: EvaluateConfig = EvaluateConfig()
    score: ScoreConfig = ScoreConfig()
    gate: GateConfig = GateConfig()
    monitor: MonitorConfig | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Config:
        if self.train is not None and self.predictions is not None:
            message = "train and predictions exclude each other: train a model here, or bring results"
            raise ValueError(message)
        known = {kpi.id for kpi in self.business.kpis}
        for index, rule in enumerate(self.gate.rules):
            if rule.kpi is not None and rule.kpi not in known:
                legal = ", ".join(sorted(known)) or "none declared"
                message = f"gate.rules[{index}].kpi: no KPI {rule.kpi!r} in business.kpis; declared: {legal}"
                raise ValueError(message)
            if rule.metric is not None and rule.metric not in self.evaluate.metric_names():
                legal = ", ".join(self.evaluate.metric_names())
                message = f"gate.rules[{index}].metric: {rule.metric!r} is not evaluated; evaluated: {legal}"
                raise ValueError(message)
        return self
