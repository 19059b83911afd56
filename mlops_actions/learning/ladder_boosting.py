"""The highest rung: gradient-boosted trees, their settings by successive halving, within a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

from mlops_actions.learning.ladder_rungs import SMALLEST, Fitted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from mlops_actions.learning.ladder_problem import LadderProblem

TITLE = "gradient boosting"
FIRST_ROWS = 2_000  # of the first answer, so that there is one early
TRIED = 9  # settings
FACTOR = 3  # a round keeps a third of them and gives each three times the rows
FEWEST = 200  # rows of a round
HELD_BACK = 0.25  # of the training rows, to choose by
DEFAULT: dict[str, float] = {
    "learning_rate": 0.1,
    "max_iter": 100,
    "max_leaf_nodes": 15,
    "min_samples_leaf": 20,
    "l2_regularization": 0.0,
}


@dataclass(frozen=True)
class Step:
    """A fitted model, and what is left to do should the time end here; "" where nothing is."""

    fitted: Fitted
    left: str


def climb(problem: LadderProblem, spent: Callable[[], bool]) -> Iterator[Step]:
    """Better and better answers: of few rows, of all with the default settings, of all with the best ones.

    What it does depends on the seed alone; `spent` only ends it. The best settings are fitted to all training
    rows again ("rescored on full data").
    """
    rows = np.arange(len(problem.label))
    columns = tuple(range(problem.train.shape[1]))
    if len(rows) > FIRST_ROWS:
        some = rows[-FIRST_ROWS:] if problem.ordered else _shuffled(problem)[:FIRST_ROWS]
        if _whole(problem, some):
            model = fit_trees(problem, DEFAULT, some)
            yield Step(Fitted(model, columns, TITLE, _written(DEFAULT), problem), f"{FIRST_ROWS:,} rows only")
    if spent():
        return
    model = fit_trees(problem, DEFAULT, rows)
    yield Step(Fitted(model, columns, TITLE, _written(DEFAULT), problem), "default settings")
    best, finished = search(problem, spent)
    left = "" if finished else "not all settings tried"
    if best is not DEFAULT and not spent():
        model = fit_trees(problem, best, rows)
    elif best is not DEFAULT:
        best, left = DEFAULT, "no time for the best settings"
    yield Step(Fitted(model, columns, TITLE, _written(best), problem), left)


def settings(seed: int) -> tuple[dict[str, float], ...]:
    """The default and eight more, by the seed."""
    draw = np.random.default_rng(seed)
    return (DEFAULT, *(_drawn(draw) for _ in range(TRIED - 1)))


def _drawn(draw: np.random.Generator) -> dict[str, float]:
    return {
        "learning_rate": float(np.exp(draw.uniform(np.log(0.05), np.log(0.3)))),
        "max_iter": int(draw.integers(50, 151)),
        "max_leaf_nodes": int(draw.choice([4, 8, 15, 31])),
        "min_samples_leaf": int(draw.choice([5, 10, 20, 50])),
        "l2_regularization": float(np.exp(draw.uniform(np.log(1e-3), np.log(10.0)))),
    }


def search(problem: LadderProblem, spent: Callable[[], bool]) -> tuple[dict[str, float], bool]:
    """The best settings, and whether every round was finished; successive halving by held-back rows.

    Jamieson and Talwalkar, Non-stochastic best arm identification (2016); as scikit-learn's
    HalvingRandomSearchCV, which has no end by time. A time-ordered split holds the latest rows back.
    """
    learn, judge = _split(problem)
    if not len(judge) or not _whole(problem, learn):
        return DEFAULT, True
    kept: Sequence[dict[str, float]] = settings(problem.seed)
    best: dict[str, float] = DEFAULT
    for size in _sizes(len(learn)):
        some = learn[-size:] if problem.ordered else learn[:size]
        if not _whole(problem, some):
            continue
        found: list[tuple[float, int]] = []
        for each in kept:
            if spent():
                return best, False
            found.append((_loss(problem, fit_trees(problem, each, some), judge), len(found)))
        order = [kept[at] for _, at in sorted(found)]
        best = order[0]
        kept = order[: max(1, len(order) // FACTOR)]
        if DEFAULT not in kept:
            kept = [*kept, DEFAULT]  # chosen against the best on all rows
    return best, True


def _sizes(rows: int) -> list[int]:
    return sorted({min(rows, max(FEWEST, rows // FACTOR**left)) for left in (2, 1, 0)})


def _shuffled(problem: LadderProblem) -> NDArray[np.int64]:
    return np.random.default_rng(problem.seed).permutation(len(problem.label))


def _split(problem: LadderProblem) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows to learn from and rows to judge by, in the order in which a smaller round takes them."""
    order = np.arange(len(problem.label)) if problem.ordered else _shuffled(problem)
    kept = len(order) - int(HELD_BACK * len(order))
    return order[:kept], order[kept:]


def _whole(problem: LadderProblem, rows: NDArray[np.int64]) -> bool:
    """Whether every class of the training rows is among them; of a regression, whether there are two."""
    if not problem.classes:
        return len(rows) > 1
    return len(np.unique(problem.label[rows])) == len(np.unique(problem.label))


def fit_trees(problem: LadderProblem, chosen: dict[str, float], rows: NDArray[np.int64]) -> Any:
    """One fit on those rows."""
    given: dict[str, Any] = {
        **chosen,
        "min_samples_leaf": int(np.clip(len(rows) // 20, 1, chosen["min_samples_leaf"])),
        "categorical_features": problem.coded,
        "early_stopping": False,
        "random_state": problem.seed,
    }
    if problem.classes:
        model = HistGradientBoostingClassifier(**given)
    else:
        loss = "absolute_error" if problem.centre == "median" else "squared_error"
        model = HistGradientBoostingRegressor(loss=loss, **given)
    alike = (problem.weight == problem.weight[0]).all()  # with weights a fit takes eight times as long
    weight = None if alike else problem.weight[rows]
    return model.fit(problem.train[rows], problem.label[rows], sample_weight=weight)


def _loss(problem: LadderProblem, model: Any, rows: NDArray[np.int64]) -> float:
    """Weighted mean log loss, absolute or squared error."""
    label, weight = problem.label[rows], problem.weight[rows]
    if problem.classes:
        shares = np.maximum(model.predict_proba(problem.train[rows]), SMALLEST)
        each = -np.log(shares[np.arange(len(rows)), np.searchsorted(model.classes_, label)])
    else:
        off = np.abs(label - model.predict(problem.train[rows]))
        each = off if problem.centre == "median" else off**2
    return float(np.average(each, weights=weight)) if weight.sum() > 0 else float(each.mean())


def _written(chosen: dict[str, float]) -> dict[str, str]:
    return {name: f"{value:.3g}" for name, value in chosen.items()}
