"""Every judge both ways: pass, fail, inconclusive, and absent where it can look and find nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mlops_actions.errors import MlopsError
from mlops_actions.results.evaluation import (
    FairnessRow,
    GroupRow,
    SimplerModel,
    SliceCoverage,
)
from mlops_actions.results.score import Status
from mlops_actions.rubric import facts as f
from tests.unit.rubric.judging import SEEN, judge, said


def test_a_judge_without_its_need_is_a_mistake_of_the_program() -> None:
    with pytest.raises(MlopsError, match="SchemaFact"):
        judge("DATA1", f.Facts())


# MODEL5


def simpler(name: str, gain: float | None = 0.1, low: float | None = 0.05, n: int = 1409) -> SimplerModel:
    high = None if gain is None else gain + 0.05
    return SimplerModel(
        name=name, metric="roc_auc", value=0.7, gain=gain, gain_low=low, gain_high=high, n=n, reason=""
    )


def models(*extra: SimplerModel, n: int = 1409) -> f.Facts:
    three = (simpler("dummy", 0.34, 0.3, n), simpler("one-feature tree", 0.1, 0.05, n), *extra)
    return f.Facts(simpler_models=f.SimplerModelsFact(evidence=SEEN, models=three))


def test_model5_passes_when_every_lower_bound_is_above_zero() -> None:
    finding = judge("MODEL5", models(simpler("logistic of 5 features", 0.02, 0.004)))
    said(finding, "pass", "logistic of 5 features", "+0.0040", "lower limit 0", "n=1,409")
    assert (finding.effect, finding.limit) == (0.004, 0.0)


@pytest.mark.parametrize("gain", [0.0, -0.01])
def test_model5_fails_when_a_simpler_model_is_as_good(gain: float) -> None:
    said(judge("MODEL5", models(simpler("logistic", gain, gain - 0.02))), "fail", "as good", "logistic")


@pytest.mark.parametrize(
    ("high", "word"), [(-0.0215, "is better"), (0.0, "is as good"), (None, "is as good")]
)
def test_model5_says_better_when_the_interval_excludes_zero(high: float | None, word: str) -> None:
    worse = simpler("logistic", -0.035, -0.0491).model_copy(update={"gain_high": high})
    said(judge("MODEL5", models(worse)), "fail", f"A simpler model {word}: gain -0.0350")


@pytest.mark.parametrize("low", [0.0, -0.001])
def test_model5_cannot_tell_when_the_interval_reaches_zero(low: float) -> None:
    said(judge("MODEL5", models(simpler("logistic", 0.01, low))), "inconclusive", "Not shown to beat")


def test_model5_cannot_tell_on_few_rows_even_if_worse() -> None:
    said(judge("MODEL5", models(simpler("logistic", -0.01, -0.2, 99), n=99)), "inconclusive", "Only 99 rows")


def test_model5_needs_three_compared_models() -> None:
    lost = simpler("logistic", None, None).model_copy(update={"reason": "one class only"})
    finding = judge("MODEL5", models(lost))
    said(finding, "inconclusive", "2 of at least 3")
    assert finding.missing == ("logistic (one class only)",)
    assert judge("MODEL5", models()).result == "inconclusive"


# MODEL6


def figure(name: str = "contract=Two year", **changes: Any) -> f.SliceFigure:
    one = f.SliceFigure(
        name=name, n=200, value=0.8, low=0.72, high=0.88, improvement_low=-0.02, improvement_high=0.03
    )
    return replace(one, **changes)


def slices(*figures: f.SliceFigure, **changes: Any) -> f.Facts:
    fact = f.SlicesFact(
        evidence=SEEN,
        metric="roc_auc",
        direction="higher_is_better",
        overall=0.85,
        n=1409,
        slices=figures or (figure(), figure("contract=Month-to-month", value=0.75)),
        coverage=(SliceCoverage(column="contract", rows=1409, covered=1400),),
    )
    return f.Facts(slices=replace(fact, **changes))


def test_model6_passes_and_shows_the_weakest_slice() -> None:
    finding = judge("MODEL6", slices())
    said(
        finding,
        "pass",
        "2 slices hold",
        "Month-to-month",
        "0.7500",
        "minimum 0.6800",
        "overall 0.8500",
        "n=200",
    )
    assert finding.limit == pytest.approx(0.68)


def test_model6_fails_when_a_slice_is_shown_bad() -> None:
    finding = judge("MODEL6", slices(figure(), figure("region=north", value=0.6, low=0.55, high=0.67)))
    said(finding, "fail", "1 of 2 slices shown bad: region=north", "minimum 0.6800")


def test_model6_fails_when_a_slice_lost_more_than_a_point() -> None:
    finding = judge("MODEL6", slices(figure(improvement_low=-0.06, improvement_high=-0.011)))
    said(finding, "fail", "lost more than 0.01", "-0.0110")


def test_model6_says_the_raw_change_where_lower_is_better() -> None:
    bad = figure(value=0.2, low=0.18, high=0.22, improvement_low=-0.05, improvement_high=-0.011)
    facts = slices(bad, metric="brier_score_loss", direction="lower_is_better", overall=0.19)
    finding = judge("MODEL6", facts)
    said(finding, "fail", "lost more than 0.01", "change at least +0.0110")
    assert (finding.effect, finding.limit) == (0.011, 0.01)


def test_model6_of_an_error_has_a_maximum() -> None:
    error = {"metric": "mean_absolute_error", "direction": "lower_is_better", "overall": 8.0}
    good = figure(value=9.0, low=8.0, high=9.9, improvement_high=0.1)
    said(judge("MODEL6", slices(good, **error)), "pass", "maximum 10.0000")
    said(judge("MODEL6", slices(replace(good, value=12.0, low=10.1, high=13.0), **error)), "fail")
    said(judge("MODEL6", slices(replace(good, improvement_high=-0.07), **error)), "pass")
    said(judge("MODEL6", slices(replace(good, improvement_high=-0.09), **error)), "fail", "0.08")


@pytest.mark.parametrize(
    ("one", "missing"),
    [
        (figure(value=0.6, low=0.5, high=0.7), "is beyond the limit, but its interval is not"),
        (figure(n=49), "has 49 rows (minimum 50)"),
        (figure(value=None, low=None, high=None), "cannot be judged: too few rows of a class"),
        (figure(low=None, high=None), "cannot be judged: too few rows of a class"),
        (figure(improvement_low=None, improvement_high=None), "a baseline"),
    ],
)
def test_model6_cannot_tell(one: f.SliceFigure, missing: str) -> None:
    finding = judge("MODEL6", slices(one))
    said(finding, "inconclusive")
    assert any(missing in each for each in finding.missing)


def test_model6_cannot_tell_when_bad_rows_hide_outside_the_slices() -> None:
    coverage = (SliceCoverage(column="contract", rows=1000, covered=899),)
    said(
        judge("MODEL6", slices(coverage=coverage)), "inconclusive", "covers 89.9% of 1,000 rows (minimum 90%)"
    )
    enough = (SliceCoverage(column="contract", rows=1000, covered=900),)
    said(judge("MODEL6", slices(coverage=enough)), "pass")


def test_model6_is_absent_without_slices_but_not_without_large_ones() -> None:
    assert judge("MODEL6", replace_slices((), ())).status is Status.ABSENT
    tiny = (SliceCoverage(column="contract", rows=100, covered=0, skipped_values=3),)
    assert judge("MODEL6", replace_slices((), tiny)).result == "inconclusive"


def replace_slices(figures: tuple[f.SliceFigure, ...], coverage: tuple[SliceCoverage, ...]) -> f.Facts:
    fact = slices().require(f.SlicesFact)
    return f.Facts(slices=replace(fact, slices=figures, coverage=coverage))


# MODEL7


def inclusion(ratio: float | None, p_value: float | None, n: int = 400, features: int = 1) -> f.Facts:
    groups = tuple(GroupRow(feature="gender", group=name, n=n) for name in ("a", "b"))
    row = FairnessRow(feature="gender", groups=groups, selection_ratio=ratio, p_value=p_value)
    fine = row.model_copy(update={"feature": "senior", "selection_ratio": 0.95, "p_value": 0.5})
    rows = (row, *(fine for _ in range(features - 1)))
    return f.Facts(inclusion=f.InclusionFact(evidence=SEEN, features=rows))


@pytest.mark.parametrize(
    ("facts", "result", "word"),
    [
        (inclusion(0.93, 0.4), "pass", "selection ratio 0.930, minimum 0.8, p=0.4 (n=800)"),
        (inclusion(0.8, 0.001), "pass", "0.800"),
        (inclusion(0.7, 0.01), "fail", "0.700"),
        (inclusion(0.7, 0.01, n=50), "fail", "0.700"),
        (inclusion(0.7, 0.2), "inconclusive", "Not significant"),
        (inclusion(0.7, None), "inconclusive", "Not significant"),
        (inclusion(0.7, 0.02, features=3), "inconclusive", "Not significant"),
        (inclusion(0.93, 0.4, n=299), "inconclusive", "299 rows (minimum 300)"),
        (inclusion(None, None), "inconclusive", "gender: a selection ratio is unknown"),
    ],
)
def test_model7(facts: f.Facts, result: str, word: str) -> None:
    said(judge("MODEL7", facts), result, word)


def test_model7_is_absent_without_sensitive_features() -> None:
    assert (
        judge("MODEL7", f.Facts(inclusion=f.InclusionFact(evidence=SEEN, features=()))).status
        is Status.ABSENT
    )
