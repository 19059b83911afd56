"""A model server's answers (serving contract) as arrays, and what was odd about their numbers. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mlops_actions.errors import ServingError
from mlops_actions.evaluation.labels import ZERO_ONE, Classes, label_text
from mlops_actions.results.words import count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from mlops_actions.config.train import ServingConfig

SUM_TOLERANCE = 1e-6
TWO = 2
ALLOWED = 'a label, a list of class probabilities, {"prediction": ..., "score": p} or {"scores": {class: p}}'


@dataclass(frozen=True)
class Answers:
    """One model's answers, in the order of the rows.

    score: shape (n,), probability of the positive class (binary) or None when only labels are served.
    prediction: shape (n,), the server's own 0/1 label (binary), class code (several classes) or value
    (regression); None when not served. shares: (n, k) probabilities of several classes, or None.
    The counts are of rows: non-finite numbers, probabilities outside [0, 1], class sums off 1. first_bad: the
    first row with one of the first two, and what was seen.
    """

    score: NDArray[np.float64] | None
    prediction: NDArray[np.float64] | None
    non_finite: int = 0
    outside_unit_interval: int = 0
    bad_sums: int = 0
    first_bad: tuple[int, float] | None = None
    shares: NDArray[np.float64] | None = None

    @property
    def usable(self) -> bool:
        """Whether every figure is finite and every probability is one."""
        return not (self.non_finite or self.outside_unit_interval)


def read_answers(
    elements: Sequence[Any],
    serving: ServingConfig,
    *,
    task: str,
    positive: object = None,
    labels: Classes | None = None,
) -> Answers:
    """Read `predictions` of POST /invocations.

    Args:
        elements: one per row.
        serving: the declared output and classes.
        task: binary or regression.
        positive: the positive class; the second of `serving.classes`, else 1.
        labels: the classes of the evaluation rows, when `serving.classes` names none.

    Raises:
        ServingError: naming the first row whose answer has another shape, what was seen and what is allowed.
    """
    if task == "regression":
        values = np.array([_number(element, row) for row, element in enumerate(elements)], dtype=np.float64)
        odd = ~np.isfinite(values)
        return Answers(None, values, non_finite=int(odd.sum()), first_bad=_first(values, odd))
    classes = tuple(serving.classes) or (0, 1)
    if positive is None:
        positive = classes[1] if len(classes) == TWO else 1
    known = labels if labels is not None and not serving.classes else _known(classes, positive)
    asked = _Asked(serving, classes, positive, known)
    rows = [_binary(element, row, asked) for row, element in enumerate(elements)]
    score = _column([each[0] for each in rows])
    prediction = _column([each[1] for each in rows])
    finite = np.isfinite(score) if score is not None else np.ones(len(rows), dtype=bool)
    outside = np.zeros(len(rows), dtype=bool) if score is None else finite & ((score < 0) | (score > 1))
    first = _first(score, ~finite | outside) if score is not None else None
    sums = sum(each[2] for each in rows)
    return Answers(score, prediction, int((~finite).sum()), int(outside.sum()), sums, first)


def _first(values: NDArray[np.float64], bad: NDArray[np.bool_]) -> tuple[int, float] | None:
    rows = np.flatnonzero(bad)
    return (int(rows[0]), float(values[rows[0]])) if len(rows) else None


def _column(values: list[float | None]) -> NDArray[np.float64] | None:
    if all(value is None for value in values):
        return None
    if any(value is None for value in values):
        row = values.index(None)
        raise ServingError(
            f"/invocations: row {row} has no figure where other rows have one; allowed: {ALLOWED}"
        )
    return np.array(values, dtype=np.float64)


def _number(element: object, row: int) -> float:
    value = element.get("prediction") if isinstance(element, dict) else element
    if value is None:
        return math.nan
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ServingError(f"/invocations: row {row}: {shown(element)}; a number is allowed for regression")
    return float(value)


@dataclass(frozen=True)
class _Asked:
    """What the server declares, and the labels it may answer with."""

    serving: ServingConfig
    classes: tuple[Any, ...]
    positive: object
    labels: Classes


def _known(classes: tuple[Any, ...], positive: object) -> Classes:
    return Classes(label_text(positive), tuple(label_text(name) for name in classes))


def _binary(element: object, row: int, asked: _Asked) -> tuple[float | None, float | None, int]:
    if isinstance(element, list):
        return _from_list(element, row, asked.classes, asked.positive)
    if isinstance(element, dict):
        return _from_object(element, row, asked)
    if asked.serving.output == "probability":
        return probability(element, row), None, 0
    return None, _label(element, row, asked.labels), 0


def _from_list(
    element: list[Any], row: int, classes: tuple[Any, ...], positive: object
) -> tuple[float | None, float | None, int]:
    if len(element) != len(classes):
        raise ServingError(
            f"/invocations: row {row}: {count(len(element), 'probability', 'probabilities')}; "
            f"serving.classes names {len(classes)}"
        )
    numbers = [probability(value, row) for value in element]
    off = int(abs(sum(numbers) - 1) > SUM_TOLERANCE)
    return numbers[_index(classes, positive)], None, off


def _from_object(element: dict[str, Any], row: int, asked: _Asked) -> tuple[float | None, float | None, int]:
    scores = element.get("scores")
    if isinstance(scores, dict):
        return _from_scores(scores, row, asked.positive)
    if "prediction" not in element and "score" not in element:
        raise ServingError(f"/invocations: row {row}: keys {sorted(element)[:5]}; allowed: {ALLOWED}")
    score = probability(element["score"], row) if "score" in element else None
    if "prediction" not in element:
        return score, None, 0
    value = element["prediction"]
    if score is not None and label_text(value) in ZERO_ONE and asked.labels.own(value) is None:
        return score, float(value), 0  # an encoded label beside its score: 1 is the positive class
    return score, _label(value, row, asked.labels), 0


def _from_scores(
    scores: dict[str, Any], row: int, positive: object
) -> tuple[float | None, float | None, int]:
    numbers = {_key(name): probability(value, row) for name, value in scores.items()}
    wanted = _key(positive)
    if wanted not in numbers:
        raise ServingError(
            f"/invocations: row {row}: scores for {sorted(numbers)}; the positive class is {positive!r}"
        )
    return numbers[wanted], None, int(abs(sum(numbers.values()) - 1) > SUM_TOLERANCE)


def _key(name: object) -> str:
    """A class as the key of a JSON object: Python writes True, JSON writes true."""
    text = label_text(name)
    return {"true": "1", "false": "0"}.get(text.lower(), text)


def probability(value: object, row: int) -> float:
    """A number of JSON, null as NaN; ServingError for anything else."""
    if value is None:
        return math.nan
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ServingError(
            f"/invocations: row {row}: {shown(value)} is not a probability; allowed: {ALLOWED}"
        )
    return float(value)


def _label(value: object, row: int, labels: Classes) -> float:
    found = labels.own(value)
    if found is None:
        raise ServingError(
            f"/invocations: row {row}: {shown(value)} is none of the classes ({labels}); for probabilities "
            "declare serving.output: probability",
            hint="Set serving.classes to the labels that the server answers with, the positive one last.",
        )
    return found


def _index(classes: tuple[Any, ...], positive: object) -> int:
    for index, name in enumerate(classes):
        if label_text(name) == label_text(positive):
            return index
    raise ServingError(f"serving.classes {list(classes)} does not hold the positive class {positive!r}")


def shown(value: object) -> str:
    """A value as a message shows it, cut."""
    return repr(value)[:80]
