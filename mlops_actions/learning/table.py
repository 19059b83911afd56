"""Columns as Python lists to a typed pandas table: numbers as float64, everything else as text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

NUMERIC = ("integer", "number", "boolean")


def typed_table(
    columns: Mapping[str, Sequence[Any]], types: Mapping[str, str], features: Sequence[str]
) -> pd.DataFrame:
    """One column per feature, in order. Nulls become NaN in numbers and the text '(missing)' elsewhere."""
    data: dict[str, Any] = {}
    for name in features:
        if types[name] in NUMERIC:
            values = [None if value is None else float(value) for value in columns[name]]
            data[name] = pd.Series(values, dtype="float64")
        else:
            data[name] = ["(missing)" if value is None else str(value) for value in columns[name]]
    return pd.DataFrame(data)


def numeric_features(types: Mapping[str, str], features: Sequence[str]) -> tuple[str, ...]:
    """The features that are numbers."""
    return tuple(name for name in features if types[name] in NUMERIC)
