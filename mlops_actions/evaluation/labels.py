"""Labels of two classes as 0/1, however they are written: texts, booleans, whole numbers. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mlops_actions.errors import InputError
from mlops_actions.results.words import count

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

TWO = 2
MAX_SHOWN = 5
ZERO_ONE = frozenset({"0", "1"})
ONLY_TWO = "For several classes set evaluate.task: multiclass; or bring one class against the rest."


def label_text(value: Any) -> str:
    """One spelling a label: true, 1 and 1.0 are the same label, as are false, 0 and 0.0."""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


@dataclass(frozen=True)
class Classes:
    """The positive class ("" of several) and all of them, each as `label_text` spells it."""

    positive: str
    names: tuple[str, ...]

    def own(self, value: Any) -> float | None:
        """1 for the positive class, 0 for the other one, None for what is neither."""
        text = label_text(value)
        return float(text == self.positive) if text in self.names else None

    def code(self, value: Any) -> float | None:
        """Its place among the classes, None for what is none of them."""
        text = label_text(value)
        return float(self.names.index(text)) if text in self.names else None

    def __str__(self) -> str:
        return ", ".join(self.names)


def positive_rows(values: Sequence[Any], positive: Any) -> NDArray[np.float64]:
    """1.0 where the value is the positive class, else 0.0; shape (n,)."""
    wanted = label_text(positive)
    return np.array([label_text(value) == wanted for value in values], dtype=np.float64)


def two_classes(
    values: Iterable[Any], declared: Sequence[Any], positive: Any, *, column: str, shown: str
) -> Classes:
    """The classes of a binary label column, the positive one last.

    Args:
        values: the labels, none of them null.
        declared: serving.classes, or nothing.
        positive: evaluate.positive, or what stands in for it.
        column: its name.
        shown: the file's name.

    Raises:
        InputError: not two classes, or the positive one is none of them.
    """
    found = {label_text(value) for value in values}
    wanted = label_text(positive)
    names = {label_text(each) for each in declared} or {wanted, *found}
    if wanted not in names or len(names | found) > TWO:
        listed = ", ".join(sorted(found)[:MAX_SHOWN])
        several = len(found) > TWO or (len(names) > TWO and bool(declared))
        raise InputError(
            f"{shown}: {column!r} holds {count(len(found), 'class', 'classes')} ({listed}); "
            f"binary needs two, one of them the positive class {positive!r}",
            hint=ONLY_TWO if several else "Set evaluate.positive and serving.classes.",
        )
    return Classes(wanted, (*sorted(names - {wanted}), wanted))


def predicted_labels(values: Sequence[Any], classes: Classes, shown: str) -> NDArray[np.float64]:
    """A file's prediction column as 0/1, in its own order; shape (n,).

    A column is read as the label's own values when all of it is, else as 0/1 (1: the positive class).

    Raises:
        InputError: the first value that is neither, its row (ids may be personal), what is allowed.
    """
    own = [classes.own(value) for value in values]
    if None not in own:
        return np.array(own, dtype=np.float64)
    texts = [label_text(value) for value in values]
    if ZERO_ONE.issuperset(texts):
        return np.array(texts, dtype=np.float64)
    neither = [row for row, text in enumerate(texts) if own[row] is None and text not in ZERO_ONE]
    mixed = "" if neither else ", beside labels of the other kind"
    wrong = neither or [row for row, each in enumerate(own) if each is None]
    row = wrong[0]
    raise InputError(
        f"{shown}: prediction: {str(values[row])[:80]!r} in data row {row + 1:,}{mixed}"
        f"; {len(wrong)} of {len(values)} {'is' if len(wrong) == 1 else 'are'} wrong. "
        f"Allowed: {classes}; or 0 and 1 (1 is {classes.positive})",
        hint="Write the label's own values in the whole column, or 0/1 in the whole column.",
    )
