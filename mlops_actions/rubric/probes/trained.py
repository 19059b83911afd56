"""Whether the candidate was trained at all: leaving rows out of its data must change it (INFRA1, INFRA3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.results.training import SHARE_LEFT_OUT

if TYPE_CHECKING:
    from mlops_actions.results.evaluation import Perturbation

LEFT_OUT = f"{SHARE_LEFT_OUT:.0%} of the training rows were left out"
UNSEEN = "a training of the candidate on fewer rows (train.reproduce: 3)"


def not_trained(seen: Perturbation | None) -> str:
    """The sentence that says so; empty when nothing shows it."""
    if seen is not None and seen.copied:
        return "Copied, not trained: every file of the model is byte for byte one that the code could read"
    if seen is not None and seen.differs is False:
        return f"{LEFT_OUT} and no prediction changed (n={seen.rows:,}): it was not trained"
    return ""


def unseen(seen: Perturbation | None) -> tuple[str, ...]:
    """What is missing to tell; empty when the model did change."""
    if seen is not None and seen.differs:
        return ()
    return (seen.reason if seen is not None and seen.reason else UNSEEN,)


def changed(seen: Perturbation | None) -> str:
    """The sentence of a model that changed."""
    largest = seen.max_abs_difference if seen is not None else None
    by = f" by up to {largest:.3g}" if largest is not None else ""
    return f"{LEFT_OUT} and predictions change{by}."
