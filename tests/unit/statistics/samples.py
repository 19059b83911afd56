"""Samples in the shape of the drift figures, from lists or arrays of rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mlops_actions.statistics.alignment import Sample

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray


def counted(rows: Any) -> Sample:
    """One value per row, as a scan would count them."""
    return Sample(*np.unique(np.asarray(rows), return_counts=True))


def named(counts: Mapping[Any, int]) -> Sample:
    """Category to rows."""
    kept = {name: rows for name, rows in counts.items() if rows}
    values = np.empty(len(kept), dtype=object)
    values[:] = sorted(kept)
    return Sample(values, np.array([kept[name] for name in values], dtype=np.int64))


def normal(seed: int, n: int, shift: float = 0.0) -> NDArray[np.float64]:
    return np.random.default_rng(seed).normal(shift, 1, n)
