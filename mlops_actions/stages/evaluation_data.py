"""The evaluation rows: labels, ids, slices, sensitive columns, and stored predictions joined by id."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mlops_actions.adapters.datasets.rows import column_names, read_columns
from mlops_actions.adapters.datasets.unchanged import unchanged
from mlops_actions.errors import ConfigError, InputError
from mlops_actions.evaluation.labels import positive_rows, predicted_labels, two_classes
from mlops_actions.evaluation.many_classes import class_codes, class_values, several_classes
from mlops_actions.evaluation.rows import Outputs, align
from mlops_actions.stages.data_at_hand import record_of
from mlops_actions.stages.named_files import evaluation_file, refuse_missing
from mlops_actions.stages.places import Places

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from mlops_actions.config.evaluate import EvaluateConfig
    from mlops_actions.config.model import Config
    from mlops_actions.evaluation.answers import Answers
    from mlops_actions.evaluation.labels import Classes
    from mlops_actions.results.envelope import InputRecord
    from mlops_actions.stages.context import RunContext


@dataclass(frozen=True)
class EvaluationData:
    """Evaluation rows in file order: every column, and the label as 0/1, class code or value, shape (n,)."""

    path: Path
    shown: str
    columns: dict[str, list[Any]]
    label: NDArray[np.float64]
    row_ids: tuple[str, ...]
    weight: NDArray[np.float64] | None
    classes: Classes | None = None  # of a label that is a class
    record: InputRecord | None = None  # of the bytes that were read

    @property
    def n(self) -> int:
        """How many rows."""
        return len(self.label)

    def features(self, config: Config) -> dict[str, list[Any]]:
        """The model's input columns under a configuration; InputError names one that is not there."""
        names = config.data.feature_columns(tuple(self.columns))
        missing = [name for name in names if name not in self.columns]
        if missing:
            raise InputError(
                f"{self.shown}: no column {missing[0]!r}, which data.features names",
                hint=f"Columns: {', '.join(self.columns)}.",
            )
        return {name: self.columns[name] for name in names}


def read_evaluation_data(context: RunContext) -> EvaluationData:
    """Read the judged evaluation rows (the base commit's, when it has them).

    Raises:
        ConfigError: when data.evaluation is not declared.
        InputError: unreadable file, missing column, null or unknown labels, repeated keys.
    """
    config = context.config
    if config.data.evaluation is None:
        raise ConfigError(
            f"{context.config_file}: data.evaluation: required to evaluate, and missing.",
            hint="Name a file of labelled rows that training never sees.",
        )
    file = evaluation_file(context, config.data.evaluation)
    path, shown = file.path, file.shown
    with Places(context).told(file.key, shown):
        refuse_missing(context, file)
    with unchanged((path, shown)):
        record = record_of("evaluation", path, shown)
        columns = read_columns(path, column_names(path, shown), shown)
    label, classes = labels(columns, config, shown)
    ids, weight = row_ids(columns, config, shown), weights(columns, config)
    return EvaluationData(path, shown, columns, label, ids, weight, classes, record)


def _column(columns: dict[str, list[Any]], name: str, shown: str, what: str) -> list[Any]:
    if name not in columns:
        raise InputError(
            f"{shown}: no column {name!r}, which {what} names", hint=f"Columns: {', '.join(columns)}."
        )
    return columns[name]


def labels(
    columns: dict[str, list[Any]], config: Config, shown: str
) -> tuple[NDArray[np.float64], Classes | None]:
    """The labels as 0/1, codes or numbers, and the classes; InputError where null or not of the task."""
    values = _column(columns, config.data.target, shown, "data.target")
    nulls = sum(value is None for value in values)
    if nulls:
        raise InputError(
            f"{shown}: {nulls} of {len(values)} labels in {config.data.target!r} are null; none may be"
        )
    if config.evaluate.task == "regression":
        return _values(values, shown, config.data.target), None
    if config.evaluate.task == "multiclass":
        column = config.data.target
        several = several_classes(values, config.serving.classes, column=column, shown_as=shown)
        return class_codes(values, several, column=column, shown_as=shown), several
    classes = two_classes(
        values, config.serving.classes, positive_class(config), column=config.data.target, shown=shown
    )
    return positive_rows(values, classes.positive), classes


