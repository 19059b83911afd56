"""The rows of a paired comparison: one set of labels, two models' answers on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mlops_actions.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from mlops_actions.evaluation.metrics import Needs


@dataclass(frozen=True)
class Outputs:
    """One model on the rows.

    score: (n,) probabilities of the positive class of two, or None. prediction: (n,) 0/1 or class codes, or
    values where `labels` is False; or None. shares: (n, k) probabilities of several classes, or None.
    """

    score: NDArray[np.float64] | None
    prediction: NDArray[np.float64] | None
    shares: NDArray[np.float64] | None = None
    labels: bool = True

    @property
    def finest(self) -> NDArray[np.float64] | None:
        """What tells two models apart best: probabilities, else what they predict."""
        return next((each for each in (self.score, self.shares, self.prediction) if each is not None), None)

    def values(self, needs: Needs) -> NDArray[np.float64] | None:
        """What a metric needs, or None."""
        if needs == "prediction":
            return self.prediction
        return self.score if self.score is not None else self.shares

    def take(self, rows: NDArray[np.intp]) -> Outputs:
        """The same model on some of the rows."""
        return Outputs(
            None if self.score is None else self.score[rows],
            None if self.prediction is None else self.prediction[rows],
            None if self.shares is None else self.shares[rows],
            self.labels,
        )


@dataclass(frozen=True)
class Rows:
    """Labels (n,), the candidate, the baseline or None, and optional row weights (n,)."""

    label: NDArray[np.float64]
    candidate: Outputs
    baseline: Outputs | None
    weight: NDArray[np.float64] | None = None

    @property
    def n(self) -> int:
        """How many rows."""
        return len(self.label)

    def rarer_class(self) -> int:
        """Rows of the rarer class of a binary label."""
        positive = int(self.label.sum())
        return min(positive, self.n - positive)

    def take(self, rows: NDArray[np.intp]) -> Rows:
        """Some of the rows (a slice)."""
        return Rows(
            self.label[rows],
            self.candidate.take(rows),
            self.baseline.take(rows) if self.baseline is not None else None,
            None if self.weight is None else self.weight[rows],
        )


def align(wanted: Sequence[str], given: Sequence[str], what: str) -> NDArray[np.intp]:
    """Positions in `given` of each id of `wanted`; both must hold the same ids, each once.

    Raises:
        InputError: with the numbers of duplicate, missing and extra ids (never the ids themselves: they may
            be personal).
    """
    place = {row_id: index for index, row_id in enumerate(given)}
    if len(place) != len(given):
        raise InputError(
            f"{what}: {len(given) - len(place)} of {len(given)} row ids stand twice; each must stand once"
        )
    missing = sum(row_id not in place for row_id in wanted)
    extra = len(place) - (len(wanted) - missing)
    if missing or extra:
        raise InputError(
            f"{what}: {missing} of {len(wanted)} evaluation rows have no prediction, {extra} predictions "
            "have no evaluation row; the ids must be the same",
            hint="Predict exactly the evaluation rows; row_id is data.key joined with '|'.",
        )
    return np.array([place[row_id] for row_id in wanted], dtype=np.intp)
