"""In which order an ONNX model gives its probabilities: from its graph, and from what it answers."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from mlops_actions.errors import ServingError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

# Field numbers of onnx.proto (ModelProto, GraphProto, NodeProto, AttributeProto).
_GRAPH, _NODE, _ATTRIBUTE, _NAME, _INTS, _STRINGS = 7, 1, 5, 1, 8, 9
_CLASSES = {b"classlabels_strings", b"classlabels_int64s", b"classlabels_ints"}
_AGREES = 0.9  # of the rows of one label: a calibrated model's label is not always its largest probability
_CLEAR = 1e-6
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
Field = tuple[int, "int | memoryview"]


def graph_classes(path: Path) -> list[list[Any]]:
    """The lists of classes that nodes of the graph state, in its order (ai.onnx.ml's classifiers, ZipMap)."""
    try:
        nodes = _messages(memoryview(path.read_bytes()), _GRAPH, _NODE)
        stated = [_listed(list(_fields(each))) for node in nodes for each in _messages(node, _ATTRIBUTE)]
    except (IndexError, ValueError):
        return []  # no graph of this form: what the model answers must tell
    return [names for names in stated if names]


def _listed(fields: list[Field]) -> list[Any]:
    name = next((bytes(value) for number, value in fields if number == _NAME and _is_bytes(value)), b"")
    if name not in _CLASSES:
        return []
    if name == b"classlabels_strings":
        return [bytes(value).decode() for number, value in fields if number == _STRINGS and _is_bytes(value)]
    numbers: list[int] = []
    for number, value in fields:
        if number == _INTS:
            numbers += _packed(value) if isinstance(value, memoryview) else [value]
    return [each - 2**64 if each >= 2**63 else each for each in numbers]


def _is_bytes(value: object) -> bool:
    return isinstance(value, memoryview)


def _messages(view: memoryview, *path: int) -> Iterator[memoryview]:
    for number, value in _fields(view):
        if number == path[0] and isinstance(value, memoryview):
            if len(path) == 1:
                yield value
            else:
                yield from _messages(value, *path[1:])


def _fields(view: memoryview) -> Iterator[Field]:
    """Number and value of each field of a message (protobuf's wire format); fixed widths are left out."""
    at = 0
    while at < len(view):
        key, at = _varint(view, at)
        number, kind = key >> 3, key & 7
        if kind == _VARINT:
            value, at = _varint(view, at)
            yield number, value
        elif kind == _BYTES:
            size, at = _varint(view, at)
            if at + size > len(view):
                raise ValueError(size)
            yield number, view[at : at + size]
            at += size
        elif kind in {_FIXED64, _FIXED32}:
            at += 8 if kind == _FIXED64 else 4
        else:
            raise ValueError(kind)


def _varint(view: memoryview, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = view[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:  # noqa: PLR2004 - the last byte has no mark
            return value, at
        shift += 7


def _packed(view: memoryview) -> list[int]:
    found, at = [], 0
    while at < len(view):
        value, at = _varint(view, at)
        found.append(value)
    return found


def shown_order(labels: NDArray[Any], table: NDArray[Any]) -> dict[int, Any]:
    """Column -> label, as far as answers show it: the column that is largest where the label is given.

    Args:
        labels: shape (n,), the model's own.
        table: shape (n, classes), its probabilities of the same rows.
    """
    if table.ndim != 2 or len(table) != len(labels) or table.shape[1] < 2:  # noqa: PLR2004 - classes
        return {}
    ordered = np.sort(table, axis=1)
    clear = ordered[:, -1] - ordered[:, -2] > _CLEAR
    pairs = Counter(zip(labels[clear].tolist(), table[clear].argmax(axis=1).tolist(), strict=True))
    found: dict[int, Any] = {}
    for label in dict.fromkeys(labels[clear].tolist()):
        rows = {column: count for (name, column), count in pairs.items() if name == label}
        column = max(rows, key=lambda each: rows[each])
        if rows[column] < _AGREES * sum(rows.values()) or column in found:
            return {}
        found[column] = label
    return found


def known_order(stated: Sequence[Sequence[Any]], shown: Mapping[int, Any], width: int) -> list[Any] | None:
    """The classes by column: what the graph states and no answer contradicts, else what answers show."""
    fitting = [list(names) for names in stated if len(names) == width and agrees(names, shown)]
    if shown:
        fitting = [names for names in fitting if set(shown.values()) <= set(names)]
    if fitting and all(names == fitting[0] for names in fitting):
        return fitting[0]
    return [shown[column] for column in range(width)] if len(shown) == width else None


def completed(declared: Sequence[Any], shown: Mapping[int, Any], width: int) -> list[Any]:
    """The classes by column, of those that are declared; ServingError when answers do not tell the order."""
    own = {str(label): label for label in shown.values()}
    left = [name for name in declared if str(name) not in own]
    unknown = sorted(set(own) - {str(name) for name in declared})
    if unknown or len(declared) != width:
        raise ServingError(
            f"classes {', '.join(map(str, declared))} are asked for; the model gives {width} probabilities, "
            f"and answers {', '.join(own) or 'nothing on trial rows'}",
            hint="serving.classes (--class) names the model's own labels, the positive one last.",
        )
    if len(left) > 1:
        raise ServingError(
            "the order of the model's probabilities is not known: neither its graph nor its answers to trial "
            f"rows tell which one is that of {', '.join(map(str, left))}",
            hint="Export it with ZipMap, write its classes into its metadata (classes, a JSON list in the "
            "order of the probabilities), or serve --output label.",
        )
    rest = left[0] if left else None
    return [shown.get(column, rest) for column in range(width)]


def agrees(names: Sequence[Any], shown: Mapping[int, Any]) -> bool:
    """Whether answers show no other order; names that are not the labels' own say nothing of it."""
    known = {str(name) for name in names}
    return all(str(names[at]) == str(label) for at, label in shown.items() if str(label) in known)