def _values(values: list[Any], shown: str, name: str) -> NDArray[np.float64]:
    try:
        return np.array(values, dtype=np.float64)
    except (TypeError, ValueError):
        row = _first_odd(values)
        raise InputError(
            f"{shown}: {name!r}: no number in data row {row:,}; numbers are allowed for regression",
            hint="For classes set evaluate.task: binary and evaluate.positive, or multiclass.",
        ) from None


def _first_odd(values: list[Any]) -> int:
    """The first row, from 1, that is no number; its value may be personal."""
    for row, value in enumerate(values, start=1):
        try:
            float(value if value is not None else 0)
        except (TypeError, ValueError):
            return row
    return 0


def positive_class(config: Config) -> Any:
    """evaluate.positive, else the second of serving.classes, else 1."""
    if config.evaluate.positive is not None:
        return config.evaluate.positive
    return config.serving.classes[1] if len(config.serving.classes) == 2 else 1  # noqa: PLR2004 - binary


def row_ids(columns: dict[str, list[Any]], config: Config, shown: str) -> tuple[str, ...]:
    """The key's values joined, or the row's number; InputError where one stands twice."""
    n = len(next(iter(columns.values())))
    if not config.data.key:
        return tuple(str(row) for row in range(n))
    parts = [_column(columns, name, shown, "data.key") for name in config.data.key]
    ids = tuple("|".join(map(str, row)) for row in zip(*parts, strict=True))
    twice = n - len(set(ids))
    if twice:
        raise InputError(
            f"{shown}: {twice} of {n} rows repeat the key ({', '.join(config.data.key)}); none may",
            hint="Fix the data, or name a key that identifies a row.",
        )
    return ids


def weights(columns: dict[str, list[Any]], config: Config) -> NDArray[np.float64] | None:
    """The rows' weights; InputError where they are none."""
    if config.data.weight is None:
        return None
    values = _column(columns, config.data.weight, "data.evaluation", "data.weight")
    try:
        weight = np.array([np.nan if value is None else float(value) for value in values])
    except (TypeError, ValueError):
        weight = np.array([np.nan])
    if not np.isfinite(weight).all() or (weight < 0).any() or weight.sum() <= 0:
        raise InputError(
            f"data.weight {config.data.weight!r}: finite numbers >= 0 with a positive sum are allowed"
        )
    return weight


def stored_predictions(path: Path, shown: str, data: EvaluationData, config: Config) -> Outputs:
    """predictions.parquet (row_id, prediction and/or score) in the order of the evaluation rows.

    For two classes `prediction` holds the label's own values, or 0/1 with 1 for the positive class. For
    several it holds their own values, and a column score_<class> per class may stand beside or instead of it.
    """
    names = column_names(path, shown)
    if config.evaluate.task == "multiclass" and data.classes is not None:
        return _stored_classes(path, shown, data, data.classes)
    if "row_id" not in names or not {"prediction", "score"} & set(names):
        raise InputError(
            f"{shown}: columns {', '.join(names)}; row_id and at least one of prediction, score are required",
            hint=_several_scores(names),
        )
    table = read_columns(path, [name for name in ("row_id", "prediction", "score") if name in names], shown)
    ids = [str(value) for value in table["row_id"]]
    order = align(data.row_ids, ids, shown)
    binary = config.evaluate.task == "binary"
    scores = table.get("score")
    score = (
        _probabilities(scores, order, shown, "score") if binary else _numbers(scores, order, shown, "score")
    )
    labels = table.get("prediction")
    if data.classes is None or labels is None:
        prediction = _numbers(labels, order, shown, "prediction")
    else:
        _none_missing(labels, shown)
        prediction = predicted_labels(labels, data.classes, shown)[order]
    if binary:
        return at_threshold(score, prediction, config.evaluate.threshold)
    return Outputs(None, prediction, labels=False)


