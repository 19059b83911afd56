"""Texts as codes, the most common first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

MOST_CODES = 254  # the gradient boosting's own limit is 255


def codes_of(texts: Sequence[str]) -> tuple[NDArray[np.float64], int]:
    """(n,) codes by falling frequency (ties by text), the rarest sharing the last; and the distinct texts."""
    if not len(texts):
        return np.empty(0), 0
    names, inverse, rows = np.unique(np.array(texts, dtype=object), return_inverse=True, return_counts=True)
    rank = np.empty(len(names), dtype=np.float64)
    rank[np.argsort(-rows, kind="stable")] = np.arange(len(names))
    return np.minimum(rank, MOST_CODES - 1)[inverse], len(names)
