"""The answers of a fitted scikit-learn-style model."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from mlops_actions.errors import ServingError
from mlops_actions.serving.table import BadRequestError
from mlops_actions.serving.text_cells import TextColumns, odd_cell

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

Output = Literal["auto", "label", "probability", "both"]
Missing = Literal["refuse", "null"]
_SHOWN = 200


class AnswerError(RuntimeError):
    """The model's own failure: answered with 500 and this message."""


class NotFiniteError(AnswerError):
    """A row, counted from 0, that has no finite answer."""

    def __init__(self, row: int) -> None:
        super().__init__(f"row {row + 1}: the model's answer is not a finite number")
        self.row = row


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
        if self.classes and self._own is None and self.output != "label":
            self._name_classes(kind)
        if self.output == "both" and getattr(self.estimator, "unordered_", False):
            raise ServingError(
                "output both: the order of the model's probabilities is not known",
                hint="Name its classes in its metadata, export it with ZipMap, or serve --output label.",
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

    def _name_classes(self, kind: str) -> None:
        """The declared classes for probabilities that have no names, when the model can say their order."""
        if not hasattr(self.estimator, "predict_proba"):
            return
        if not callable(name := getattr(self.estimator, "name_classes", None)):
            raise ServingError(
                f"classes are declared, and {kind} has predict_proba and no classes_: the order of its "
                "probabilities is not known",
                hint="Set classes_ in the model, in the order of predict_proba's columns.",
            )
        name(list(self.classes))

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
        if getattr(self.estimator, "unordered_", False) and self.output != "probability":
            return "labels (the order of its probabilities is not known)"
        if not self._scores:
            has_classes = self._own is not None or hasattr(self.estimator, "decision_function")
            return "labels (it has no predict_proba)" if has_classes else "one number a row"
        if self._own is None:
            return "probabilities, in the model's own order"
        shown = ", ".join(str(_scalar(name)) for name in (self.classes or self._own))
        if self.output == "probability":
            return f"probabilities, in the order {shown}"
        return f"label and probabilities of {shown}"

    def answer(self, table: pd.DataFrame) -> list[Any]:
        """One JSON value per row, in order. Columns the model does not use are ignored."""
        rows = self._select(table)
        if len(table) == 0:
            return []
        used = table if self.features is None else table[list(self.features)]
        self._text.check(used)
        try:
            answers = self._answers(rows)
        except NotFiniteError as error:
            if cause := odd_cell(used, error.row):
                raise BadRequestError(
                    f"row {error.row + 1}: {cause}, and the model has no finite answer to that"
                ) from error
            raise
        except (TypeError, ValueError, OverflowError) as error:
            said = (str(error).splitlines() or [""])[0][:_SHOWN]
            raise BadRequestError(f"the model refuses these rows: {said}") from error
        if len(answers) != len(table):
            raise AnswerError(f"the model gave {len(answers)} answers for {len(table)} rows")
        return answers

    @cached_property
    def _text(self) -> TextColumns:
        return TextColumns(lambda rows: self.estimator.predict(self._select(rows)))

    @property
    def _own(self) -> Any:
        return getattr(self.estimator, "classes_", None)

    @property
    def _scores(self) -> bool:
        unknown = self.output == "auto" and getattr(self.estimator, "unordered_", False)
        return self.output != "label" and not unknown and hasattr(self.estimator, "predict_proba")

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
        if self._own is not None and table.shape[1] != len(self._own):
            raise AnswerError(f"predict_proba gave {table.shape[1]} columns for {len(self._own)} classes")
        order = self._order()
        probabilities = self._plain(table if order is None else table[:, order])
        if self.output == "probability" or self._own is None:
            return probabilities
        names = list(self.classes) or [_scalar(name) for name in self._own]
        labels = self._labels(rows) if self.threshold is None else self._cut(table)
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

    def _cut(self, table: NDArray[Any]) -> list[Any]:
        """The model's own labels, by the threshold."""
        order = self._order() or [0, 1]
        names = [_scalar(self._own[at]) for at in order]
        return [names[int(score >= self.threshold)] for score in table[:, order[1]]]

    def _order(self) -> list[int] | None:
        """Where each of the classes asked for stands in classes_."""
        if not self.classes or self._own is None:
            return None
        own = [_spelled(name) for name in self._own]
        asked = [_spelled(name) for name in self.classes]
        if sorted(own) != sorted(asked):
            wanted = ", ".join(map(str, self.classes))
            raise ServingError(
                f"classes {wanted} are asked for; the model knows {', '.join(own)}",
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
            raise NotFiniteError(row)
        return [_null(value) for value in plain]


def _scalar(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value


def _spelled(label: Any) -> str:
    """One spelling a label: 1 and 1.0 are the same, and so are True and true."""
    value = _scalar(label)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value)
    return text.lower() if text in {"True", "False"} else text


def _finite(value: Any) -> bool:
    return not isinstance(value, float) or math.isfinite(value)


def _null(value: Any) -> Any:
    if isinstance(value, list):
        return [_null(each) for each in value]
    return value if _finite(value) else None
