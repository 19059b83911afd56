"""Several classes as codes 0..k-1, and a server's answers as (n, k) probabilities and codes. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mlops_actions.errors import InputError, ServingError
from mlops_actions.evaluation.answers import ALLOWED, SUM_TOLERANCE, TWO, Answers, probability, shown
from mlops_actions.evaluation.labels import MAX_SHOWN, Classes, label_text
from mlops_actions.results.words import count

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from mlops_actions.config.train import ServingConfig

Read = tuple["list[float] | None", "float | None"]
ORDER = "Set serving.classes to the classes in the order of the server's probabilities."


def several_classes(values: Iterable[Any], declared: Sequence[Any], *, column: str, shown_as: str) -> Classes:
    """The classes of a label column: serving.classes in its order, else the column's own, numbers by size.

    Raises:
        InputError: fewer than two, or one that serving.classes does not name.
    """
    found = {label_text(value) for value in values}
    names = tuple(label_text(each) for each in declared) or tuple(sorted(found, key=_by_size))
    unknown = sorted(found - set(names), key=_by_size)
    if unknown:
        raise InputError(
            f"{shown_as}: {column!r} holds {count(len(unknown), 'class', 'classes')} that serving.classes "
            f"does not name ({', '.join(unknown[:MAX_SHOWN])}); it names {', '.join(names[:MAX_SHOWN])}",
            hint="Name every class in serving.classes, in the order of the server's probabilities.",
        )
    if len(names) < TWO:
        raise InputError(
            f"{shown_as}: {column!r} holds {count(len(names), 'class', 'classes')}; at least 2 are needed"
        )
    return Classes("", names)


def with_others(classes: Classes, values: Iterable[Any]) -> Classes:
    """The same classes, and behind them those of `values` that are none of them."""
    others = {label_text(value) for value in values} - set(classes.names)
    return Classes("", (*classes.names, *sorted(others, key=_by_size)))


def _by_size(name: str) -> tuple[bool, int, str]:
    number = name.removeprefix("-").isdecimal()
    return not number, int(name) if number else 0, name


def class_codes(
    values: Sequence[Any], classes: Classes, *, column: str, shown_as: str
) -> NDArray[np.float64]:
    """Each value's place among the classes, shape (n,); InputError names the first that is none (by row)."""
    codes = [classes.code(value) for value in values]
    wrong = [row for row, code in enumerate(codes, start=1) if code is None]
    if wrong:
        raise InputError(
            f"{shown_as}: {column}: {str(values[wrong[0] - 1])[:80]!r} in data row {wrong[0]:,}; "
            f"{len(wrong)} of {len(values)} {'is' if len(wrong) == 1 else 'are'} no class. Allowed: {classes}"
        )
    return np.array(codes, dtype=np.float64)


def class_values(codes: NDArray[np.float64], classes: Classes) -> list[object]:
    """The classes' own values: whole numbers when all of them are, else texts."""
    numbers = all(name.removeprefix("-").isdecimal() for name in classes.names)
    own: list[object] = [int(name) if numbers else name for name in classes.names]
    return [own[int(code)] for code in codes]


def read_several(elements: Sequence[Any], serving: ServingConfig, classes: Classes) -> Answers:
    """Read `predictions` of POST /invocations for several classes.

    A label, a list of probabilities in the order of serving.classes, or an object with prediction, scores or
    both. Without a label of its own a row's class is the likeliest.

    Raises:
        ServingError: naming the first row whose answer has another shape, what was seen and what is allowed.
    """
    rows = [_row(element, row, serving, classes) for row, element in enumerate(elements)]
    given = [shares for shares, _ in rows]
    codes = [code for _, code in rows]
    for found in (given, codes):
        if any(each is None for each in found) and any(each is not None for each in found):
            row = found.index(None)
            raise ServingError(
                f"/invocations: row {row} has no figure where other rows have one; allowed: {ALLOWED}"
            )
    own = None if None in codes else np.array(codes, dtype=np.float64)
    if None in given or not given:
        return Answers(None, own)
    shares = np.array(given, dtype=np.float64)
    return _checked(shares, own)


def _checked(shares: NDArray[np.float64], own: NDArray[np.float64] | None) -> Answers:
    finite = np.isfinite(shares).all(axis=1)
    outside = finite & ((shares < 0) | (shares > 1)).any(axis=1)
    sums = finite & (np.abs(shares.sum(axis=1) - 1) > SUM_TOLERANCE)
    bad = np.flatnonzero(~finite | outside)
    first = None
    if len(bad):
        values = shares[bad[0]]
        odd = ~np.isfinite(values) | (values < 0) | (values > 1)
        first = int(bad[0]), float(values[odd][0])
    prediction = own if own is not None else shares.argmax(axis=1).astype(np.float64)
    return Answers(
        None, prediction, int((~finite).sum()), int(outside.sum()), int(sums.sum()), first, shares=shares
    )


def _row(element: object, row: int, serving: ServingConfig, classes: Classes) -> Read:
    if isinstance(element, list):
        if len(element) != len(serving.classes):
            raise ServingError(
                f"/invocations: row {row}: {count(len(element), 'probability', 'probabilities')}; "
                f"serving.classes names {len(serving.classes)}",
                hint=ORDER,
            )
        return [probability(value, row) for value in element], None
    if not isinstance(element, dict):
        return None, _code(element, row, classes)
    scores = element.get("scores")
    if not isinstance(scores, dict) and "prediction" not in element:
        raise ServingError(f"/invocations: row {row}: keys {sorted(element)[:5]}; allowed: {ALLOWED}")
    shares = _shares(scores, row, classes) if isinstance(scores, dict) else None
    return shares, _code(element["prediction"], row, classes) if "prediction" in element else None


def _shares(scores: dict[str, Any], row: int, classes: Classes) -> list[float]:
    named = {label_text(name): value for name, value in scores.items()}
    if set(named) != set(classes.names):
        raise ServingError(
            f"/invocations: row {row}: scores for {', '.join(sorted(named)[:MAX_SHOWN])}; "
            f"the classes are {classes}"
        )
    return [probability(named[name], row) for name in classes.names]


def _code(value: object, row: int, classes: Classes) -> float:
    code = classes.code(value)
    if code is None:
        raise ServingError(
            f"/invocations: row {row}: {shown(value)} is none of the classes ({classes})",
            hint="Set serving.classes to the labels that the server answers with.",
        )
    return code
