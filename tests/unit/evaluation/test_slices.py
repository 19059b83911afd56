"""Slices, groups and curves."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import auc, roc_auc_score

from mlops_actions.evaluation.comparison import Settings
from mlops_actions.evaluation.curves import curves_of, value_curves_of
from mlops_actions.evaluation.fairness import by_group
from mlops_actions.evaluation.rows import Outputs, Rows
from mlops_actions.evaluation.slices import compare_slices

GENERATOR = np.random.default_rng(0)
LABEL = (GENERATOR.random(1000) < 0.4).astype(float)
SCORE = np.clip(0.4 * LABEL + 0.6 * GENERATOR.random(1000), 0, 1)


def test_small_slices_are_counted_not_judged() -> None:
    values = ["a"] * 600 + ["b"] * 300 + [None] * 100
    rows = Rows(LABEL, Outputs(SCORE, None), None)
    found, coverage = compare_slices(
        rows, {"c": values}, ("roc_auc",), Settings(resamples=200), min_rows=150, binary=True
    )
    assert [each.slice for each in found] == ["c=a", "c=b"]
    assert [each.n for each in found] == [600, 300]
    assert found[0].candidate.value == pytest.approx(roc_auc_score(LABEL[:600], SCORE[:600]))
    assert coverage[0].covered == 900
    assert coverage[0].skipped_values == 1


def test_groups() -> None:
    prediction = np.r_[np.ones(300), np.zeros(200), np.ones(150), np.zeros(350)]
    row = by_group("g", ["x"] * 500 + ["y"] * 500, LABEL, prediction, min_rows=100)
    assert row.selection_ratio == pytest.approx(0.5)
    assert row.selection_difference == pytest.approx(0.3)
    assert row.p_value is not None
    assert row.p_value < 1e-10
    first = row.groups[0]
    assert first.selection_interval is not None
    assert first.selection_interval.low < 0.6 < first.selection_interval.high
    assert first.true_positive_rate == pytest.approx(prediction[:500][LABEL[:500] == 1].mean())


def test_equal_groups_and_a_lonely_group() -> None:
    prediction = np.tile([0.0, 1.0], 500)
    equal = by_group("g", ["x", "x", "y", "y"] * 250, LABEL, prediction, min_rows=100)
    assert equal.selection_ratio == 1.0
    assert equal.p_value == pytest.approx(1.0)
    assert by_group("g", ["x"] * 1000, LABEL, prediction, min_rows=100).selection_ratio is None


def test_roc_curve_has_the_area_of_roc_auc() -> None:
    roc, precision_recall, calibration = curves_of("candidate", LABEL, SCORE.round(2))
    assert auc(roc.x, roc.y) == pytest.approx(roc_auc_score(LABEL, SCORE.round(2)), abs=1e-3)
    assert (roc.x[0], roc.y[0], roc.x[-1], roc.y[-1]) == (0.0, 0.0, 1.0, 1.0)
    assert precision_recall.y[-1] == pytest.approx(LABEL.mean())
    assert len(calibration.x) == 10
    assert len(roc.x) <= 200


def test_curves_of_values() -> None:
    label = np.arange(1000.0)
    means, errors = value_curves_of("candidate", label, label + np.where(label < 500, 2.0, -8.0))
    assert (means.name, errors.name, len(means.x)) == ("predicted_actual", "errors", 10)
    assert means.y[0] == pytest.approx(49.5)
    assert means.x[0] == pytest.approx(51.5)
    assert (errors.x[0], errors.x[-1], errors.y[-1]) == (2.0, 8.0, 0.99)
    half = next(share for error, share in zip(errors.x, errors.y, strict=True) if error > 2)
    assert half == pytest.approx(0.5, abs=0.01)
