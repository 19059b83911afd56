"""Problems for the ladder, and a climb in this process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mlops_actions.learning.ladder_problem import LadderProblem

if TYPE_CHECKING:
    from numpy.typing import NDArray


def problem(
    train: NDArray[np.float64],
    label: NDArray[Any],
    evaluation: NDArray[np.float64],
    *,
    task: str = "binary",
    **more: Any,
) -> LadderProblem:
    """Numbers only, weights of one, no series, unless `more` says otherwise."""
    rows, width = train.shape
    given: dict[str, Any] = {
        "coded": np.zeros(width, dtype=np.bool_),
        "weight": np.ones(rows),
        "time": np.full(rows, np.nan),
        "entity": np.full(rows, -1),
        "evaluation_entity": np.full(len(evaluation), -1),
        "names": tuple(f"x{at}" for at in range(width)),
        "classes": 0 if task == "regression" else len(np.unique(label)),
        **more,
    }
    return LadderProblem(
        train=train, label=label.astype(np.float64), evaluation=evaluation, task=task, **given
    )
