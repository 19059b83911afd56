"""Paired comparisons: verdicts, determinism, identity, degenerate rows, coverage."""

from __future__ import annotations

import numpy as np
import pytest

from mlops_actions.config.evaluate import KpiConfig
from mlops_actions.errors import InputError
from mlops_actions.evaluation.comparison import Settings, compare
from mlops_actions.evaluation.figures import kpi_figure, metric_figures
from mlops_actions.evaluation.metrics import METRICS, measure
from mlops_actions.evaluation.rows import Outputs, Rows, align
from mlops_actions.results.evaluation import Change, Comparison

NAMES = ("roc_auc", "brier_score_loss", "accuracy", "precision")


def _outputs(score: np.ndarray) -> Outputs:
    return Outputs(score, (score >= 0.5).astype(float))


def _rows(n: int = 2000, *, noise: float = 0.5, seed: int = 1) -> Rows:
    """A baseline whose scores are noisier than the candidate's by `noise`."""
    generator = np.random.default_rng(seed)
    truth = generator.normal(size=n)
    label = (truth + generator.normal(size=n) > 0).astype(float)
    candidate = 1 / (1 + np.exp(-1.5 * truth))
    baseline = 1 / (1 + np.exp(-1.5 * (truth + noise * generator.normal(size=n))))
    return Rows(label, _outputs(candidate), _outputs(baseline))


def _compare(rows: Rows, **settings: float) -> dict[str, Comparison]:
    made = Settings(resamples=int(settings.pop("resamples", 500)), **settings)  # type: ignore[arg-type]
    return {each.name: each for each in compare(rows, metric_figures(rows, NAMES), made)}


def test_better_candidate_is_improved_in_every_direction() -> None:
    result = _compare(_rows(noise=1.0))
    for name in ("roc_auc", "brier_score_loss", "accuracy"):
        difference = result[name].difference
        assert difference is not None
        assert difference.verdict is Change.IMPROVED
        assert difference.improvement > 0
        assert difference.interval.low > 0
    brier = result["brier_score_loss"].difference
    assert brier is not None
    assert brier.change < 0 < brier.improvement
    swapped = _rows(noise=1.0)
    worse = Rows(swapped.label, swapped.baseline or swapped.candidate, swapped.candidate)
    assert all(
        each.difference is not None and each.difference.verdict is Change.REGRESSED
        for name, each in _compare(worse).items()
        if name != "precision"
    )


def test_identical_predictions_change_by_exactly_nothing() -> None:
    rows = _rows()
    same = Rows(rows.label, rows.candidate, rows.candidate)
    for each in _compare(same).values():
        assert each.difference is not None
        assert (each.difference.interval.low, each.difference.interval.high) == (0.0, 0.0)
        assert each.difference.verdict is Change.NO_WORSE
        assert each.difference.standard_error == 0.0


def test_points_are_the_metrics_and_intervals_hold_them() -> None:
    rows = _rows()
    result = _compare(rows)
    score = rows.candidate.score
    assert score is not None
    for name in ("roc_auc", "brier_score_loss"):
        estimate = result[name].candidate
        assert estimate.value == measure(METRICS[name], rows.label, score)
        assert estimate.interval is not None
        assert estimate.value is not None
        assert estimate.interval.low < estimate.value < estimate.interval.high


def test_seed_decides_everything() -> None:
    assert _compare(_rows(), seed=5) == _compare(_rows(), seed=5)
    assert _compare(_rows(), seed=5) != _compare(_rows(), seed=6)


def test_few_rows_of_the_rarer_class_give_a_number_without_a_proud_interval() -> None:
    result = _compare(_rows(n=50))["roc_auc"]
    assert result.reason.startswith("too_few_rows")
    assert result.candidate.value is not None
    assert result.candidate.interval is None
    assert result.difference is None


def test_one_class_and_one_row_are_reasons() -> None:
    rows = Rows(np.zeros(200), _outputs(np.linspace(0, 1, 200)), None)
    result = _compare(rows)["roc_auc"]
    assert result.candidate.value is None
    assert "too_few_rows: 0" in result.reason
    single = Rows(np.ones(1), _outputs(np.ones(1)), _outputs(np.ones(1)))
    assert _compare(single)["accuracy"].candidate.value == 1.0


def test_no_baseline() -> None:
    rows = _rows()
    result = _compare(Rows(rows.label, rows.candidate, None))["roc_auc"]
    assert result.baseline is None
    assert result.difference is None
    assert result.candidate.interval is not None


def test_label_only_server_skips_score_metrics_with_a_reason() -> None:
    rows = _rows()
    labels = Rows(rows.label, Outputs(None, rows.candidate.prediction), None)
    result = _compare(labels)
    assert result["roc_auc"].reason.startswith("not_served")
    assert result["roc_auc"].candidate.value is None
    assert result["accuracy"].candidate.value is not None


