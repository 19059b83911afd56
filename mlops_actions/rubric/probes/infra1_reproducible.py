"""INFRA1: training twice on the same data gives the same model, and on fewer rows another one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mlops_actions.results.words import count
from mlops_actions.rubric.facts import Facts, ReproductionFact
from mlops_actions.rubric.probe import Finding, failed, passed, undecided
from mlops_actions.rubric.probes.trained import changed, not_trained, unseen

if TYPE_CHECKING:
    from mlops_actions.results.evaluation import Reproduction

TOLERANCE = 1e-6
LARGEST_FLIP_SHARE = 0.001
MINIMUM_ROWS = 100


def judge_reproducible(facts: Facts) -> Finding:
    """Pass: two trainings give equal predictions, and one with rows left out gives others."""
    fact = facts.require(ReproductionFact)
    twice = fact.reproduction
    if sentence := not_trained(fact.perturbation):
        text = f"{sentence}. Trained twice: {_text(twice)}"
        return failed(text, twice.rows, twice.max_abs_difference, TOLERANCE)
    finding = _judge_twice(fact)
    if finding.result != "pass":
        return finding
    if missing := unseen(fact.perturbation):
        text = f"Not shown that the model was trained: needs {missing[0]}. {finding.message}"
        return undecided(text, twice.rows, finding.effect, finding.limit, missing=missing)
    return replace(finding, message=f"{finding.message} {changed(fact.perturbation)}")


def _judge_twice(fact: ReproductionFact) -> Finding:
    """Pass: predictions equal within 1e-6, or flips <= 0.1 % and the metric within the declared tolerance."""
    twice = fact.reproduction
    text, difference = _text(twice), twice.max_abs_difference
    if twice.rows < MINIMUM_ROWS:
        few = f"Only {count(twice.rows, 'row')} (minimum {MINIMUM_ROWS}). {text}"
        return undecided(few, twice.rows, difference, TOLERANCE)
    if difference <= TOLERANCE:
        return passed(f"Trained twice: {text}", twice.rows, difference, TOLERANCE)
    share = twice.flips / twice.rows
    if share > LARGEST_FLIP_SHARE:
        return failed(f"Two trainings differ: {text}", twice.rows, share, LARGEST_FLIP_SHARE)
    if fact.metric_change is None or fact.metric_limit is None:
        missing = ("the metric's change between the two trainings and its declared tolerance",)
        return undecided(text, twice.rows, difference, TOLERANCE, missing=missing)
    change = f"Metric change {fact.metric_change:.4g}, maximum {fact.metric_limit:.4g}. {text}"
    verdict = passed if fact.metric_change <= fact.metric_limit else failed
    return verdict(change, twice.rows, fact.metric_change, fact.metric_limit)


def _text(twice: Reproduction) -> str:
    digest = "same" if twice.same_model_digest else "different"
    flips = f"{count(twice.flips, 'flipped label')}, maximum {LARGEST_FLIP_SHARE:.1%} of rows; "
    return (
        f"largest difference of a prediction {twice.max_abs_difference:.3g}, maximum {TOLERANCE:g}; "
        f"{flips if twice.max_abs_difference > TOLERANCE else ''}{digest} model digest (n={twice.rows:,})."
    )
