"""Problems to learn with a known answer, and scikit-learn's bundled ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mlops_actions.learning.encoding import Encoded
from mlops_actions.learning.simple_model import Problem

if TYPE_CHECKING:
    from numpy.typing import NDArray


def problem_of(features: NDArray[Any], label: NDArray[Any], classes: int, seed: int = 0) -> Problem:
    """Numbers only; columns are named by their place."""
    width = features.shape[1]
    names = tuple(str(index) for index in range(width))
    return Problem(
        Encoded(features.astype(np.float64), names, np.zeros(width, dtype=np.bool_)), label, classes, seed
    )


def logistic(rows: int, seed: int, strength: float = 3.0) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Eight normal features of which two speak; the label is an honest draw."""
    generator = np.random.default_rng(seed)
    features = generator.normal(size=(rows, 8))
    chance = 1 / (1 + np.exp(-strength * (features[:, 0] + 0.7 * features[:, 1])))
    return features, (generator.random(rows) < chance).astype(np.int64)


def flipped(
    label: NDArray[np.int64], classes: int, share: float, seed: int
) -> tuple[NDArray[np.int64], set[int]]:
    """That share of labels made another class, and which."""
    generator = np.random.default_rng(seed)
    rows = generator.permutation(len(label))[: int(share * len(label))]
    changed = label.copy()
    changed[rows] = (changed[rows] + generator.integers(1, classes, len(rows))) % classes
    return changed, set(rows.tolist())


def never() -> bool:
    """A budget that is never spent."""
    return False
