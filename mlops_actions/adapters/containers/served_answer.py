"""The shape of a model server's answer to POST /invocations.

Only the shape: NaN, infinities and null (which Python servers write for them) pass as numbers, because how
many there are is a finding of the evaluation, not a broken contract.
"""

from __future__ import annotations

import json
from typing import Any

from mlops_actions.errors import ServingError
from mlops_actions.results.words import count as words

_HINT = (
    'Allowed: {"predictions": [...]}, one element per row in order: a label or number, a list of class '
    'probabilities, {"prediction": label, "score": p} or {"prediction": label, "scores": {class: p}}.'
)
_KEYS = {"prediction", "score", "scores"}
_SHOWN = 120


def read_answer(content: bytes, count: int, first_row: int) -> list[Any]:
    """The elements of one answer; ServingError says which row was answered how."""
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as error:
        shown = content[:_SHOWN].decode("utf-8", "replace")
        raise ServingError(f"the server's answer is not JSON ({error}): {shown}", hint=_HINT) from error
    if not isinstance(document, dict) or "predictions" not in document:
        raise ServingError(f"the server's answer has no predictions: {_show(document)}", hint=_HINT)
    elements = document["predictions"]
    if not isinstance(elements, list):
        raise ServingError(f"predictions is no list: {_show(elements)}", hint=_HINT)
    if len(elements) != count:
        raise ServingError(
            f"{words(count, 'row')} sent, {words(len(elements), 'prediction')} came back", hint=_HINT
        )
    for at, element in enumerate(elements):
        if fault := _fault(element):
            raise ServingError(f"prediction of row {first_row + at}: {fault}: {_show(element)}", hint=_HINT)
    return elements


def _fault(element: Any) -> str:
    """What is wrong with one element; empty when nothing is."""
    if isinstance(element, list):
        return "" if element and all(map(_is_number, element)) else "not a list of numbers"
    if isinstance(element, dict):
        return _object_fault(element)
    return "" if _is_scalar(element) else "neither a label nor a number"


def _object_fault(element: dict[str, Any]) -> str:
    if unknown := sorted(set(element) - _KEYS):
        return f"unknown key {unknown[0]!r}"
    if not element:
        return "an empty object"
    if "prediction" in element and not _is_scalar(element["prediction"]):
        return "its prediction is neither a label nor a number"
    if "score" in element and not _is_number(element["score"]):
        return "its score is not a number"
    if "scores" in element:
        scores = element["scores"]
        if not isinstance(scores, dict) or not scores or not all(map(_is_number, scores.values())):
            return "its scores are not numbers by class"
    return ""


def _is_scalar(value: Any) -> bool:
    return isinstance(value, str | bool) or _is_number(value)


def _is_number(value: Any) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def _show(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
