"""Shares as a line of block characters: a small histogram where only text is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

BLOCKS = "▁▂▃▄▅▆▇█"
EMPTY = "\u2007"  # as wide as a digit: a cell without any row
MOST = 12  # characters


def sparks(*samples: Sequence[float]) -> tuple[str, ...]:
    """One line a sample, all on the same scale; "" where there is nothing to draw.

    More cells than twelve are joined in neighbours.
    """
    narrow = [_narrowed(each) for each in samples]
    most = max((share for each in narrow for share in each), default=0.0)
    if most <= 0:
        return ("",) * len(samples)
    return tuple("".join(_block(share / most) for share in each) for each in narrow)


def _narrowed(shares: Sequence[float]) -> list[float]:
    joint = -(-len(shares) // MOST)
    return [sum(shares[at : at + joint]) for at in range(0, len(shares), max(1, joint))]


def _block(height: float) -> str:
    if height <= 0:
        return EMPTY
    return BLOCKS[min(len(BLOCKS) - 1, int(height * len(BLOCKS)))]
