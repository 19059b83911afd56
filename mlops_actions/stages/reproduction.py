"""The second training: what it has otherwise, and how its predictions compare with the first one's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.adapters.containers.job import Variation
from mlops_actions.results.evaluation import Reproduction
from mlops_actions.stages.served import beyond_tolerance, reproduction_difference
from mlops_actions.stages.training_jobs import train_config

if TYPE_CHECKING:
    from mlops_actions.adapters.containers.job import Resources
    from mlops_actions.evaluation.rows import Outputs
    from mlops_actions.results.training import ModelRun
    from mlops_actions.stages.context import RunContext

HASH_SEED = 1  # the first training has 0, with which Python hashes texts alike in every process


def another(resources: Resources) -> Variation:
    """Another hash seed and thread count: one thread less, or two where there is one.

    The processor's limit stays: two threads on one core take turns, and add up in another order all the same.
    """
    usual = resources.threads
    return Variation(HASH_SEED, usual - 1 if usual > 1 else usual + 1)


def reproduced(
    context: RunContext, runs: tuple[ModelRun, ModelRun], outputs: tuple[Outputs, Outputs]
) -> Reproduction:
    """Both trainings' predictions on the same rows."""
    tolerance = train_config(context.config).reproduce_tolerance
    largest, flips = reproduction_difference(*outputs)
    differing, beyond = beyond_tolerance(*outputs, tolerance)
    first, second = runs
    values = outputs[0].score if outputs[0].score is not None else outputs[0].prediction
    return Reproduction(
        rows=0 if values is None else len(values),
        max_abs_difference=largest,
        flips=flips,
        same_model_digest=first.model_digest == second.model_digest,
        differing=differing,
        beyond=beyond,
        tolerance=tolerance,
        varied=_varied(first, second),
    )


def _varied(first: ModelRun, second: ModelRun) -> str:
    """Another hash seed (0 and 1) and thread count (1 and 2)."""
    pairs = (
        ("hash seed", first.environment.hash_seed, second.environment.hash_seed),
        ("thread count", first.environment.threads, second.environment.threads),
    )
    told = [f"another {name} ({a} and {b})" for name, a, b in pairs if a is not None and a != b]
    return " and ".join(told)
