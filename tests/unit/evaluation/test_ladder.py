"""Models on the same rows: figures as scikit-learn's, paired gains, and when a step up is worth it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.metrics import f1_score, log_loss, roc_auc_score, root_mean_squared_error

from mlops_actions.evaluation.comparison import Settings
from mlops_actions.evaluation.ladder import CANDIDATE, Judges, judge_models, standard_error
from mlops_actions.evaluation.rows import Outputs
from mlops_actions.results.evaluation import Estimate, Quantiles
from mlops_actions.statistics.quantiles import quantile_levels

ROWS = 600


def _judges(label: Any, task: str, metric: str, **more: Any) -> Judges:
    return Judges(label, more.pop("weight", None), task, metric, 0.5, Settings(resamples=500, seed=1), **more)


def _binary(seed: int = 0) -> tuple[Any, dict[str, Any]]:
    draw = np.random.default_rng(seed)
    signal = draw.normal(size=ROWS)
    label = (signal + draw.logistic(size=ROWS) > 0) * 1.0
    flat = np.full(ROWS, label.mean())
    good = 1 / (1 + np.exp(-signal))
    weak = 1 / (1 + np.exp(-(signal + 3 * draw.normal(size=ROWS))))
    return label, {"dummy": flat, "tree": weak, "linear": good}


def test_figures_gains_and_what_is_worth_less() -> None:
    label, answers = _binary()
    own = Outputs(answers["linear"], (answers["linear"] >= 0.5) * 1.0)
    found = judge_models(_judges(label, "binary", "roc_auc"), answers, own)
    for name, scores in answers.items():
        model = found.models[name]
        assert model.value == pytest.approx(roc_auc_score(label, scores), rel=1e-12)
        assert model.value is not None
        assert (model.low or 0) <= model.value <= (model.high or 0)
    assert found.best == "linear"  # as good as the candidate, and simpler
    assert found.models["linear"].gain == 0
    assert found.models["linear"].worth_less is False
    assert found.models["dummy"].worth_less is True
    assert found.models["dummy"].gain_low is not None
    assert found.models["dummy"].gain_low > 0.1
    assert found.models["dummy"].standard_error == 0
    assert found.models[CANDIDATE].gain is None
    error = found.models["linear"].standard_error
    assert error == pytest.approx(0.0205, abs=0.004)  # Hanley and McNeil (1982) for this AUC and these rows


def test_the_candidate_alone_at_the_top() -> None:
    label, answers = _binary(3)
    perfect = Outputs(0.5 * label + 0.25, label)
    found = judge_models(_judges(label, "binary", "log_loss"), answers, perfect)
    assert found.best == CANDIDATE
    assert all(found.models[name].worth_less for name in answers)
    assert (found.models["linear"].gain or 0) > 0  # lower is better, and + is better


def test_regression_where_lower_is_better_with_weights() -> None:
    draw = np.random.default_rng(2)
    label, weight = draw.normal(size=ROWS), draw.uniform(0.5, 2, size=ROWS)
    answers = {"dummy": np.zeros(ROWS), "linear": label + 0.5 * draw.normal(size=ROWS)}
    judges = _judges(label, "regression", "root_mean_squared_error", weight=weight)
    found = judge_models(judges, answers, Outputs(None, label + 0.1, labels=False))
    for name, values in answers.items():
        expected = root_mean_squared_error(label, values, sample_weight=weight)
        assert found.models[name].value == pytest.approx(expected, rel=1e-12)
    assert found.models[CANDIDATE].value == pytest.approx(0.1)
    assert found.best == CANDIDATE


@pytest.mark.parametrize("metric", ["log_loss", "f1_macro"])
def test_several_classes(metric: str) -> None:
    draw = np.random.default_rng(4)
    label = draw.integers(0, 3, ROWS).astype(float)
    shares = draw.dirichlet([1, 1, 1], ROWS)
    shares[np.arange(ROWS), label.astype(int)] += 0.4
    shares /= shares.sum(axis=1, keepdims=True)
    found = judge_models(_judges(label, "multiclass", metric), {"linear": shares}, None)
    expected = (
        log_loss(label, shares)
        if metric == "log_loss"
        else f1_score(label, shares.argmax(1), average="macro")
    )
    assert found.models["linear"].value == pytest.approx(expected, rel=1e-12)
    assert found.models["linear"].gain is None
    assert found.best == "linear"


def test_too_few_rows_say_so_and_decide_nothing() -> None:
    label, answers = _binary()
    few = {name: scores[:40] for name, scores in answers.items()}
    found = judge_models(_judges(label[:40], "binary", "roc_auc"), few, Outputs(few["linear"], None))
    assert found.models["linear"].reason.startswith("too_few_rows")
    assert found.models["dummy"].worth_less is None


def test_one_class_to_judge_by() -> None:
    _, answers = _binary()
    found = judge_models(
        _judges(np.ones(ROWS), "binary", "roc_auc"), answers, Outputs(answers["linear"], None)
    )
    assert found.best == ""
    assert all(model.value is None and model.reason for model in found.models.values())


def test_a_server_without_probabilities_has_no_such_figure() -> None:
    label, answers = _binary()
    found = judge_models(_judges(label, "binary", "roc_auc"), answers, Outputs(None, label))
    assert found.models[CANDIDATE].reason == "it gives no score"
    assert found.models["linear"].gain is None
    assert found.models["linear"].value is not None


def test_the_standard_error_is_that_of_the_resamples() -> None:
    draws = np.random.default_rng(0).normal(5, 2, 200_000)
    levels = quantile_levels()
    values = tuple(float(each) for each in np.quantile(draws, levels))
    assert standard_error(
        Estimate(value=5.0, quantiles=Quantiles(levels=levels, values=values))
    ) == pytest.approx(2, rel=0.02)
    assert standard_error(Estimate(value=5.0)) is None


def test_the_standard_error_of_a_figure_with_few_values() -> None:
    draws = np.random.default_rng(0).binomial(60, 0.97, 200_000) / 60  # the accuracy of 60 rows
    levels = quantile_levels()
    values = tuple(float(each) for each in np.quantile(draws, levels))
    found = standard_error(Estimate(value=0.97, quantiles=Quantiles(levels=levels, values=values)))
    assert found == pytest.approx(np.sqrt(0.97 * 0.03 / 60), rel=0.05)