def test_quantiles_are_ascending_and_agree_with_the_interval() -> None:
    difference = _compare(_rows(), resamples=2000)["roc_auc"].difference
    assert difference is not None
    values = difference.quantiles.values
    assert list(values) == sorted(values)
    at = dict(zip(difference.quantiles.levels, values, strict=True))
    assert at[0.025] == pytest.approx(difference.interval.low, rel=1e-9)
    assert at[0.975] == pytest.approx(difference.interval.high, rel=1e-9)


def test_kpi_aggregates() -> None:
    rows = _rows(n=400)
    values = np.arange(400, dtype=float)
    mean = KpiConfig(id="m", title="M", row_value="1", scale=1000)
    total = KpiConfig(id="s", title="S", row_value="1", aggregate="sum", direction="lower_is_better")
    ratio = KpiConfig(id="r", title="R", row_value="1", aggregate="ratio", denominator="2")
    median = KpiConfig(id="q", title="Q", row_value="1", aggregate="quantile", quantile=0.5)
    figures = [
        kpi_figure(mean, (values, None), (values - 1, None)),
        kpi_figure(total, (values, None), (values - 1, None)),
        kpi_figure(ratio, (values, np.full(400, 2.0)), None),
        kpi_figure(median, (values, None), None),
    ]
    found = {each.name: each for each in compare(rows, figures, Settings(resamples=300))}
    assert found["m"].candidate.value == pytest.approx(199_500)
    assert found["m"].difference is not None
    assert found["m"].difference.improvement == pytest.approx(1000)
    assert found["m"].difference.verdict is Change.IMPROVED
    assert found["s"].candidate.value == pytest.approx(values.sum())
    assert found["s"].difference is not None
    assert found["s"].difference.verdict is Change.REGRESSED
    assert found["r"].candidate.value == pytest.approx(199.5 / 2)
    assert found["q"].candidate.value == 199


def test_interval_covers_the_truth_about_as_often_as_it_says() -> None:
    covered = 0
    for seed in range(120):
        rows = _rows(n=300, noise=0.0, seed=seed)
        made = compare(rows, metric_figures(rows, ("accuracy",)), Settings(resamples=300))[0]
        interval = made.candidate.interval
        assert interval is not None
        covered += interval.low <= 0.75 <= interval.high
    assert 106 <= covered <= 120  # binomial(120, 0.95): 99.9 % within


def test_align_counts_what_does_not_match_and_names_no_id() -> None:
    assert align(["a", "b"], ["b", "a"], "x").tolist() == [1, 0]
    with pytest.raises(InputError, match="1 of 3 row ids stand twice"):
        align(["a"], ["a", "a", "b"], "x")
    with pytest.raises(
        InputError, match="1 of 2 evaluation rows have no prediction, 1 predictions"
    ) as caught:
        align(["secret-1", "b"], ["b", "secret-2"], "x")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("candidate", "baseline", "reason"),
    [
        (0.1, 0.9, "undefined: candidate on these rows"),
        (0.9, 0.1, "undefined: baseline on these rows"),
        (0.1, 0.1, "undefined: candidate and baseline on these rows"),
        (0.9, 0.9, ""),
    ],
)
def test_whose_figure_is_undefined_is_said(candidate: float, baseline: float, reason: str) -> None:
    """Precision has no value where nothing is predicted positive; that is not "no baseline"."""
    label = np.tile([0.0, 1.0], 100)
    rows = Rows(label, _outputs(np.full(200, candidate)), _outputs(np.full(200, baseline)))
    (made,) = compare(rows, metric_figures(rows, ["precision"]), Settings(resamples=100))
    assert made.reason == reason
    assert (made.candidate.value is None) == (candidate < 0.5)


@pytest.mark.parametrize(
    ("positives", "role"), [((3, 100), "candidate"), ((100, 3), "baseline"), ((6, 100), "")]
)
def test_a_figure_that_is_undefined_in_more_than_one_resample_in_a_hundred_has_no_interval(
    positives: tuple[int, int], role: str
) -> None:
    """k of n rows are called positive: none of them is drawn with (1 - k/n)^n, 4.9 % at k = 3, .2 % at 6."""
    label = np.tile([0.0, 1.0], 100)
    candidate, baseline = (_outputs(np.where(np.arange(200) < each, 0.9, 0.1)) for each in positives)
    rows = Rows(label, candidate, baseline)
    (made,) = compare(rows, metric_figures(rows, ["precision"]), Settings(resamples=2000))
    assert made.reason == (f"undefined: {role} in too many resamples" if role else "")
    assert (made.candidate.interval is None, made.difference is None) == (role == "candidate", bool(role))
    assert made.candidate.value is not None
    assert made.candidate.reason == (made.reason if role == "candidate" else "")
