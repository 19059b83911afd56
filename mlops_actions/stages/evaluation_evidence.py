"""Evidence beside the comparison: simpler models, a degraded candidate the gate must veto."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mlops_actions.adapters.datasets.rows import column_types, read_columns
from mlops_actions.adapters.datasets.unchanged import unchanged
from mlops_actions.errors import InputError
from mlops_actions.evaluation.comparison import compare
from mlops_actions.evaluation.figures import metric_figures
from mlops_actions.evaluation.labels import positive_rows
from mlops_actions.evaluation.many_classes import class_codes, with_others
from mlops_actions.evaluation.rows import Outputs, Rows
from mlops_actions.results.evaluation import SimplerModel
from mlops_actions.stages.evaluation_data import at_threshold, positive_class
from mlops_actions.stages.named_files import named_files

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mlops_actions.config.evaluate import EvaluateConfig
    from mlops_actions.evaluation.comparison import Settings
    from mlops_actions.results.evaluation import Comparison
    from mlops_actions.stages.context import RunContext
    from mlops_actions.stages.evaluation_data import EvaluationData

DEGRADED_SHARE = 0.5


def simpler_models(
    context: RunContext, data: EvaluationData, candidate: Outputs, settings: Settings
) -> tuple[SimplerModel, ...]:
    """Fit the simpler models on the candidate's training rows; its gain over each on the evaluation rows."""
    from mlops_actions.learning.simpler import simpler_scores
    from mlops_actions.learning.table import numeric_features, typed_table

    config = context.config
    context.progress.step("fit simpler models")
    file = named_files(context)["train"]
    with unchanged((file.path, file.shown)):
        types = column_types(file.path, file.shown)
        features = [name for name in data.features(config) if name in types]
        train = read_columns(file.path, [*features, config.data.target], file.shown)
    label, classes = _train_labels(context, train.pop(config.data.target), data)
    scores = simpler_scores(
        typed_table(train, types, features),
        label,
        typed_table(data.columns, types, features),
        numeric_features(types, features),
        task=config.evaluate.task,
        seed=config.evaluate.seed,
        classes=classes,
    )
    binary = config.evaluate.task == "binary"
    metric = next(iter(config.evaluate.metric_names()))
    found = []
    for each in scores:
        values = _outputs(each.scores, config.evaluate)
        rows = Rows(data.label, candidate, values, data.weight)
        made = compare(rows, metric_figures(rows, (metric,)), settings, binary=binary)[0]
        found.append(_simpler(each.name, metric, made))
    return tuple(found)


def _simpler(name: str, metric: str, made: Comparison) -> SimplerModel:
    difference = made.difference
    return SimplerModel(
        name=name,
        metric=metric,
        value=made.baseline.value if made.baseline else None,
        gain=difference.improvement if difference else None,
        gain_low=difference.interval.low if difference else None,
        gain_high=difference.interval.high if difference else None,
        n=made.n,
        reason=made.reason,
    )


def _outputs(scores: NDArray[np.float64], evaluate: EvaluateConfig) -> Outputs:
    if evaluate.task == "binary":
        return at_threshold(scores, None, evaluate.threshold)
    if evaluate.task == "multiclass":
        return Outputs(None, scores.argmax(axis=1).astype(np.float64), scores)
    return Outputs(None, scores, labels=False)


def _train_labels(
    context: RunContext, values: list[object], data: EvaluationData
) -> tuple[NDArray[np.float64], int]:
    """The training labels as the evaluation's are written, and how many classes there are."""
    config = context.config
    if any(value is None for value in values):
        raise InputError(f"{config.data.train}: {config.data.target!r} has null labels; none may be null")
    if config.evaluate.task == "regression":
        return np.array(values, dtype=np.float64), 0
    if config.evaluate.task == "multiclass" and data.classes is not None:
        known = with_others(data.classes, values)
        column, shown = config.data.target, config.data.train
        return class_codes(values, known, column=column, shown_as=shown), len(known.names)
    return positive_rows(values, positive_class(config)), 2


def degraded_comparisons(
    rows: Rows, metrics: tuple[str, ...], settings: Settings, *, threshold: float, binary: bool
) -> tuple[Comparison, ...]:
    """The gate's self-test: half of the candidate's answers are shuffled among rows, then compared again.

    The rules must veto this model; a gate that lets it pass is no gate (ML Test Score, INFRA4).
    """
    generator = np.random.default_rng(settings.seed)
    chosen = np.flatnonzero(generator.random(rows.n) < DEGRADED_SHARE)
    order = np.arange(rows.n)
    order[chosen] = generator.permutation(chosen)
    outputs = rows.candidate.take(order)
    worse = at_threshold(outputs.score, outputs.prediction, threshold) if binary else outputs
    against = rows.baseline if rows.baseline is not None else rows.candidate
    changed = Rows(rows.label, worse, against, rows.weight)
    return compare(changed, metric_figures(changed, metrics), settings, binary=binary)
