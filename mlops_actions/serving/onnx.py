"""An ONNX model with the face of a scikit-learn estimator, run by onnxruntime on the CPU.

Inputs: one per column, each named as its column (what skl2onnx makes of a data frame), or a single one of
shape (rows, columns). Of a single one the columns' names are those of `--feature`, else of the JSON list in
the model's metadata under `feature_names`; without either, columns count by their position.
Outputs: a label (whole numbers or text), probabilities (a map by class, or a table), or one number a row.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import numpy as np

from mlops_actions.errors import ServingError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

_TYPES: dict[str, Any] = {
    "tensor(float)": np.float32,
    "tensor(double)": np.float64,
    "tensor(int64)": np.int64,
    "tensor(int32)": np.int32,
    "tensor(bool)": np.bool_,
    "tensor(string)": np.object_,
}
_LABELS = {"tensor(int64)", "tensor(int32)", "tensor(string)", "tensor(bool)"}
_NUMBERS = {"tensor(float)", "tensor(double)"}


class OnnxModel:
    """predict; predict_proba where the model gives probabilities; classes_ where their names are known."""

    def __init__(self, path: Path, features: Sequence[str] = ()) -> None:
        """Open the model; ServingError when its inputs or outputs have no meaning here."""
        import onnxruntime  # noqa: PLC0415 - an extra, inside the user's image

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = int(os.environ.get("OMP_NUM_THREADS", "0") or 0)
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self._inputs = self._session.get_inputs()
        metadata = self._session.get_modelmeta().custom_metadata_map
        for each in self._inputs:
            if each.type not in _TYPES:
                raise ServingError(f"{path}: input {each.name} is {each.type}; allowed: {', '.join(_TYPES)}")
        self.feature_names_in_ = self._names(features or _listed(path, metadata, "feature_names"))
        self.text_columns_ = tuple(each.name for each in self._inputs if each.type == "tensor(string)")
        outputs = {each.name: each.type for each in self._session.get_outputs()}
        self._label = next((name for name, kind in outputs.items() if kind in _LABELS), None)
        tables = [name for name, kind in outputs.items() if kind.startswith("seq(map(") or kind in _NUMBERS]
        if self._label is None and len(tables) != 1:
            raise ServingError(
                f"{path}: outputs {', '.join(f'{name} {kind}' for name, kind in outputs.items())}",
                hint="Allowed: a label, a label and its probabilities, or one table of numbers.",
            )
        self._table = tables[0] if tables else None
        self._map = self._table is not None and outputs[self._table].startswith("seq(map(")
        shape = next((each.shape for each in self._session.get_outputs() if each.name == self._table), None)
        self.table_width_ = shape[1] if shape and len(shape) > 1 and isinstance(shape[1], int) else None
        self.classes_ = _listed(path, metadata, "classes") or None
        if self._table is not None and (self._label is not None or (self.table_width_ or 0) > 1):
            self.predict_proba = self._probabilities

    def predict(self, rows: Any) -> NDArray[Any]:
        """Shape (n,): labels, or numbers of a regression."""
        if self._label is None and hasattr(self, "predict_proba"):
            best = self._probabilities(rows).argmax(axis=1)
            return np.asarray(best if self.classes_ is None else [self.classes_[at] for at in best])
        answer = self._run(self._label or self._table, rows)
        return np.asarray(answer)

    def _probabilities(self, rows: Any) -> NDArray[Any]:
        """Shape (n, classes), in the order of classes_."""
        answer = self._run(self._table, rows)
        if not self._map:
            return np.asarray(answer)
        if self.classes_ is None:
            self.classes_ = list(answer[0])
        return np.array([[row[name] for name in self.classes_] for row in answer])

    def _run(self, output: str | None, rows: Any) -> Any:
        """One output; ValueError when the model cannot compute these rows (a category it does not know)."""
        from onnxruntime.capi import onnxruntime_pybind11_state as errors  # noqa: PLC0415 - as above

        try:
            (answer,) = self._session.run([output], self._feed(rows))
        except (errors.Fail, errors.InvalidArgument) as error:
            raise ValueError(str(error)) from error
        return answer

    def _names(self, features: Sequence[str]) -> list[str] | None:
        if len(self._inputs) > 1 or (self._inputs[0].shape or [None])[-1] == 1:
            return [each.name for each in self._inputs]
        width = self._inputs[0].shape[-1] if self._inputs[0].shape else None
        if isinstance(width, int):
            self.n_features_in_ = width
            if features and len(features) != width:
                raise ServingError(f"{len(features)} features are named; the model takes {width}")
        return list(features) or None

    def _feed(self, rows: Any) -> dict[str, NDArray[Any]]:
        """The model's inputs by name; ValueError names the column that does not fit."""
        if len(self._inputs) == 1 and self._inputs[0].name not in getattr(rows, "columns", ()):
            only = self._inputs[0]
            table = rows if isinstance(rows, np.ndarray) else rows.to_numpy()
            return {only.name: _cast(table, only.type, "the rows")}
        feed = {}
        for each in self._inputs:
            values = _cast(rows[each.name].to_numpy(), each.type, f"column {each.name}")
            feed[each.name] = values if len(each.shape) == 1 else values.reshape(-1, 1)
        return feed


def _cast(values: NDArray[Any], kind: str, where: str) -> NDArray[Any]:
    """The same values in the model's type; ValueError where they would be others."""
    if kind == "tensor(string)":
        if not all(isinstance(value, str) for value in values.ravel()):
            raise ValueError(f"{where}: a missing value or a number; the model takes text")
        return values.astype(object)
    numbers = values.astype(np.float64)
    if kind in _NUMBERS:
        with np.errstate(over="ignore"):
            cast = values.astype(_TYPES[kind])
        if (np.isinf(cast) & ~np.isinf(numbers)).any():
            raise ValueError(f"{where}: a number too large for the model's 32-bit floats")
        return cast
    if np.isnan(numbers).any():
        raise ValueError(f"{where}: a missing value; the model takes {kind[7:-1]}")
    if (numbers != np.floor(numbers)).any():
        raise ValueError(f"{where}: a fraction; the model takes {kind[7:-1]}")
    return values.astype(_TYPES[kind])


def _listed(path: Path, metadata: dict[str, str], key: str) -> list[Any]:
    """A JSON list of the model's metadata; empty when there is none."""
    if key not in metadata:
        return []
    try:
        listed = json.loads(metadata[key])
    except ValueError:
        listed = None
    if not isinstance(listed, list):
        raise ServingError(f"{path}: metadata {key} is no JSON list: {metadata[key][:80]}")
    return listed
