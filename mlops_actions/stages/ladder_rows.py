"""What the ladder's rungs learn from and are judged by: sampled training rows, the evaluation rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mlops_actions.adapters.datasets.unchanged import unchanged
from mlops_actions.evaluation.labels import positive_rows
from mlops_actions.evaluation.many_classes import class_codes, with_others
from mlops_actions.results.words import count
from mlops_actions.stages.evaluation_data import positive_class
from mlops_actions.stages.named_files import named_files
from mlops_actions.stages.scan import opened

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from mlops_actions.config.model import Config
    from mlops_actions.evaluation.labels import Classes
    from mlops_actions.learning.ladder_problem import LadderProblem
    from mlops_actions.stages.context import RunContext
    from mlops_actions.stages.evaluation_data import EvaluationData

TIMES = ("date", "timestamp", "integer", "number")
LEAST_SEEN = 0.5  # of the evaluation rows: with fewer the last value is hardly anyone's own
LATER = "no evaluation row may be older than a training row; some are"


@dataclass(frozen=True)
class LadderRows:
    """The problem, how many training rows there are, what is left out, and why a rung cannot be climbed."""

    problem: LadderProblem
    rows_there: int
    notes: tuple[str, ...]
    reasons: dict[str, str]


def ladder_rows(context: RunContext, data: EvaluationData, most: int, seed: int) -> LadderRows:
    """At most `most` training rows, chosen by a hash of the row; encoders learn from them alone.

    Features are the declared ones that both splits have: never target, key, weight or sensitive columns.

    Raises:
        InputError, ConfigError: the training file cannot be read or has no such label.
    """
    config = context.config
    file = named_files(context)["train"]
    with unchanged((file.path, file.shown)):
        scanner = opened("train", file)
        kinds = scanner.kinds
        features = [name for name in data.features(config) if name in kinds]
        others = [config.data.target, config.data.time, config.data.weight, *config.data.key]
        wanted = dict.fromkeys(name for name in (*features, *others) if name is not None and name in kinds)
        train = scanner.sample(tuple(wanted), most, seed)
        rows_there = scanner.rows
    return _of_columns(config, (train, data), kinds, features, (rows_there, seed))


def _of_columns(
    config: Config,
    splits: tuple[Mapping[str, Sequence[Any]], EvaluationData],
    kinds: Mapping[str, str],
    features: Sequence[str],
    told: tuple[int, int],
) -> LadderRows:
    from mlops_actions.learning.ladder_problem import LadderProblem
    from mlops_actions.learning.ladder_table import ladder_table

    train, data = splits
    rows_there, seed = told
    target = config.data.target
    label, kept, classes = _labels(config, train[target], data.classes)
    dropped = len(train[target]) - len(kept)
    notes = [f"{count(dropped, 'training row')} without a label left out"] if dropped else []
    if len(train[target]) < rows_there:
        notes.append(f"{len(train[target]):,} of {rows_there:,} training rows, chosen by a hash of the row")
    if dropped:
        train = {name: [values[at] for at in kept] for name, values in train.items()}
    used = len(label)
    table = ladder_table(train, data.columns, kinds, features)
    series = _series(config, (train, data.columns), kinds)
    order = np.argsort(series.time, kind="stable") if series.ordered else np.arange(used)
    problem = LadderProblem(
        train=table.train[order],
        evaluation=table.evaluation,
        coded=table.coded,
        label=label[order],
        weight=_weights(config, train, used, notes)[order],
        time=series.time[order],
        entity=series.entity[order],
        evaluation_entity=series.evaluation_entity,
        names=table.names,
        categories=dict(table.categories),
        task=config.evaluate.task,
        classes=classes,
        seed=seed,
        centre="median" if next(iter(config.evaluate.metric_names())) == "mean_absolute_error" else "mean",
        ordered=series.ordered,
    )
    notes += [f"not used: {each}" for each in table.left_out]
    return LadderRows(problem, rows_there, tuple(notes), _reasons(problem, series))


def _labels(
    config: Config, values: Sequence[Any], classes: Classes | None
) -> tuple[NDArray[np.float64], list[int], int]:
    """(r,) values, or codes as the evaluation's, of the rows that have a label; their places; the classes."""
    if config.evaluate.task == "regression":
        numbers = np.array([_float(value) for value in values])
        places = np.flatnonzero(np.isfinite(numbers)).tolist()
        return numbers[places], places, 0
    kept = [at for at, value in enumerate(values) if value is not None]
    known = [values[at] for at in kept]
    if config.evaluate.task == "multiclass" and classes is not None:
        every = with_others(classes, known)
        codes = class_codes(known, every, column=config.data.target, shown_as=config.data.train)
        return codes, kept, len(every.names)
    return positive_rows(known, positive_class(config)), kept, 2


