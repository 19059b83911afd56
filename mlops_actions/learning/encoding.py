"""Sampled columns as one matrix of numbers that a simple model can learn from. No label is looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mlops_actions.learning.codes import codes_of
from mlops_actions.learning.free_text import FreeText
from mlops_actions.results.words import count

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from numpy.typing import NDArray

NUMERIC = ("integer", "number", "boolean")
TIMES = ("date", "timestamp")
FREE_TEXT = 50  # distinct values from which text may be nearly free
FREE_SHARE = 0.5


@dataclass(frozen=True)
class Encoded:
    """What of a sample a model can read.

    Args:
        matrix: (n, f) float64; NaN is null. Text as codes by falling frequency, from 0; dates as days.
        names: f of them.
        coded: (f,) which columns are codes, without an order.
        left_out: (column, why) of those that are not in the matrix.
        texts: of these the nearly free ones, as they are.
    """

    matrix: NDArray[np.float64]
    names: tuple[str, ...]
    coded: NDArray[np.bool_]
    left_out: tuple[tuple[str, str], ...] = ()
    texts: tuple[FreeText, ...] = ()

    def take(self, rows: NDArray[Any]) -> Encoded:
        """Some rows; rows: indices, or (n,) bool."""
        texts = tuple(each.take(rows) for each in self.texts)
        return Encoded(self.matrix[rows], self.names, self.coded, self.left_out, texts)


def encode(
    columns: Mapping[str, Sequence[Any]], kinds: Mapping[str, str], features: Sequence[str]
) -> Encoded:
    """Numbers stay, dates become days, text becomes codes; constants and nearly free text are left out.

    Args:
        columns: name to n Python values, None for null.
        kinds: name to integer | number | boolean | string | date | timestamp.
        features: which of them, in order.
    """
    kept: list[tuple[str, NDArray[np.float64], bool]] = []
    left_out, texts = [], []
    for name in features:
        values, text = columns[name], kinds[name] not in (*NUMERIC, *TIMES)
        if text:
            coded, distinct = _codes(values)
        else:
            coded, distinct = _numbers(values), 0
        present = coded[~np.isnan(coded)]
        if text and distinct > FREE_TEXT and distinct > FREE_SHARE * len(present):
            left_out.append((name, f"{count(distinct, 'distinct text')} in {count(len(present), 'row')}"))
            texts.append(FreeText(name, np.array(values, dtype=object)))
        elif not len(present) or ((present[0] == present).all() and len(present) == len(coded)):
            left_out.append((name, "constant in the sample"))
        else:
            kept.append((name, coded, text))
    rows = len(next(iter(columns.values()), ()))
    matrix = np.column_stack([coded for _, coded, _ in kept]) if kept else np.empty((rows, 0))
    names = tuple(name for name, _, _ in kept)
    is_code = np.array([text for _, _, text in kept], dtype=np.bool_)
    return Encoded(matrix, names, is_code, tuple(left_out), tuple(texts))


def _numbers(values: Sequence[Any]) -> NDArray[np.float64]:
    """Infinities are null: no model here can read them."""
    found = np.array([np.nan if value is None else _number(value) for value in values], dtype=np.float64)
    found[~np.isfinite(found)] = np.nan
    return found


def _number(value: Any) -> float:
    if hasattr(value, "toordinal"):
        return _days(value)
    try:
        return float(value)
    except OverflowError:
        return np.nan


def _days(value: date) -> float:
    seconds = (
        getattr(value, "hour", 0) * 3600 + getattr(value, "minute", 0) * 60 + getattr(value, "second", 0)
    )
    return float(value.toordinal()) + seconds / 86400


def _codes(values: Sequence[Any]) -> tuple[NDArray[np.float64], int]:
    """Codes of the texts, NaN for null; and the distinct values."""
    found = np.full(len(values), np.nan)
    there = np.array([value is not None for value in values], dtype=np.bool_)
    found[there], distinct = codes_of([str(value) for value in values if value is not None])
    return found, distinct


def linear_design(encoded: Encoded) -> NDArray[np.float64]:
    """(n, g): standardised numbers, nulls at the mean and marked; indicators of the common codes."""
    rows = len(encoded.matrix)
    least = max(5, rows // 100)
    parts = []
    for column, coded in zip(encoded.matrix.T, encoded.coded, strict=True):
        absent = np.isnan(column)
        if coded:
            codes = np.where(absent, -1, column).astype(np.int64)
            seen, times = np.unique(codes, return_counts=True)
            parts += [(codes == code).astype(np.float64) for code in seen[times >= least]]
            continue
        mean = column[~absent].mean() if not absent.all() else 0.0
        filled = np.where(absent, mean, column) - mean
        spread = filled.std()
        parts.append(filled / spread if spread > 0 else filled)
        if least <= absent.sum() <= rows - least:
            parts.append(absent.astype(np.float64))
    return np.column_stack(parts) if parts else np.zeros((rows, 1))
