"""Every metric equals scikit-learn's, with ties and weights; what is undefined is None."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics as reference

from mlops_actions.evaluation.metrics import METRICS, measure

SCORE = {
    "roc_auc": reference.roc_auc_score,
    "average_precision": reference.average_precision_score,
    "brier_score_loss": reference.brier_score_loss,
    "log_loss": reference.log_loss,
}
LABEL = {
    "accuracy": reference.accuracy_score,
    "precision": reference.precision_score,
    "recall": reference.recall_score,
    "f1": reference.f1_score,
}
VALUE = {
    "mean_absolute_error": reference.mean_absolute_error,
    "root_mean_squared_error": reference.root_mean_squared_error,
    "r2": reference.r2_score,
}


def _data(seed: int, *, ties: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    generator = np.random.default_rng(seed)
    label = (generator.random(500) < 0.3).astype(float)
    score = np.clip(0.3 * label + 0.7 * generator.random(500), 0, 1)
    return label, score.round(1) if ties else score, generator.integers(0, 5, 500).astype(float)


@pytest.mark.parametrize("ties", [False, True])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("name", [*SCORE, *LABEL])
def test_binary_metrics_equal_scikit_learn(name: str, *, ties: bool, weighted: bool) -> None:
    label, score, weight = _data(3, ties=ties)
    values = score if name in SCORE else (score >= 0.5).astype(float)
    theirs = (SCORE | LABEL)[name](label, values, sample_weight=weight if weighted else None)
    ours = measure(METRICS[name], label, values, weight if weighted else None)
    assert ours == pytest.approx(theirs, rel=1e-12)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("name", list(VALUE))
def test_regression_metrics_equal_scikit_learn(name: str, *, weighted: bool) -> None:
    generator = np.random.default_rng(4)
    label = generator.normal(1e6, 3, 400)
    value = label + generator.normal(0, 1, 400)
    weight = generator.integers(0, 4, 400).astype(float) if weighted else None
    theirs = VALUE[name](label, value, sample_weight=weight)
    assert measure(METRICS[name], label, value, weight) == pytest.approx(theirs, rel=1e-9)


def test_a_block_of_weights_gives_each_row_its_own_value() -> None:
    label, score, _ = _data(5, ties=True)
    weights = np.random.default_rng(6).integers(0, 3, size=(7, 500)).astype(float)
    block = METRICS["roc_auc"].prepare(label, score)(weights)
    single = [reference.roc_auc_score(label, score, sample_weight=row) for row in weights]
    assert block == pytest.approx(single, rel=1e-12)


@pytest.mark.parametrize("name", ["roc_auc", "average_precision", "recall"])
def test_undefined_is_none_not_zero(name: str) -> None:
    nothing = np.zeros(10)
    assert measure(METRICS[name], nothing, np.linspace(0, 1, 10)) is None


def test_precision_without_predictions_is_none() -> None:
    assert measure(METRICS["precision"], np.array([0.0, 1.0]), np.zeros(2)) is None


def test_constant_scores() -> None:
    label = np.array([0.0, 1.0, 1.0, 0.0])
    assert measure(METRICS["roc_auc"], label, np.full(4, 0.5)) == 0.5
    assert measure(METRICS["average_precision"], label, np.full(4, 0.5)) == 0.5


def test_directions() -> None:
    lower = {name for name, metric in METRICS.items() if metric.sign < 0}
    assert lower == {"brier_score_loss", "log_loss", "mean_absolute_error", "root_mean_squared_error"}
