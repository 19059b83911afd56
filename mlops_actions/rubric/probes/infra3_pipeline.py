"""INFRA3: the whole pipeline ran on these rows, and serving answers what the batch says."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mlops_actions.results.verdict import Outcome
from mlops_actions.results.words import count
from mlops_actions.rubric.facts import Facts, PipelineFact
from mlops_actions.rubric.probe import Finding, failed, passed, undecided
from mlops_actions.rubric.probes.trained import changed, not_trained, unseen

if TYPE_CHECKING:
    from mlops_actions.results.evaluation import ServingFacts

TOLERANCE = 1e-6
MINIMUM_OUTPUTS = 30


def judge_pipeline(facts: Facts) -> Finding:
    """Pass: every stage ran, every row was answered, single answers equal the batch, nothing was cached."""
    fact = facts.require(PipelineFact)
    serving = fact.serving
    n = serving.answered if serving else 0
    ran = ", ".join(f"{name} {outcome}" for name, outcome in fact.stages)
    if broken := [name for name, outcome in fact.stages if outcome is Outcome.ERROR]:
        return failed(f"The pipeline broke in {broken[0]} ({ran}; n={n:,} outputs).", n)
    skipped = tuple(f"the {name} stage" for name, outcome in fact.stages if outcome is Outcome.SKIPPED)
    if serving is None or skipped:
        missing = skipped or ("answers of the candidate's server",)
        text = f"Not the whole pipeline: {missing[0]} did not run ({ran}; n={n:,})."
        return undecided(text, n, missing=missing)
    if serving.answered != serving.rows:
        text = f"The server answered {serving.answered:,} of {serving.rows:,} rows (minimum all)."
        return failed(text, n, float(serving.answered), float(serving.rows))
    return _judge_cached(fact, _judge_answers(serving, ran))


def _judge_cached(fact: PipelineFact, finding: Finding) -> Finding:
    """Pass: as `finding` says, and fewer training rows change the answers."""
    n = finding.n or 0
    if sentence := not_trained(fact.perturbation):
        return failed(f"The pipeline's output is cached. {sentence}. {finding.message}", n)
    if finding.result != "pass":
        return finding
    if missing := unseen(fact.perturbation):
        text = f"Not shown that the output is not cached: needs {missing[0]}. {finding.message}"
        return undecided(text, n, finding.effect, finding.limit, missing=missing)
    return replace(finding, message=f"{finding.message} {changed(fact.perturbation)}")


def _judge_answers(serving: ServingFacts, ran: str) -> Finding:
    n, difference = serving.answered, serving.batch_vs_single_max_difference
    if difference is None:
        return undecided(f"No row was sent alone (n={n:,}).", n, missing=("single answers beside the batch",))
    text = f"single answers differ from the batch by {difference:.3g}, maximum {TOLERANCE:g} (n={n:,})."
    if difference > TOLERANCE:
        return failed(f"Serving is not the batch: {text}", n, difference, TOLERANCE)
    if n < MINIMUM_OUTPUTS:
        return undecided(
            f"Only {count(n, 'output')} (minimum {MINIMUM_OUTPUTS}); {text}", n, difference, TOLERANCE
        )
    where = "in a container" if serving.container else "without a container"
    return passed(f"All stages ran, {where} ({ran}); {text}", n, difference, TOLERANCE)
