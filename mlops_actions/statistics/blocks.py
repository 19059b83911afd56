"""The paired bootstrap for many rows: each block is left out once, and the influences are resampled.

A bootstrap over rows costs resamples x rows; this one costs blocks x rows, and its memory stays flat. For the
statistics compared here (smooth functions of weighted sums, ranks, quantiles) both give the same interval; a
test holds them side by side at the border.

Source: Shao and Tu, The Jackknife and Bootstrap (1995), section 2.3 (grouped jackknife); Efron and Tibshirani
(1993), section 20.6 (the bootstrap of a linear approximation).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mlops_actions.statistics.bootstrap import LARGEST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

BLOCKS = 200


def left_out_weights(n: int, seed: int, blocks: int = BLOCKS) -> Iterator[NDArray[np.float64]]:
    """Weights of all rows but one random block's, for every block.

    Yields arrays of shape (b, n), b * n <= 4,000,000 (b >= 1), in the order of the blocks.
    """
    block_of = np.random.default_rng(seed).permutation(n) % blocks
    size = max(1, LARGEST // n)
    for first in range(0, blocks, size):
        chosen = np.arange(first, min(first + size, blocks))
        yield (block_of[None, :] != chosen[:, None]).astype(np.float64)


def resampled(value: float, left_out: NDArray[np.float64], resamples: int, seed: int) -> NDArray[np.float64]:
    """Bootstrap values of a statistic from its values without each block.

    Args:
        value: on all rows.
        left_out: shape (blocks,), without one block each.
        resamples: how many values.
        seed: the same for figures that are to be paired.

    Returns:
        Shape (resamples,), around `value`; NaN when it is undefined without some block.
    """
    blocks = len(left_out)
    influence = (blocks - 1) * (left_out.mean() - left_out)
    counts = np.random.default_rng(seed).multinomial(blocks, np.full(blocks, 1 / blocks), size=resamples)
    drawn: NDArray[np.float64] = value + counts @ influence / np.sqrt(blocks * (blocks - 1))
    return drawn
