"""mlops.yaml, the one file a user writes."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from mlops_actions.config.base import ConfigModel, Identifier, Mistake, Mistakes, nearest
from mlops_actions.config.data import DataConfig
from mlops_actions.config.evaluate import BusinessConfig, EvaluateConfig, ScoreConfig, ValidateConfig
from mlops_actions.config.gate import GateConfig, MonitorConfig
from mlops_actions.config.privacy import PrivacyConfig
from mlops_actions.config.train import PredictionsConfig, ServingConfig, TrainConfig


class Config(ConfigModel):
    """The whole file. Only version, project and data are required."""

    version: Literal[1]
    project: Identifier
    business: BusinessConfig = BusinessConfig()
    data: DataConfig
    train: TrainConfig | None = None
    predictions: PredictionsConfig | None = None
    privacy: PrivacyConfig = PrivacyConfig()
    validate_: ValidateConfig = Field(default=ValidateConfig(), alias="validate")
    serving: ServingConfig = ServingConfig()
    evaluate: EvaluateConfig = EvaluateConfig()
    score: ScoreConfig = ScoreConfig()
    gate: GateConfig = GateConfig()
    monitor: MonitorConfig | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Config:
        wrong: list[Mistake] = []
        if self.train is not None and self.predictions is not None:
            hint = "Keep train: to train a model here, or predictions: to bring results."
            wrong.append(Mistake(("predictions",), "train and predictions exclude each other", hint))
        known = sorted(kpi.id for kpi in self.business.kpis)
        evaluated = self.evaluate.metric_names()
        for index, rule in enumerate(self.gate.rules):
            if rule.kpi is not None and rule.kpi not in known:
                hint = f"{nearest(rule.kpi, known)}Declared: {', '.join(known) or 'none'}."
                path = ("gate", "rules", index, "kpi")
                wrong.append(Mistake(path, f"no KPI {rule.kpi!r} in business.kpis", hint))
            if rule.metric is not None and rule.metric not in evaluated:
                hint = f"Add it to evaluate.metrics, or name one of: {', '.join(evaluated)}."
                path = ("gate", "rules", index, "metric")
                wrong.append(Mistake(path, f"{rule.metric!r} is not evaluated", hint))
        ladder = self.train.simple_models() if self.train is not None else None
        named = ladder is not None and "rungs" in ladder.model_fields_set and "last_value" in ladder.rungs
        if named and self.evaluate.task != "regression":
            message = f"last_value is of numbers; evaluate.task is {self.evaluate.task}"
            wrong.append(Mistake(("train", "ladder", "rungs"), message, "Remove it."))
        if wrong:
            raise Mistakes(wrong)
        return self

    def named_columns(self) -> list[tuple[tuple[str | int, ...], str]]:
        """Every column of the data that the file names, with the path it is named at."""
        found = self.data.named_columns()
        found += [(("evaluate", "slices", index), name) for index, name in enumerate(self.evaluate.slices)]
        return found + self.privacy.named_columns()
