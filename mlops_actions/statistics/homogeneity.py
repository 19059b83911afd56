"""Whether each group's shares of values differ from those of all the other groups."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import chdtrc, ndtri

from mlops_actions.statistics.multiplicity import holm

if TYPE_CHECKING:
    from numpy.typing import NDArray

MIN_EXPECTED = 5.0
CONFIDENCE = 0.95


@dataclass(frozen=True)
class GroupGap:
    """One group against the others: chi-square's p, the largest gap of a share and its lower end."""

    rows: int
    p_value: float
    gap: float
    gap_low: float


def group_gaps(table: NDArray[np.int64]) -> tuple[GroupGap, ...]:
    """Each row of a (g, k) table of rows against the sum of its other rows.

    Cells expected below 5 in either are pooled. The gap's interval is Newcombe's square-and-add of Wilson
    limits (1998), at 95 % for all k shares together (Bonferroni), since the largest is chosen.
    """
    total = table.sum(axis=0)
    return tuple(_gap(own.astype(np.float64), (total - own).astype(np.float64)) for own in table)


def odd_groups(
    table: NDArray[np.int64], judged: NDArray[np.intp], alpha: float, material: float
) -> dict[int, GroupGap]:
    """Which of the judged rows of the table are unlike the others, the farthest first.

    One that is off moves the others of all the rest: it is set aside, and the rest are compared among
    themselves, until none differs. Of two groups nobody knows which one is off: both are named.
    """
    found: dict[int, GroupGap] = {}
    left = np.arange(len(table))
    while len(left) > 1:
        every = dict(zip(left.tolist(), group_gaps(table[left]), strict=True))
        some = [at for at in judged.tolist() if at in every]
        adjusted = holm([every[at].p_value for at in some])
        odd = [at for at, p in zip(some, adjusted, strict=True) if p < alpha and every[at].gap_low > material]
        odd.sort(key=lambda at: -every[at].gap_low)
        if len(left) == 2:  # noqa: PLR2004 - each is the other's others
            found |= {at: every[at] for at in odd}
        if not odd or len(left) == 2:  # noqa: PLR2004
            break
        found[odd[0]] = every[odd[0]]
        left = left[left != odd[0]]
    return found


def _gap(own: NDArray[np.float64], others: NDArray[np.float64]) -> GroupGap:
    n, m = own.sum(), others.sum()
    if not n or not m:
        return GroupGap(int(n), 1.0, 0.0, 0.0)
    p, q = own / n, others / m
    z = float(ndtri(1 - (1 - CONFIDENCE) / (2 * len(own))))
    low_p, high_p = _wilson(own, n, z)
    low_q, high_q = _wilson(others, m, z)
    above = p - q - np.sqrt((p - low_p) ** 2 + (high_q - q) ** 2)
    below = q - p - np.sqrt((high_p - p) ** 2 + (q - low_q) ** 2)
    low = max(0.0, float(np.maximum(above, below).max()))
    return GroupGap(int(n), _chi_square(own, others), float(np.abs(p - q).max()), low)


def _wilson(rows: NDArray[np.float64], n: float, z: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    share = rows / n
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return centre - half, centre + half


def _chi_square(own: NDArray[np.float64], others: NDArray[np.float64]) -> float:
    n, m = own.sum(), others.sum()
    small = (own + others) * min(n, m) / (n + m) < MIN_EXPECTED
    both = np.stack([np.append(each[~small], each[small].sum()) for each in (own, others)])
    both = both[:, both.sum(axis=0) > 0]
    if both.shape[1] < 2:  # noqa: PLR2004 - one cell cannot differ
        return 1.0
    expected = np.outer(both.sum(axis=1), both.sum(axis=0)) / both.sum()
    value = float(((both - expected) ** 2 / expected).sum())
    found = float(chdtrc(both.shape[1] - 1, value))
    return 1.0 if math.isnan(found) else found
