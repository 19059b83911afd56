"""The answers of a fitted scikit-learn-style model."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from mlops_actions.errors import ServingError
from mlops_actions.serving.table import BadRequestError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

Output = Literal["auto", "label", "probability", "both"]
Missing = Literal["refuse", "null"]
_SHOWN = 200


class AnswerError(RuntimeError):
    """The model's own failure: answered with 500 and this message."""


@dataclass(frozen=True)
class ServedModel:
    """An estimator, and in which form it answers.

    classes: the order of probabilities, the positive class last; by default that of the estimator's classes_.
    nan: what becomes of an answer that is no finite number: the request is refused, or the element is null.
    """

    estimator: Any
    output: Output = "auto"
    threshold: float | None = None
    classes: Sequence[Any] = ()
    nan: Missing = "refuse"

    def __post_init__(self) -> None:
        kind = type(self.estimator).__name__
        if not callable(getattr(self.estimator, "predict", None)):
            raise ServingError(f"{kind} has no predict", hint="Save the fitted model itself.")
        outputs = getattr(self._last(), "n_outputs_", 1)
        if isinstance(self._own, list) and any(isinstance(each, np.ndarray) for each in self._own):
            outputs = len(self._own)
        if outputs > 1:
            raise ServingError(
                f"{kind} predicts {outputs} values a row; the contract knows one",
                hint="Serve one model for each value.",
            )
        if self.output in {"probability", "both"} and not self._scores:
            raise ServingError(
                f"output {self.output}: {kind} has no predict_proba",
                hint="Use --output label, or calibrate it (sklearn.calibration.CalibratedClassifierCV).",
            )
        if self.threshold is not None and (self._own is None or len(self._own) != 2 or not self._scores):  # noqa: PLR2004 - binary
            raise ServingError("a threshold needs a classifier of two classes with predict_proba")
        if self.classes and self._own is not None and self._scores:
            self._order()

    @property
    def features(self) -> tuple[str, ...] | None:
        """The columns the model was fitted on, in order, when it knows them."""
        names = getattr(self.estimator, "feature_names_in_", None)
        return None if names is None else tuple(str(name) for name in names)

    @property
    def text_columns(self) -> tuple[str, ...]:
        """Columns that the model takes as text, when it says so (an ONNX model does)."""
        return tuple(getattr(self.estimator, "text_columns_", ()))

    def told(self) -> str:
        """In which form it answers, for the line at the start."""
        if not self._scores:
            has_classes = self._own is not None or hasattr(self.estimator, "decision_function")
            return "labels (it has no predict_proba)" if has_classes else "one number a row"
        return {"label": "labels", "probability": "probabilities"}.get(self.output, "label and probabilities")

    def answer(self, table: pd.DataFrame) -> list[Any]:
        """One JSON value per row, in order. Columns the model does not use are ignored."""
        rows = self._select(table)
        if len(table) == 0:
            return []
        try:
            answers = self._answers(rows)
        except (TypeError, ValueError, OverflowError) as error:
            said = (str(error).splitlines() or [""])[0][:_SHOWN]
            raise BadRequestError(f"the model refuses these rows: {said}") from error
        if len(answers) != len(table):
            raise AnswerError(f"the model gave {len(answers)} answers for {len(table)} rows")
        return answers

    @property
    def _own(self) -> Any:
        return getattr(self.estimator, "classes_", None)

    @property
    def _scores(self) -> bool:
        return self.output != "label" and hasattr(self.estimator, "predict_proba")

    def _last(self) -> Any:
        """The last step of a pipeline, else the estimator."""
        steps = getattr(self.estimator, "steps", None)
        return steps[-1][1] if steps else self.estimator

    def _select(self, table: pd.DataFrame) -> Any:
        """The model's columns in its order; an array when it was fitted on one."""
        if self.features is None:
            width = getattr(self.estimator, "n_features_in_", table.shape[1])
            if len(table) and table.shape[1] != width:
                raise BadRequestError(f"{table.shape[1]} columns; the model was fitted on {width}")
            return table.to_numpy()
        missing = [name for name in self.features if name not in table.columns]
        if missing and (len(table) or len(table.columns)):
            raise BadRequestError(f"missing columns: {', '.join(missing)}")
        return table[list(self.features)] if not missing else table

    def _answers(self, rows: Any) -> list[Any]:
        """Labels, probabilities in the order of the classes, or objects with both."""
        if not self._scores:
            return self._labels(rows)
        table = np.asarray(self.estimator.predict_proba(rows))
        if table.ndim != 2:  # noqa: PLR2004 - rows and classes
            raise AnswerError(
                f"predict_proba gave an array of {table.ndim} dimensions; rows and classes are two"
            )
        order = self._order()
        probabilities = self._plain(table if order is None else table[:, order])
        if self.output == "probability" or self._own is None:
            return probabilities
        names = list(self.classes) or [_scalar(name) for name in self._own]
        labels = self._labels(rows) if self.threshold is None else self._cut(table, names)
        keys = [str(name) for name in names]
        return [
            {"prediction": label, "scores": dict(zip(keys, row, strict=True))}
            for label, row in zip(labels, probabilities, strict=True)
        ]

    def _labels(self, rows: Any) -> list[Any]:
        labels = np.asarray(self.estimator.predict(rows))
        if labels.ndim == 2 and labels.shape[1] == 1:  # noqa: PLR2004 - a column
            labels = labels[:, 0]
        if labels.ndim != 1:
            raise AnswerError(f"the model gave answers of shape {labels.shape}; one value a row is served")
        return self._plain(labels)

    def _cut(self, table: NDArray[Any], names: list[Any]) -> list[Any]:
        order = self._order()
        positive = table[:, 1 if order is None else order[1]]
        return [names[int(score >= self.threshold)] for score in positive]

    def _order(self) -> list[int] | None:
        """Where each of the classes asked for stands in classes_."""
        if not self.classes or self._own is None:
            return None
        own = [str(name) for name in self._own]
        asked = [str(name) for name in self.classes]
        if sorted(own) != sorted(asked):
            raise ServingError(
                f"classes {', '.join(asked)} are asked for; the model knows {', '.join(own)}",
                hint="serving.classes (--class) names the model's own labels, the positive one last.",
            )
        return [own.index(name) for name in asked]

    def _plain(self, values: NDArray[Any]) -> list[Any]:
        """As JSON values, with what is no finite number refused or null."""
        plain: list[Any] = values.tolist()
        if values.dtype.kind not in "fO":
            return plain
        finite = np.isfinite(values) if values.dtype.kind == "f" else np.array([_finite(v) for v in values])
        if finite.all():
            return plain
        if self.nan == "refuse":
            row = int(np.flatnonzero(~finite.reshape(len(values), -1).all(axis=1))[0])
            raise AnswerError(f"row {row + 1}: the model's answer is not a finite number")
        return [_null(value) for value in plain]


def _scalar(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value


def _finite(value: Any) -> bool:
    return not isinstance(value, float) or math.isfinite(value)


def _null(value: Any) -> Any:
    if isinstance(value, list):
        return [_null(each) for each in value]
    return value if _finite(value) else None
