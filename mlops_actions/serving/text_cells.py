"""Text where a model takes numbers: NumPy makes numbers of "inf", "NaN", "1e400" and "1_000"."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from mlops_actions.serving.table import BadRequestError

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

MARK = "no number (mlops serve)"
NUMBERS = ("could not convert string to float", "; the model takes ")  # NumPy's words, and ours for ONNX
LARGE = 1e30
_SHOWN = 40


class TextColumns:
    """Which columns a model takes as numbers. The model is asked, once a column, when text comes in it.

    One row of the request is tried with a text that is no number in the column: a model that says that it
    cannot be made a number takes numbers there; one that takes it, or does not know the category, takes text.
    """

    def __init__(self, predict: Callable[[pd.DataFrame], Any]) -> None:
        self._predict = predict
        self._numbers: dict[str, bool] = {}

    def check(self, table: pd.DataFrame) -> None:
        """BadRequestError with column and row: text for a number."""
        for name in table.columns:
            column = table[name]
            if column.dtype.kind not in "OUS":
                continue
            at = next((row for row, cell in enumerate(column) if isinstance(cell, (str, bytes))), None)
            if at is None or not self._takes_numbers(table, name, at):
                continue
            cell = repr(column.iloc[at][:_SHOWN])
            raise BadRequestError(f"column {name}, row {at + 1}: {cell} is text; the model takes numbers")

    def _takes_numbers(self, table: pd.DataFrame, name: Any, at: int) -> bool:
        if (known := self._numbers.get(str(name))) is not None:
            return known
        trial = table.iloc[[at]].copy()
        trial[name] = trial[name].astype(object)
        trial.loc[:, name] = MARK
        try:
            self._predict(trial)
        except Exception as error:  # noqa: BLE001 - the user's model may raise anything
            said = _told(error)
            if MARK not in said:
                return False  # of another cell: nothing is learnt
            self._numbers[str(name)] = any(each in said for each in NUMBERS)
        else:
            self._numbers[str(name)] = False
        return self._numbers[str(name)]


def _told(error: BaseException) -> str:
    """Its words, and those of what it came from."""
    words: list[str] = []
    seen: BaseException | None = error
    while seen is not None and len(words) < 10:  # noqa: PLR2004 - a chain that ends in a circle
        words.append(str(seen))
        seen = seen.__cause__ or seen.__context__
    return "\n".join(words)


def odd_cell(table: pd.DataFrame, row: int) -> str:
    """What of a row no finite answer may be expected of: a missing or a very large number; else empty."""
    for name in table.columns:
        cell = table[name].iloc[row]
        if cell is None or cell != cell or str(cell) in {"NaT", "<NA>"}:  # noqa: PLR0124 - NaN
            return f"column {name} is missing"
        if isinstance(cell, float) and (math.isinf(cell) or abs(cell) > LARGE):
            return f"column {name} is {cell:g}"
    return ""
