"""Label errors: which labels a model trained without them would not have given, and how many are wrong.

Which rows: confident learning (Northcutt, Jiang, Chuang: Confident Learning, JAIR 70, 2021). How many: the
lapse rate of `statistics/lapse.py`, since the confident joint counts honest doubt between classes, too.

Measured: no alarm on 70 % subsamples of breast_cancer, wine, diabetes (above its median or not; 200
each) and digits (60); digits with 5 % of labels flipped: share 4.6 to 4.8 %, precision 0.96, recall 0.8.
Where the model has learnt the wrong labels, too, it disagrees about as often however sure it is, and honest
doubt looks alike: of 30 draws of breast_cancer with 15 % flipped (n=569) the interval is above 2 % in 57 %,
the likely one in 87 %; so is the latter of clean small samples of much doubt (n=150 to 400): mostly of
0 to 10 %, of the worst design in 20 %.
What it cannot tell from wrong labels: honest noise that is as frequent however sure a model is (leaves
of 92 % purity and no better).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mlops_actions.results.learning import Interval, LabelErrors
from mlops_actions.statistics.lapse import lapse_rate

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mlops_actions.learning.out_of_fold import OutOfFold

MOST_SHOWN = 20
BETTER = 2.576  # standard errors
LIKELY = 0.9  # enough to look at rows by, not to say that labels are wrong
CONFIDENCE = 0.99  # at 95 %, 2 % of data sets of honest doubt were told to have wrong labels


def class_thresholds(probabilities: NDArray[np.float64], label: NDArray[np.int64]) -> NDArray[np.float64]:
    """(k,) the mean probability of each class among its rows; infinite for a class without rows."""
    classes = probabilities.shape[1]
    rows = np.bincount(label, minlength=classes)
    own = np.bincount(label, weights=probabilities[np.arange(len(label)), label], minlength=classes)
    with np.errstate(invalid="ignore"):
        return np.where(rows > 0, own / np.maximum(rows, 1), np.inf)


def confident_classes(probabilities: NDArray[np.float64], label: NDArray[np.int64]) -> NDArray[np.int64]:
    """(n,) the likeliest class that reaches its threshold; -1 where none does."""
    bold = probabilities >= class_thresholds(probabilities, label) - 1e-6
    found: NDArray[np.int64] = np.where(bold, probabilities, -1.0).argmax(axis=1)
    found[~bold.any(axis=1)] = -1
    return found


def confident_joint(probabilities: NDArray[np.float64], label: NDArray[np.int64]) -> NDArray[np.int64]:
    """(k, k) rows by given label and confident class."""
    classes = probabilities.shape[1]
    confident = confident_classes(probabilities, label)
    sure = confident >= 0
    cells = np.bincount(label[sure] * classes + confident[sure], minlength=classes**2)
    return cells.reshape(classes, classes)


def normalised_margin(probabilities: NDArray[np.float64], label: NDArray[np.int64]) -> NDArray[np.float64]:
    """(n,) the given label's probability less the likeliest other's: -1 is surely wrong, 1 surely right."""
    rows = np.arange(len(label))
    own = probabilities[rows, label]
    others = probabilities.copy()
    others[rows, label] = -np.inf
    found: NDArray[np.float64] = own - others.max(axis=1)
    return found


def suspects(probabilities: NDArray[np.float64], label: NDArray[np.int64]) -> NDArray[np.int64]:
    """Rows whose confident class is another than their label, the least likely label first."""
    confident = confident_classes(probabilities, label)
    wrong = np.flatnonzero((confident >= 0) & (confident != label))
    order = np.argsort(normalised_margin(probabilities, label)[wrong], kind="stable")
    return wrong[order]


def informed(probabilities: NDArray[np.float64], label: NDArray[np.int64]) -> bool:
    """Whether the probabilities tell labels better than the classes' shares, by log loss or first choice.

    One-sided z tests over rows at 99.5 % each: one in a hundred models of pure noise passes.
    """
    shares = np.bincount(label, minlength=probabilities.shape[1]) / len(label)
    own = np.maximum(probabilities[np.arange(len(label)), label], 1e-9)
    right = (probabilities.argmax(axis=1) == label).astype(np.float64)
    gains = (np.log(own / shares[label]), right - (label == shares.argmax()))
    errors = [gain.std() / np.sqrt(len(label)) for gain in gains]
    return any(gain.mean() > BETTER * error for gain, error in zip(gains, errors, strict=True))


def label_errors(found: OutOfFold, folds: int) -> LabelErrors:
    """What the out-of-fold probabilities of a classification say of its labels."""
    rows = found.rows
    shares, label = found.predicted[rows], found.recipe.problem.label[rows]
    top = shares.max(axis=1)
    disagrees = shares.argmax(axis=1) != label
    surely = np.log(top) - np.log(np.maximum(1 - top, 1e-9))
    classes = found.recipe.problem.classes
    rate = lapse_rate(surely, disagrees, classes, CONFIDENCE)
    wrong = rows[suspects(shares, label)]
    return LabelErrors(
        model=found.recipe.name,
        rows=len(rows),
        share=Interval(value=rate.rate, low=rate.low, high=rate.high),
        likely_low=lapse_rate(surely, disagrees, classes, LIKELY).low,
        disagreements=int(disagrees.sum()),
        suspects=len(wrong),
        informed=informed(shares, label),
        worst=tuple(int(place) for place in wrong[:MOST_SHOWN]),
        folds=found.done,
        folds_planned=folds,
    )
