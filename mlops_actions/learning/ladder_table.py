"""Training and evaluation rows as two matrices of numbers; what values mean is learnt from training rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from mlops_actions.learning.encoding import TIMES, encode

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray


@dataclass(frozen=True)
class LadderTable:
    """Features of both splits.

    Args:
        train: (n, f) float64, NaN is null; text as codes by falling frequency in training, dates as days.
        evaluation: (m, f), the same; text that training never saw is NaN, too.
        names: f of them.
        coded: (f,) which are codes, without an order.
        categories: column to its texts by code; the last code may stand for several.
        left_out: in sentences.
    """

    train: NDArray[np.float64]
    evaluation: NDArray[np.float64]
    names: tuple[str, ...]
    coded: NDArray[np.bool_]
    categories: Mapping[str, tuple[str, ...]]
    left_out: tuple[str, ...]


def ladder_table(
    train: Mapping[str, Sequence[Any]],
    evaluation: Mapping[str, Sequence[Any]],
    kinds: Mapping[str, str],
    features: Sequence[str],
) -> LadderTable:
    """Encode both; constant columns and nearly free text are left out.

    Args:
        train: name to n Python values, None for null.
        evaluation: name to m values; dates may be ISO texts.
        kinds: of the training columns: integer | number | boolean | string | date | timestamp.
        features: which of them, in order.
    """
    read = {
        name: [_instant(value) for value in train[name]] if kinds[name] in TIMES else train[name]
        for name in features
    }
    encoded = encode(read, kinds, features)
    rows = len(next(iter(evaluation.values()), ()))
    matrix = np.full((rows, len(encoded.names)), np.nan)
    categories = {}
    for at, (name, coded) in enumerate(zip(encoded.names, encoded.coded, strict=True)):
        values = evaluation[name]
        if not coded:
            matrix[:, at] = [_number(value, time=kinds[name] in TIMES) for value in values]
            continue
        codes = _codes_of(train[name], encoded.matrix[:, at])
        matrix[:, at] = [np.nan if value is None else codes.get(str(value), np.nan) for value in values]
        categories[name] = tuple(text for _, text in sorted((code, text) for text, code in codes.items()))
    left_out = tuple(f"{name}: {why}" for name, why in encoded.left_out)
    return LadderTable(encoded.matrix, matrix, encoded.names, encoded.coded, categories, left_out)


def _codes_of(values: Sequence[Any], codes: NDArray[np.float64]) -> dict[str, float]:
    pairs = zip(values, codes.tolist(), strict=True)
    return {str(value): code for value, code in pairs if value is not None}


def instants(values: Sequence[Any], kind: str) -> NDArray[np.float64]:
    """(n,) times as days, or numbers as they are; NaN where there is none."""
    return np.array([_number(value, time=kind in TIMES) for value in values], dtype=np.float64)


def _instant(value: Any) -> date | None:
    """A date or a time, from ISO text where it is one; None where it is none (infinity, year 10000)."""
    if value is None or isinstance(value, date):
        return value
    try:
        return datetime.fromisoformat(str(value))
    except ValueError:
        return None


def _number(value: Any, *, time: bool) -> float:
    """NaN for what is none; infinities are none, as in `encode`."""
    if time:
        instant = _instant(value)
        if instant is None:
            return np.nan
        second = getattr(instant, "second", 0) + 60 * getattr(instant, "minute", 0)
        return instant.toordinal() + (second + 3600 * getattr(instant, "hour", 0)) / 86400
    try:
        found = float(value) if value is not None else np.nan
    except (TypeError, ValueError, OverflowError):
        return np.nan
    return found if np.isfinite(found) else np.nan