def _float(value: Any) -> float:
    try:
        return float(value) if value is not None else np.nan
    except (TypeError, ValueError, OverflowError):
        return np.nan


def _weights(
    config: Config, train: Mapping[str, Sequence[Any]], rows: int, notes: list[str]
) -> NDArray[np.float64]:
    """The declared weights of training rows where all are usable, else ones."""
    name = config.data.weight
    if name is None or name not in train:
        return np.ones(rows)
    found = np.array([_float(value) for value in train[name]])
    if np.isfinite(found).all() and (found >= 0).all() and found.sum() > 0:
        return found
    notes.append(f"{name}: not finite numbers >= 0 with a positive sum, so every training row counts alike")
    return np.ones(rows)


@dataclass(frozen=True)
class _Series:
    """Times of the training rows (n,), which series rows are of, and whether evaluation rows are later.

    `why`: there is no last value, or "".
    """

    time: NDArray[np.float64]
    entity: NDArray[np.int64]
    evaluation_entity: NDArray[np.int64]
    ordered: bool
    why: str = ""


def _series(
    config: Config,
    splits: tuple[Mapping[str, Sequence[Any]], Mapping[str, Sequence[Any]]],
    kinds: Mapping[str, str],
) -> _Series:
    """A series is what one key has in common, the time aside; without such a key all rows are one.

    A key that names each row (a flight's id) makes as many series as rows: then nobody has a last value.
    """
    from mlops_actions.learning.ladder_table import instants

    train, evaluation = splits
    rows, others = (len(next(iter(each.values()), ())) for each in splits)
    nobody = np.full(rows, -1), np.full(others, -1)
    name = config.data.time
    if name is None or name not in train or name not in evaluation or kinds[name] not in TIMES:
        return _Series(
            np.full(rows, np.nan), *nobody, ordered=False, why="data.time names no time of both splits"
        )
    time, later = instants(train[name], kinds[name]), instants(evaluation[name], kinds[name])
    if not np.isfinite(time).all() or not np.isfinite(later).all():
        return _Series(time, *nobody, ordered=False, why=f"{name}: not every row has a time")
    if later.min() < time.max():
        return _Series(time, *nobody, ordered=False, why=LATER)
    keys = [key for key in config.data.key if key != name and key in train and key in evaluation]
    if not keys:
        return _Series(time, *nobody, ordered=True)
    own, their = (list(zip(*(map(str, split[key]) for key in keys), strict=True)) for split in splits)
    codes = {each: at for at, each in enumerate(dict.fromkeys(own))}
    entity = np.array([codes[each] for each in own], dtype=np.int64)
    theirs = np.array([codes.get(each, -1) for each in their], dtype=np.int64)
    seen = int((theirs >= 0).sum())
    why = ""
    if seen < LEAST_SEEN * others:
        named = ", ".join(keys)
        why = (
            f"{seen:,} of {count(others, 'evaluation row')} have an earlier row of the same {named} "
            f"(data.key without data.time), fewer than half"
        )
    return _Series(time, entity, theirs, ordered=True, why=why)


def _reasons(problem: LadderProblem, series: _Series) -> dict[str, str]:
    """Why a rung cannot be climbed."""
    reasons = {"last_value": series.why} if series.why else {}
    rows = len(problem.label)
    alike = rows and len(np.unique(problem.label)) == 1
    if rows < 2:  # noqa: PLR2004 - one row is no sample
        why = f"{count(rows, 'labelled training row')}, at least 2 are needed"
    elif alike:
        why = "every training label is the same"
    elif not problem.names:
        why = "no feature can be learnt from"
    else:
        return reasons
    reasons |= dict.fromkeys(("tree", "linear", "boosting"), why)
    return {**reasons, **({"dummy": why} if not rows else {})}
