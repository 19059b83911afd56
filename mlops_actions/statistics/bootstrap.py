"""The paired row bootstrap as multinomial weights: both models see the same resample, memory stays flat.

Source: Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapters 6 and 13.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

BLOCK = 100
LARGEST = 4_000_000  # weights held at once


def resample_weights(n: int, resamples: int, seed: int) -> Iterator[NDArray[np.float64]]:
    """Blocks of at most 100 resamples, each row the counts of a draw of n rows with replacement.

    Yields arrays of shape (b, n), b <= 100 and b * n <= 4,000,000 (b >= 1). Block k has its own child of the
    seed, so that the numbers depend on the seed alone and not on how blocks are spread over cores.
    """
    most = min(BLOCK, max(1, LARGEST // max(n, 1)))
    blocks = -(-resamples // most)
    children = np.random.SeedSequence(seed).spawn(blocks)
    for index, child in enumerate(children):
        size = min(most, resamples - index * most)
        draws = np.random.default_rng(child).integers(0, n, size=(size, n))
        offsets = np.arange(size)[:, None] * n
        counts = np.bincount((draws + offsets).ravel(), minlength=size * n)
        yield counts.reshape(size, n).astype(np.float64)


def interval_of(values: NDArray[np.float64], confidence: float) -> tuple[float, float]:
    """The percentile interval of bootstrap values (shape (b,)), two-sided."""
    tail = (1 - confidence) / 2
    low, high = np.quantile(values, (tail, 1 - tail))
    return float(low), float(high)
