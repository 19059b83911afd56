"""A fitted scikit-learn-style model from a folder, and its answers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from mlops_actions.errors import DependencyError, ServingError
from mlops_actions.serving.table import BadRequestError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pandas as pd

Output = Literal["auto", "label", "probability", "both"]
SKOPS_SUFFIX = ".skops"
PICKLE_SUFFIXES = (".joblib", ".pkl", ".pickle")
ALWAYS_TRUSTED = ("numpy.dtype",)


class AnswerError(RuntimeError):
    """The model's own failure: answered with 500 and this message."""


def find_model(folder: Path, *, allow_pickle: bool) -> Path:
    """The one model file of a folder: a .skops file, or (only when allowed) a pickle."""
    if not folder.is_dir():
        raise ServingError(
            f"{folder}: no such folder", hint="Give the folder the training wrote to: --model-dir."
        )
    skops_files = sorted(folder.glob(f"*{SKOPS_SUFFIX}"))
    pickles = sorted(path for path in folder.iterdir() if path.suffix in PICKLE_SUFFIXES)
    found = skops_files or pickles
    if len(found) != 1:
        names = ", ".join(path.name for path in found) or "none"
        raise ServingError(
            f"{folder}: one model file is required, seen: {names}",
            hint=f"Write one *{SKOPS_SUFFIX} file (skops.io.dump), or pass --allow-pickle.",
        )
    if found[0].suffix != SKOPS_SUFFIX and not allow_pickle:
        raise ServingError(
            f"{found[0]}: a pickle can run any code when it is read",
            hint="Write it with skops.io.dump, or pass --allow-pickle inside a container.",
        )
    return found[0]


def load_estimator(path: Path, trusted: Sequence[str] = ()) -> Any:
    """Read the estimator; a skops file may hold known and named types only."""
    try:
        if path.suffix != SKOPS_SUFFIX:
            import joblib  # type: ignore[import-untyped] # noqa: PLC0415 - no stubs exist; only inside the user's image

            return joblib.load(path)
        import skops.io  # noqa: PLC0415 - only inside the user's image
    except ImportError as error:
        raise DependencyError(
            f"{error.name} is not installed", hint="Install mlops-actions[serve]."
        ) from error
    allowed = {*ALWAYS_TRUSTED, *trusted}
    unknown = sorted(set(skops.io.get_untrusted_types(file=path)) - allowed)
    if unknown:
        flags = " ".join(f"--trust {name}" for name in unknown)
        raise ServingError(
            f"{path}: types that are not known to be safe: {', '.join(unknown)}", hint=f"Pass {flags}"
        )
    return skops.io.load(path, trusted=sorted(allowed))


@dataclass(frozen=True)
class ServedModel:
    """An estimator, and in which form it answers."""

    estimator: Any
    output: Output = "auto"
    threshold: float | None = None

    def __post_init__(self) -> None:
        can_score = hasattr(self.estimator, "predict_proba")
        if self.output in {"probability", "both"} and not can_score:
            kind = type(self.estimator).__name__
            raise ServingError(
                f"output {self.output}: {kind} has no predict_proba", hint="Use --output label."
            )
        if self.threshold is not None and (not can_score or len(self.estimator.classes_) != 2):  # noqa: PLR2004 - binary
            raise ServingError("a threshold needs a classifier of two classes with predict_proba")

    @property
    def features(self) -> tuple[str, ...] | None:
        """The columns the model was fitted on, in order, when it knows them."""
        names = getattr(self.estimator, "feature_names_in_", None)
        return None if names is None else tuple(str(name) for name in names)

    def answer(self, table: pd.DataFrame) -> list[Any]:
        """One JSON value per row, in order. Columns the model does not use are ignored."""
        rows = self._select(table)
        if len(table) == 0:
            return []
        try:
            answers = self._answers(rows)
        except (TypeError, ValueError) as error:
            raise BadRequestError(f"the model refuses these rows: {str(error).splitlines()[0]}") from error
        if len(answers) != len(table):
            raise AnswerError(f"the model gave {len(answers)} answers for {len(table)} rows")
        for index, value in enumerate(answers):
            if not _finite(value):
                raise AnswerError(f"row {index + 1}: the model's answer is not a finite number")
        return answers

    def _select(self, table: pd.DataFrame) -> Any:
        """The model's columns in its order; an array when it was fitted on one."""
        nested = [
            name
            for name in table.columns
            if table[name].map(lambda cell: isinstance(cell, (dict, list))).any()
        ]
        if nested:
            raise BadRequestError(f"column {nested[0]}: a cell is a list or an object; send scalars")
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
        """Labels, probabilities in the order of classes_, or objects with both."""
        scores = self.output != "label" and hasattr(self.estimator, "predict_proba")
        if not scores:
            labels: list[Any] = self.estimator.predict(rows).tolist()
            return labels
        probabilities = self.estimator.predict_proba(rows).tolist()
        if self.output == "probability":
            return list(probabilities)
        classes = self.estimator.classes_.tolist()
        return [self._both(classes, row) for row in probabilities]

    def _both(self, classes: list[Any], row: list[float]) -> dict[str, Any]:
        best = max(range(len(row)), key=row.__getitem__)
        if len(classes) != 2:  # noqa: PLR2004 - binary
            scores = {str(name): score for name, score in zip(classes, row, strict=True)}
            return {"prediction": classes[best], "scores": scores}
        if self.threshold is not None:
            best = int(row[1] >= self.threshold)
        return {"prediction": classes[best], "score": row[1]}


def _finite(value: Any) -> bool:
    """Whether every number inside a JSON value is finite."""
    if isinstance(value, dict):
        return all(_finite(item) for item in value.values())
    if isinstance(value, list):
        return all(_finite(item) for item in value)
    return not isinstance(value, float) or math.isfinite(value)
