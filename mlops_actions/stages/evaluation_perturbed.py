"""Was the candidate trained? One trained on fewer rows must answer otherwise than it does."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import numpy as np

from mlops_actions.errors import MlopsError
from mlops_actions.results.evaluation import Perturbation
from mlops_actions.results.verdict import Outcome
from mlops_actions.rubric.probes.trained import UNSEEN
from mlops_actions.stages.served import reproduction_difference, serve_some

if TYPE_CHECKING:
    from mlops_actions.evaluation.rows import Outputs
    from mlops_actions.results.training import ModelRun, TrainingResult
    from mlops_actions.stages.context import RunContext
    from mlops_actions.stages.evaluation_data import EvaluationData
    from mlops_actions.stages.served import ServePort

SAMPLE_ROWS = 200
MINIMUM_ROWS = 30  # fewer equal answers accuse nobody
EQUAL = 1e-6  # of the largest prediction: a batch of another size answers with other rounding


def perturbation(
    context: RunContext,
    port: ServePort,
    training: TrainingResult,
    data: EvaluationData,
    alike: tuple[Outputs, Outputs | None],
) -> Perturbation:
    """Compare the candidate with its training on fewer rows; what goes wrong is the reason of a None.

    `alike`: the answers of the candidate and, if it was, of its second training on the same rows.
    """
    run, fewer = training.run("candidate"), training.run("perturbed")
    if run is None or fewer is None:
        return Perturbation(copied=run is not None and run.copied, reason=UNSEEN)
    if fewer.outcome is not Outcome.PASS:
        reason = f"a model trained on fewer rows: its training did not succeed ({fewer.sentence})"
        return Perturbation(copied=run.copied, reason=reason)
    copied = run.copied and fewer.copied
    try:
        seen = _compare(context, port, fewer, data, alike)
    except MlopsError as error:
        reason = f"answers of the model trained on fewer rows ({error.title}: {error.message})"
        return Perturbation(copied=copied, reason=reason)
    return seen.model_copy(update={"copied": copied})


def _compare(
    context: RunContext,
    port: ServePort,
    run: ModelRun,
    data: EvaluationData,
    alike: tuple[Outputs, Outputs | None],
) -> Perturbation:
    """A sample of the rows is enough for a difference; only all of them show that there is none."""
    first, second = alike
    some = np.unique(np.linspace(0, data.n - 1, min(SAMPLE_ROWS, data.n)).astype(np.intp))
    samples = [some] if len(some) == data.n else [some, np.arange(data.n)]
    compared, difference, noise, limit = 0, 0.0, 0.0, 0.0
    with closing(serve_some(context, port, run, data, samples)) as answers:
        for rows, fewer in zip(samples, answers, strict=True):
            expected = first.take(rows)
            compared, limit = len(rows), EQUAL * _largest(expected)
            difference = reproduction_difference(expected, fewer)[0]
            noise = reproduction_difference(expected, second.take(rows))[0] if second is not None else 0.0
            if difference > max(limit, noise):
                return Perturbation(differs=True, rows=compared, max_abs_difference=difference)
    reason = ""
    if difference > limit:
        reason = "two trainings on the same rows that differ less than one on fewer rows"
    elif compared < MINIMUM_ROWS:
        reason = f"{MINIMUM_ROWS} evaluation rows or more ({compared} gave equal answers)"
    elif _labels_only(first):
        reason = "scores beside the labels (no label flips, which a trained model may do, too)"
    differs = None if reason else False
    return Perturbation(differs=differs, rows=compared, max_abs_difference=difference, reason=reason)


def _largest(outputs: Outputs) -> float:
    values = outputs.finest
    return float(np.max(np.abs(values))) if values is not None and len(values) else 0.0


def _labels_only(outputs: Outputs) -> bool:
    """Whether all answers are labels, or 0 or 1: a new training need not flip one."""
    values = outputs.finest
    if values is None or (outputs.labels and values is outputs.prediction):
        return True
    return bool(np.isin(values, (0.0, 1.0)).all())
