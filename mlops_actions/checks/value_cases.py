"""The most frequent of a column's wrong values, as failure cases and as what their rows are looked up by."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mlops_actions.checks.check import MAX_FAILURES
from mlops_actions.profile.places import Held
from mlops_actions.profile.value_text import value_text
from mlops_actions.results.dataset import FailureCase

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mlops_actions.checks.check import Subject
    from mlops_actions.profile.counts import ValueCounts


def value_cases(
    subject: Subject, counts: ValueCounts, marked: NDArray[np.bool_], kind: str = "", *, show: bool = False
) -> tuple[tuple[FailureCase, ...], Held | None]:
    """(cases, what to look up in the same order); nothing where none is marked.

    Args:
        subject: the column.
        counts: its k distinct values.
        marked: (k,) the wrong ones.
        kind: of the column; only to show values.
        show: whether the cases have their values.
    """
    places = np.flatnonzero(marked)
    if not len(places):
        return (), None
    most = places[np.argsort(-counts.rows[places], kind="stable")][:MAX_FAILURES]
    where = f"{subject.role}.{subject.name}"
    values = counts.values[most].tolist()
    cases = tuple(
        FailureCase(where=where, count=rows, value=value_text(value, kind) if show else None)
        for value, rows in zip(values, counts.rows[most].tolist(), strict=True)
    )
    return cases, Held(subject.role, subject.name, tuple(values))
