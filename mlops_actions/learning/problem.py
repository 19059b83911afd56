"""A sample's columns as a problem to learn: labels as codes, rows that cannot be learnt from left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mlops_actions.learning.encoding import encode
from mlops_actions.learning.out_of_fold import FOLDS
from mlops_actions.learning.simple_model import Problem
from mlops_actions.results.words import count

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

LEAST_ROWS = 50
MOST_CLASSES = 50
MOST_CELLS = 2_000_000  # rows times columns times half the classes: what twenty seconds are enough for


@dataclass(frozen=True)
class Prepared:
    """The problem, the place in the sample of each of its rows (n,), and what was left out, in sentences."""

    problem: Problem
    places: NDArray[np.int64]
    left_out: tuple[str, ...]


@dataclass(frozen=True)
class Roles:
    """Which columns are what; task: binary, multiclass or regression."""

    features: tuple[str, ...]
    target: str
    task: str
    seed: int = 0


def prepare(columns: Mapping[str, Sequence[Any]], kinds: Mapping[str, str], roles: Roles) -> Prepared | str:
    """The problem, or in one sentence why there is none.

    columns: name to n Python values, None for null.
    """
    said: list[str] = []
    label, places = _labels(columns[roles.target], roles.task, said)
    classes = 0 if roles.task == "regression" else int(label.max(initial=-1)) + 1
    if roles.task != "regression" and not 2 <= classes <= MOST_CLASSES:  # noqa: PLR2004 - a choice has two sides
        return f"{count(classes, 'class', 'classes')} to learn, 2 to {MOST_CLASSES} are needed"
    if len(places) < LEAST_ROWS:
        return f"{count(len(places), 'labelled row')} to learn from, at least {LEAST_ROWS} are needed"
    if roles.task == "regression" and float(np.ptp(label)) == 0:
        return "every label is the same number"
    encoded = encode(columns, kinds, roles.features)
    said += [f"{name}: {why}" for name, why in encoded.left_out]
    if not encoded.names:
        return "no model input can be learnt from: " + "; ".join(said)
    most = max(LEAST_ROWS, int(MOST_CELLS / (len(encoded.names) * max(1.0, classes / 2))))
    if len(places) > most:
        said.append(
            f"{len(places) - most:,} of {len(places):,} rows, since {len(encoded.names)} columns are many"
        )
        kept = np.sort(np.random.default_rng(roles.seed).permutation(len(places))[:most])
        label, places = label[kept], places[kept]
    return Prepared(Problem(encoded.take(places), label, classes, roles.seed), places, tuple(said))


def _labels(values: Sequence[Any], task: str, said: list[str]) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """(n,) codes by the classes' text, without classes below five rows, or numbers; and their places."""
    if task == "regression":
        numbers = np.array([np.nan if value is None else float(value) for value in values])
        places = np.flatnonzero(np.isfinite(numbers))
        return numbers[places], places
    places = np.flatnonzero([value is not None for value in values])
    texts = np.array([str(value) for value in values if value is not None], dtype=np.str_)
    _, codes, rows = np.unique(texts, return_inverse=True, return_counts=True)
    rare = rows < FOLDS
    if rare.any():
        fewer = f"with fewer than {FOLDS} rows ({int(rows[rare].sum()):,} rows)"
        said.append(f"{count(int(rare.sum()), 'class', 'classes')} {fewer}")
    kept = ~rare[codes]
    return (np.cumsum(~rare) - 1)[codes[kept]].astype(np.int64), places[kept]
