"""Categories that only the second of two samples holds, and whether chance could have put them there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

STEPS = 200


class Novelty(NamedTuple):
    """Distinct new categories, their rows, and a bound of the probability of so many by chance."""

    categories: int
    rows: int
    p_value: float


def novelty(first: NDArray[Any], second: NDArray[Any]) -> Novelty:
    """What of the second sample the first never saw.

    Where both come from one distribution, a row lies in the second with probability m / (n + m), so
    a category of c rows is missing from the first with at most that to the power of c. Rows drawn without
    replacement are negatively associated (Joag-Dev and Proschan 1983), so the Chernoff bound of the sum of
    these categories' rows holds, and p_value is that bound: never too small.

    Args:
        first: (k,) rows of each category.
        second: (k,) likewise.
    """
    new = (first == 0) & (second > 0)
    rows = int(second[new].sum())
    if not rows:
        return Novelty(0, 0, 1.0)
    share = float(second.sum() / (first.sum() + second.sum()))
    sizes, how_many = np.unique(first + second, return_counts=True)
    # E exp(s c) = 1 + share^c (e^(s c) - 1); s stays below -ln share, where every large category is harmless.
    s = np.linspace(0.0, -np.log(share), STEPS + 1)[1:, None]
    held = sizes[None, :].astype(np.float64)
    with np.errstate(divide="ignore"):  # a category of no row is surely there
        stays = np.log1p(-(share**held))
    grown = np.logaddexp(stays, held * (np.log(share) + s))
    bound = (grown * how_many).sum(axis=1) - s[:, 0] * rows
    return Novelty(int(new.sum()), rows, float(np.exp(min(0.0, bound.min()))))