def _stored_classes(path: Path, shown: str, data: EvaluationData, classes: Classes) -> Outputs:
    names = column_names(path, shown)
    shares = [f"score_{name}" for name in classes.names]
    given = [name for name in shares if name in names]
    wanted = ["row_id", *(["prediction"] if "prediction" in names else []), *given]
    if "row_id" not in names or len(wanted) == 1 or len(given) not in {0, len(shares)}:
        raise InputError(
            f"{shown}: columns {', '.join(names)}; row_id is required, and prediction or every one of "
            f"{', '.join(shares)}"
        )
    table = read_columns(path, wanted, shown)
    order = align(data.row_ids, [str(value) for value in table["row_id"]], shown)
    columns = [_probabilities(table[name], order, shown, name) for name in given]
    scores = np.column_stack([each for each in columns if each is not None]) if columns else None
    if "prediction" not in table:
        likeliest = None if scores is None else scores.argmax(axis=1).astype(np.float64)
        return Outputs(None, likeliest, scores)
    _none_missing(table["prediction"], shown)
    codes = class_codes(table["prediction"], classes, column="prediction", shown_as=shown)
    return Outputs(None, codes[order], scores)


def _several_scores(names: tuple[str, ...]) -> str:
    each = [name for name in names if name.startswith("score_")]
    return f"Name the positive class's column score; {', '.join(each)} are not read." if each else ""


def _none_missing(labels: list[Any], shown: str) -> None:
    bad = sum(value is None for value in labels)
    if bad:
        raise InputError(
            f"{shown}: prediction: {bad} of {len(labels)} values are null, NaN or infinite; none may be"
        )


def _numbers(
    values: list[Any] | None, order: NDArray[np.intp], shown: str, name: str
) -> NDArray[np.float64] | None:
    if values is None:
        return None
    try:
        numbers = np.array([np.nan if value is None else float(value) for value in values])[order]
    except (TypeError, ValueError):
        row = _first_odd(values)
        raise InputError(f"{shown}: {name}: no number in data row {row:,}; numbers are allowed") from None
    bad = ~np.isfinite(numbers)
    if bad.any():
        raise InputError(f"{shown}: {name}: {_first(numbers, bad, order)} null, NaN or infinite; none may be")
    return numbers


def _probabilities(
    values: list[Any] | None, order: NDArray[np.intp], shown: str, name: str
) -> NDArray[np.float64] | None:
    score = _numbers(values, order, shown, name)
    outside = np.zeros(0, dtype=np.bool_) if score is None else (score < 0) | (score > 1)
    if score is not None and outside.any():
        raise InputError(
            f"{shown}: {name}: {_first(score, outside, order)} outside [0, 1]; probabilities are allowed"
        )
    return score


def _first(numbers: NDArray[np.float64], bad: NDArray[np.bool_], order: NDArray[np.intp]) -> str:
    """How many are bad, and the first in the file: its row (from 1; an id may be personal) and value."""
    at = min(np.flatnonzero(bad), key=lambda index: order[index])
    first = f"the first in data row {order[at] + 1:,}: {numbers[at]:g}"
    return f"{int(bad.sum()):,} of {len(numbers):,} values ({first}) are"


def at_threshold(
    score: NDArray[np.float64] | None, prediction: NDArray[np.float64] | None, threshold: float
) -> Outputs:
    """Labels at `evaluate.threshold` where scores are there; else the server's own labels."""
    if score is not None:
        return Outputs(score, (score >= threshold).astype(np.float64))
    return Outputs(None, prediction)


def outputs_of(answers: Answers, evaluate: EvaluateConfig) -> Outputs:
    """A server's answers as the outputs that are compared: two classes by the threshold, else as they are."""
    if evaluate.task == "binary":
        return at_threshold(answers.score, answers.prediction, evaluate.threshold)
    return Outputs(None, answers.prediction, answers.shares, labels=evaluate.task == "multiclass")


def model_columns(data: EvaluationData, outputs: Outputs) -> dict[str, list[Any]]:
    """A model's answers as columns of a table: label, prediction, score or one score_<class> per class."""
    several = data.classes if data.classes is not None and not data.classes.positive else None

    def own(values: NDArray[np.float64]) -> list[object]:
        return class_values(values, several) if several else values.tolist()

    columns = {"label": own(data.label)}
    if outputs.prediction is not None:
        columns["prediction"] = own(outputs.prediction)
    if outputs.score is not None:
        columns["score"] = outputs.score.tolist()
    if outputs.shares is not None and several:
        shares = zip(several.names, outputs.shares.T, strict=True)
        columns |= {f"score_{name}": values.tolist() for name, values in shares}
    return columns
