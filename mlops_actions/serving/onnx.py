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
from mlops_actions.serving.onnx_classes import agrees, completed, graph_classes, known_order, shown_order

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
_TRIALS = 256
_SHOWN = 40
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
        self.classes_: list[Any] | None = _listed(path, metadata, "classes") or None
        self._shown: dict[int, Any] = {}
        if self._table is not None and (self._label is not None or (self.table_width_ or 0) > 1):
            self._learn_classes(path)
            self.predict_proba = self._probabilities

    @property
    def unordered_(self) -> bool:
        """Whether nothing tells which class a probability is of."""
        return hasattr(self, "predict_proba") and self.classes_ is None

    def name_classes(self, declared: Sequence[Any]) -> None:
        """Take the classes that are declared, in the order of the model's answers.

        Without a label beside them the declared order is the only one there is, and is taken as it stands.

        Raises:
            ServingError: other classes than the model's, or an order that nothing tells.
        """
        width = self.table_width_ or len(declared)
        shown = dict(enumerate(declared)) if self._label is None and len(declared) == width else self._shown
        self.classes_ = completed(declared, shown, width)

    def _learn_classes(self, path: Path) -> None:
        """classes_, from the model's metadata, its graph, and its answers to trial rows."""
        labels, table = self._tried()
        if self._map:
            stated = next((names for names in reversed(graph_classes(path)) if names), None)
            self.classes_ = list(table[0]) if table is not None and len(table) else stated
            return
        if labels is not None:
            self._shown = shown_order(np.asarray(labels), np.asarray(table))
        if table is not None and np.ndim(table) == 2:  # noqa: PLR2004 - rows and classes
            self.table_width_ = np.shape(table)[1]
        if self.classes_ is not None:
            self._check_stated(path, self.classes_)
        elif self._label is not None and self.table_width_ is not None:
            self.classes_ = known_order(graph_classes(path), self._shown, self.table_width_)

    def _check_stated(self, path: Path, names: list[Any]) -> None:
        width = self.table_width_
        if (width is None or width == len(names)) and agrees(names, self._shown):
            return
        told = ", ".join(f"{label} in column {at + 1}" for at, label in sorted(self._shown.items()))
        raise ServingError(
            f"{path}: its metadata names the classes {', '.join(map(str, names))}; "
            f"it gives {width} probabilities{f', and its labels say {told}' if told else ''}",
            hint="Write the classes in the order of the probabilities.",
        )

    def _tried(self) -> tuple[Any, Any]:
        """Labels and probabilities of trial rows; None where the model takes none of them."""
        draw = np.random.default_rng(0)
        feed: dict[str, NDArray[Any]] = {}
        for each in self._inputs:
            lengths = [size if isinstance(size, int) else None for size in each.shape]
            rows = (lengths[0] if lengths else None) or _TRIALS
            width = getattr(self, "n_features_in_", len(self.feature_names_in_ or ()) or None)
            shape = (rows,) if len(lengths) == 1 else (rows, (lengths[-1] or width or 1))
            values = draw.normal(size=shape) * 10 ** draw.uniform(
                -1, 4, size=(rows, *(1,) * (len(shape) - 1))
            )
            made = np.full(shape, "") if each.type == "tensor(string)" else np.round(values, 3)
            feed[each.name] = made.astype(_TYPES[each.type])
        names = [name for name in (self._label, self._table) if name is not None]
        try:
            answers = dict(zip(names, self._session.run(names, feed), strict=True))
        except Exception:  # noqa: BLE001 - the library has errors of its own kinds; rows of its own come later
            return None, None
        return answers.get(self._label or ""), answers.get(self._table or "")

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
        names = self.classes_ if self.classes_ is not None else list(answer[0])
        return np.array([[row[name] for name in names] for row in answer])

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
    if values.dtype.kind in "OUS" and (text := [v for v in values.ravel() if isinstance(v, (str, bytes))]):
        raise ValueError(f"{where}: text, {text[0][:_SHOWN]!r}; the model takes {kind[7:-1]}")
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
