"""Above 20,000 rows blocks of rows are resampled: the same intervals, at a cost that does not explode."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from mlops_actions.config.evaluate import KpiConfig
from mlops_actions.evaluation import comparison as module
from mlops_actions.evaluation.comparison import BY_BLOCKS, MANY_ROWS, Settings, compare
from mlops_actions.evaluation.figures import kpi_figure, metric_figures
from mlops_actions.evaluation.metrics import METRICS
from mlops_actions.evaluation.rows import Outputs, Rows
from mlops_actions.statistics.blocks import BLOCKS, left_out_weights, resampled

if TYPE_CHECKING:
    from mlops_actions.results.evaluation import Comparison

PROBABILITIES = ("roc_auc", "average_precision", "brier_score_loss", "log_loss")
NAMES = (*PROBABILITIES, "accuracy", "precision", "recall", "f1")
KPIS: dict[str, dict[str, Any]] = {
    "mean": {},
    "sum": {},
    "ratio": {"denominator": "x"},
    "quantile": {"quantile": 0.5},
}
SETTINGS = Settings(resamples=1000, seed=3)


def outputs(score: np.ndarray) -> Outputs:
    return Outputs(score, (score >= 0.5).astype(float))


def make_rows(n: int, *, weighted: bool = False) -> Rows:
    generator = np.random.default_rng(1)
    truth = generator.normal(size=n)
    label = (truth + generator.normal(size=n) > 1).astype(float)
    candidate = 1 / (1 + np.exp(1 - 1.5 * truth))
    baseline = 1 / (1 + np.exp(1 - 1.5 * (truth + 0.3 * generator.normal(size=n))))
    weight = generator.uniform(0.5, 2, size=n) if weighted else None
    return Rows(label, outputs(candidate), outputs(baseline), weight)


def compared(rows: Rows) -> dict[str, Comparison]:
    generator = np.random.default_rng(2)
    money = generator.gamma(2, 50, size=rows.n)
    figures = list(metric_figures(rows, NAMES))
    for name, given in KPIS.items():
        kpi = KpiConfig.model_validate(
            {"id": name, "title": name, "row_value": "x", "aggregate": name, **given}
        )
        bottom = money + 1 if name == "ratio" else None
        better = money * 1.01 + generator.normal(size=rows.n)
        figures.append(kpi_figure(kpi, (better, bottom), (money, bottom)))
    return {each.name: each for each in compare(rows, figures, SETTINGS)}


@pytest.mark.parametrize("weighted", [False, True])
def test_at_the_border_both_ways_agree(monkeypatch: pytest.MonkeyPatch, *, weighted: bool) -> None:
    rows = make_rows(4000, weighted=weighted)
    by_rows = compared(rows)
    monkeypatch.setattr(module, "MANY_ROWS", 3999)
    by_blocks = compared(rows)
    for name in (*NAMES, *KPIS):
        one, other = by_rows[name].difference, by_blocks[name].difference
        assert one is not None
        assert other is not None
        assert other.change == one.change
        if name == "quantile":  # not smooth: its rows are resampled however many there are
            assert other == one
            continue
        assert (one.method, other.method) == ("paired bootstrap", BY_BLOCKS)
        assert other.standard_error == pytest.approx(one.standard_error, rel=0.2), name
        width = one.interval.high - one.interval.low
        assert other.interval.low == pytest.approx(one.interval.low, abs=0.15 * width), name
        assert other.interval.high == pytest.approx(one.interval.high, abs=0.15 * width), name


def test_the_border_is_where_it_is_said_to_be() -> None:
    for more, method in ((0, "paired bootstrap"), (1, BY_BLOCKS)):
        rows = make_rows(MANY_ROWS + more)
        (made,) = compare(rows, metric_figures(rows, ["brier_score_loss"]), Settings(resamples=100))
        assert made.difference is not None
        assert made.difference.method == method


def test_identical_models_differ_by_exactly_nothing_and_the_seed_decides_alone() -> None:
    rows = make_rows(MANY_ROWS + 1)
    same = Rows(rows.label, rows.candidate, rows.candidate)
    (equal,) = compare(same, metric_figures(same, ["roc_auc"]), SETTINGS)
    assert equal.difference is not None
    assert (equal.difference.interval.low, equal.difference.interval.high) == (0.0, 0.0)
    again = [compare(rows, metric_figures(rows, ["roc_auc"]), SETTINGS) for _ in range(2)]
    assert again[0] == again[1]


def test_intervals_cover_the_truth_as_often_as_they_say() -> None:
    """Of 200 draws of a mean and of an AUC 95 % of the intervals hold the truth, give or take."""
    generator = np.random.default_rng(5)
    held = {"mean": 0, "auc": 0}
    classes = np.repeat([0, 1], 200_000)
    truth = roc_auc_score(classes, generator.normal(size=400_000) + classes)
    for draw in range(200):
        label = generator.integers(0, 2, size=2000).astype(float)
        score = generator.normal(size=2000) + label
        prepared = {
            "auc": (METRICS["roc_auc"].prepare(label, score), truth),
            "mean": (METRICS["mean_absolute_error"].prepare(np.full(2000, -100.0), score), 100.5),
        }
        for name, (compute, true) in prepared.items():
            left_out = np.concatenate([compute(block) for block in left_out_weights(2000, draw)])
            values = resampled(float(compute(np.ones((1, 2000)))[0]), left_out, 1000, draw)
            low, high = np.quantile(values, (0.025, 0.975))
            held[name] += int(low <= true <= high)
    assert all(182 <= count <= 199 for count in held.values()), held


def test_every_row_is_left_out_once() -> None:
    weights = np.concatenate(list(left_out_weights(1003, 4)))
    assert weights.shape == (BLOCKS, 1003)
    assert (weights.sum(axis=0) == BLOCKS - 1).all()
    assert set((1 - weights).sum(axis=1)) == {5.0, 6.0}
