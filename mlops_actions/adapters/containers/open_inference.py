"""The Open Inference Protocol (V2, as KServe, Triton and MLServer speak it), its JSON form.

https://github.com/kserve/open-inference-protocol/blob/main/specification/protocol/inference_rest.md
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mlops_actions.errors import ServingError

if TYPE_CHECKING:
    from collections.abc import Sequence

_WHOLE = {f"{sign}INT{bits}" for sign in ("", "U") for bits in (8, 16, 32, 64)}
_FLOATS = {"FP16", "FP32", "FP64", "BF16"}
_SHOWN = 200
PROBABILITIES = "predict_proba"  # MLServer's scikit-learn runtime gives it when it is asked for


@dataclass
class OpenInference:
    """One model of a /v2 server.

    inputs: name to (datatype, number of dimensions), as its metadata declares them; empty: none declared, and
    each column is a tensor of its own, of a data frame. ask: outputs that are asked for by name.
    """

    path: str
    inputs: dict[str, tuple[str, int]] = field(default_factory=dict)
    ask: tuple[str, ...] = ()
    name: str = field(default="open inference", init=False)
    _answered: bool = field(default=False, init=False)

    @classmethod
    def of(cls, path: str, metadata: Any, output: str) -> OpenInference:
        """From a model's metadata; ServingError when it is of another kind."""
        try:
            inputs = {
                str(each["name"]): (str(each["datatype"]), len(each["shape"]))
                for each in metadata.get("inputs") or ()
            }
            outputs = metadata.get("outputs") or ()
        except (AttributeError, KeyError, TypeError) as error:
            raise ServingError(
                f"{path}: metadata of another kind: {json.dumps(metadata)[:_SHOWN]}"
            ) from error
        wanted = output != "label" and not outputs
        return cls(path, inputs, (PROBABILITIES,) if wanted else ())

    def request(self, columns: Sequence[str], data: list[list[Any]]) -> bytes:
        """A tensor per column, or one of all where the model declares one input that is no column."""
        declared = set(self.inputs)
        if not declared or declared <= set(columns):
            names = [name for name in columns if not declared or name in declared]
            places = {name: at for at, name in enumerate(columns)}
            tensors = [self._column(name, [row[places[name]] for row in data]) for name in names]
            document: dict[str, Any] = {"inputs": tensors}
            if not declared:
                document["parameters"] = {"content_type": "pd"}
        elif len(declared) == 1:
            (name,) = declared
            datatype = self.inputs[name][0]
            flat = [_cell(value, datatype) for row in data for value in row]
            shape = [len(data), len(columns)]
            document = {"inputs": [{"name": name, "shape": shape, "datatype": datatype, "data": flat}]}
        else:
            lacking = ", ".join(sorted(declared - set(columns))[:5])
            raise ServingError(
                f"{self.path}: the model takes {lacking}; the features are {', '.join(columns)}",
                hint="One input a feature, named as it, or one input for all.",
            )
        if self.ask:
            document["outputs"] = [{"name": name} for name in self.ask]
        return json.dumps(document, allow_nan=False).encode()

    def read(self, content: bytes, count: int, first_row: int) -> list[Any]:
        """Probabilities where an output has several numbers a row, else the labels or numbers."""
        try:
            document = json.loads(content)
            tensors = [_tensor(each, count) for each in document["outputs"]]
        except (KeyError, TypeError, ValueError, RecursionError) as error:
            shown = content[:_SHOWN].decode("utf-8", "replace")
            raise ServingError(
                f"POST {self.path}, row {first_row}: no outputs of {count} rows ({error}): {shown}",
                hint="Wanted: outputs, each with name, shape, datatype and data.",
            ) from error
        if not tensors:
            raise ServingError(f"POST {self.path}: no output came back")
        self._answered = True
        wide = [rows for datatype, width, rows in tensors if width > 1 and datatype in _FLOATS]
        single = [rows for _, width, rows in tensors if width == 1]
        if len(wide) == 1:
            return wide[0]
        if len(wide) > 1 or len(single) != 1:
            raise ServingError(
                f"POST {self.path}: {len(tensors)} outputs, and none of them is the one that is meant",
                hint="One output of probabilities by class, or one of a value a row.",
            )
        return [row[0] for row in single[0]]

    def plainer(self) -> bool:
        """Without naming an output, when a server that never answered may not know its name."""
        if not self.ask or self._answered:
            return False
        self.ask = ()
        return True

    def _column(self, name: str, values: list[Any]) -> dict[str, Any]:
        datatype, dimensions = self.inputs.get(name) or (_datatype(values), 2)
        tensor: dict[str, Any] = {
            "name": name,
            "shape": [len(values), *[1] * (dimensions - 1)],
            "datatype": datatype,
            "data": [_cell(value, datatype) for value in values],
        }
        if datatype == "BYTES":
            tensor["parameters"] = {"content_type": "str"}
        return tensor


def _datatype(values: list[Any]) -> str:
    """What a column of JSON scalars is; with nulls among numbers, floats."""
    kinds = {type(value) for value in values}
    if kinds == {bool}:
        return "BOOL"
    if kinds == {int}:
        return "INT64"
    return "FP64" if kinds <= {int, float, bool, type(None)} else "BYTES"


def _cell(value: Any, datatype: str) -> Any:
    """As the datatype writes it; ServingError for a value that it cannot hold."""
    if value is None and datatype in {"BOOL", *_WHOLE}:
        raise ServingError(f"a missing value for an input of {datatype}, which has none")
    if isinstance(value, str) and datatype != "BYTES":
        raise ServingError(f"the text {value[:40]!r} for an input of {datatype}")
    if datatype == "BYTES":
        return None if value is None else str(value)
    if datatype in _FLOATS and value is not None:
        return float(value)
    if datatype in _WHOLE and value != int(value):
        raise ServingError(f"{value} for an input of {datatype}")
    return value


def _tensor(output: dict[str, Any], count: int) -> tuple[str, int, list[list[Any]]]:
    """Datatype, numbers a row, and the rows of one output."""
    shape = [int(each) for each in output["shape"]]
    flat = list(_flat(output["data"]))
    width = len(flat) // count if count else 1
    if shape[:1] != [count] or width * count != len(flat):
        raise ValueError(f"output {output.get('name')}: shape {shape}, {len(flat)} values, {count} rows sent")
    return str(output["datatype"]), width, [flat[at : at + width] for at in range(0, len(flat), width)]


def _flat(data: Any) -> Any:
    for each in data:
        if isinstance(each, list):
            yield from _flat(each)
        else:
            yield each
