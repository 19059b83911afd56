"""A candidate that gives no figure where the baseline does is red, not "could not be decided"."""

from __future__ import annotations

from typing import Any

import pytest

from mlops_actions.results.evaluation import Estimate
from mlops_actions.results.verdict import Outcome
from tests.unit.gate.cases import estimate, figure, judged, rule

SAID = "not_served: roc_auc needs a score, the server gives none"
NOT_SERVED = Estimate(value=None, reason=SAID)
UNDEFINED = Estimate(value=None)
FEW = Estimate(value=None, reason="too_few_rows: 3 rows of the rarer class, at least 30 are needed")


@pytest.mark.parametrize("limit", [{"minimum": 0.5}, {"maximum": 0.5}, {"max_regression": 0.1}])
@pytest.mark.parametrize(
    ("candidate", "baseline", "outcome"),
    [
        (NOT_SERVED, estimate(0.8), Outcome.FAIL),
        (UNDEFINED, estimate(0.8), Outcome.FAIL),
        (NOT_SERVED, None, Outcome.FAIL),
        (FEW, estimate(0.8), Outcome.INCONCLUSIVE),
    ],
)
def test_no_figure(
    limit: dict[str, float], candidate: Estimate, baseline: Estimate | None, outcome: Outcome
) -> None:
    given = figure(candidate=candidate, baseline=baseline, reason=candidate.reason)
    verdict = judged(rule(**limit), given)
    assert verdict.outcome is outcome
    assert "cannot be judged" in verdict.sentence
    assert candidate.reason in verdict.sentence
    if outcome is Outcome.FAIL:
        (name,) = limit
        assert f"roc_auc {name} 0." in verdict.sentence
        assert judged(rule(**limit, severity="warn"), given).outcome is Outcome.WARN


@pytest.mark.parametrize(
    ("limit", "outcome"),
    [({"minimum": 0.5}, Outcome.INCONCLUSIVE), ({"max_regression": 0.1}, Outcome.INCONCLUSIVE)],
)
def test_where_the_baseline_has_none_either_the_rule_is_at_fault(
    limit: dict[str, Any], outcome: Outcome
) -> None:
    verdict = judged(rule(**limit), figure(candidate=NOT_SERVED, baseline=NOT_SERVED, reason=SAID))
    assert verdict.outcome is outcome


HARDLY = "undefined: candidate in too many resamples"


@pytest.mark.parametrize("limit", [{"minimum": 0.5}, {"maximum": 0.5}, {"max_regression": 0.1}])
@pytest.mark.parametrize("value", [0.0, 1.0])
def test_three_guesses_are_no_better_than_none(limit: dict[str, float], value: float) -> None:
    """Precision of a model that hardly ever predicts the positive class has no interval."""
    candidate = Estimate(value=value, reason=HARDLY)
    given = figure(candidate=candidate, baseline=estimate(0.8), reason=HARDLY)
    verdict = judged(rule(**limit), given)
    assert verdict.outcome is Outcome.FAIL
    assert HARDLY in verdict.sentence
    both = figure(candidate=candidate, baseline=Estimate(value=0.8, reason=HARDLY), reason=HARDLY)
    bad = (value > 0.5) if "maximum" in limit else (value < 0.5)
    expected = Outcome.FAIL if bad and "max_regression" not in limit else Outcome.INCONCLUSIVE
    assert judged(rule(**limit), both).outcome is expected


def test_a_rule_with_more_rows_than_there_are_does_not_speak_of_it() -> None:
    verdict = judged(
        rule(minimum=0.5, min_samples=2000), figure(candidate=NOT_SERVED, baseline=estimate(0.8))
    )
    assert verdict.outcome is Outcome.INCONCLUSIVE
