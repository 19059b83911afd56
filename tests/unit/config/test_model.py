"""The parts of mlops.yaml: defaults, units, and what each part refuses."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from mlops_actions.config.base import nearest
from mlops_actions.config.container import ContainerConfig
from mlops_actions.config.data import DataConfig
from mlops_actions.config.evaluate import BusinessConfig, EvaluateConfig, KpiConfig
from mlops_actions.config.gate import GateRule, MonitorConfig
from mlops_actions.config.model import Config
from mlops_actions.config.train import TrainConfig
from mlops_actions.config.units import Bytes, Seconds

KPI = {"id": "money", "title": "Money", "row_value": "label"}


def refused(part: Any, value: object) -> str:
    """What the part says of a value."""
    with pytest.raises(ValidationError) as caught:
        part.model_validate(value)
    return caught.value.errors()[0]["msg"]


def test_only_version_project_and_data_are_required() -> None:
    config = Config.model_validate({"version": 1, "project": "p", "data": {"train": "a", "target": "y"}})
    assert config.gate.rules == ()
    assert config.evaluate.metric_names()[0] == "roc_auc"


def test_features_leave_out_what_is_no_model_input() -> None:
    value: dict[str, object] = {
        "train": "a.csv", "target": "y", "key": "id", "time": "day", "weight": "w",
        "sensitive": ["sex"], "exclude": ["note"],
    }  # fmt: skip
    columns = ("id", "day", "sex", "x", "note", "w", "y", "z")
    config = DataConfig.model_validate(value)
    assert config.key == ("id",)
    assert config.feature_columns(columns) == ("x", "z")
    assert DataConfig.model_validate({**value, "features": ["day", "x"]}).feature_columns(columns) == (
        "day",
        "x",
    )


@pytest.mark.parametrize(
    ("text", "size"),
    [("512", 512), ("2GiB", 2**31), ("1.5 MB", 1_500_000), ("3Ki", 3072), ("7 B", 7), (9, 9)],
)
def test_sizes(text: object, size: int) -> None:
    assert TypeAdapter(Bytes).validate_python(text) == size


@pytest.mark.parametrize(
    ("text", "seconds"), [("30s", 30), ("20m", 1200), ("1.5h", 5400), ("1d", 86400), (5, 5)]
)
def test_durations(text: object, seconds: float) -> None:
    assert TypeAdapter(Seconds).validate_python(text) == seconds


@pytest.mark.parametrize("text", ["2 apples", "", "-1GiB", "1e3", "0"])
def test_what_is_no_size_and_no_duration(text: str) -> None:
    for kind in (Bytes, Seconds):
        with pytest.raises(ValidationError):
            TypeAdapter(kind).validate_python(text)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"metric": "f1", "kpi": "x", "minimum": 1}, "seen: metric, kpi"),
        ({"minimum": 1}, "exactly one of metric, kpi, score, check, probe, cost is required; seen: none"),
        ({"slice": "*", "minimum": 1}, "seen: none"),
        ({"slice": "*", "score": "effective", "minimum": 1}, "slice goes with metric or kpi, not with score"),
        ({"metric": "f1"}, "a limit is required: minimum, maximum, max_regression or min_improvement"),
        ({"metric": "f1", "max_regression": -0.1}, "greater than or equal to 0"),
        ({"metric": "f1", "minimum": 1, "confidence": 0.5}, "greater than 0.5"),
    ],
)
def test_rules_that_are_refused(value: object, message: str) -> None:
    assert message in refused(GateRule, value)


@pytest.mark.parametrize(
    ("value", "subject"),
    [
        ({"check": "DS101"}, "check"),
        ({"probe": "data1.schema"}, "probe"),
        ({"slice": "region", "kpi": "x", "minimum": 1}, "slice"),
        ({"cost": "model_bytes", "maximum": 1}, "cost"),
    ],
)
def test_rules_that_are_fine(value: object, subject: str) -> None:
    assert GateRule.model_validate(value).subject == subject


@pytest.mark.parametrize(
    ("part", "value", "message"),
    [
        (KpiConfig, {**KPI, "aggregate": "ratio"}, "denominator belongs to aggregate: ratio"),
        (KpiConfig, {**KPI, "denominator": "1"}, "denominator belongs to aggregate: ratio"),
        (KpiConfig, {**KPI, "aggregate": "quantile"}, "quantile belongs to aggregate: quantile"),
        (BusinessConfig, {"kpis": [KPI, KPI]}, "'money' stands twice"),
        (EvaluateConfig, {"task": "regression", "metrics": ["r2", "f1"]}, "'f1' is not a regression metric"),
        (EvaluateConfig, {"threshold": 1.01}, "less than or equal to 1"),
        (ContainerConfig, {}, "exactly one of build and image is required"),
        (ContainerConfig, {"build": ".", "image": "a@sha256:0"}, "exactly one of build and image"),
        (ContainerConfig, {"image": "python:3.12"}, "image 'python:3.12': pin it by digest"),
        (TrainConfig, {}, "at least one of container and process is required"),
    ],
)
def test_parts_that_are_refused(part: Any, value: object, message: str) -> None:
    assert message in refused(part, value)


def test_train_and_predictions_exclude_each_other() -> None:
    value = {
        "version": 1,
        "project": "p",
        "data": {"train": "a", "target": "y"},
        "train": {"process": {}},
        "predictions": {"candidate": "p.parquet"},
    }
    assert "train and predictions exclude each other" in refused(Config, value)


def test_monitor_periods_have_units() -> None:
    assert MonitorConfig.model_validate({"period": "7d"}).period == 7 * 86400


def test_the_nearest_name() -> None:
    assert nearest("traget", ["train", "target"]) == "Did you mean 'target'? "
    assert nearest("zzz", ["train", "target"]) == ""
