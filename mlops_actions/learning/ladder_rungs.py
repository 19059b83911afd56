"""The rungs: nothing, one feature, the last value, a regularised linear model of few features."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV, KFold, StratifiedKFold
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from mlops_actions.learning.ladder_features import FEW, MAX_CATEGORIES, linear_features, rank_features
from mlops_actions.results.words import count

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mlops_actions.learning.ladder_problem import LadderProblem

FOLDS = 3
STRENGTHS = (0.001, 0.01, 0.1, 1.0, 10.0)  # of the regularisation, times the rows for a ridge
SMALLEST = 1e-6  # a probability of 0 says more than any sample can


@dataclass(frozen=True)
class Fitted:
    """A fitted model, the columns of the matrix that it reads, and how it is called."""

    model: Any
    columns: tuple[int, ...]
    title: str
    parameters: dict[str, str]
    problem: LadderProblem
    of_series: bool = False  # it reads which series a row is of, and no column

    @property
    def features(self) -> tuple[str, ...]:
        """Their names."""
        return tuple(self.problem.names[at] for at in self.columns)

    def inputs(self) -> NDArray[np.float64]:
        """(m, c) what it reads of the evaluation rows."""
        problem = self.problem
        if self.of_series:
            return problem.evaluation_entity[:, None].astype(np.float64)
        if not self.columns:
            return np.zeros((len(problem.evaluation), 1))
        return problem.evaluation[:, list(self.columns)]

    def answer(self, chosen: NDArray[np.float64]) -> NDArray[np.float64]:
        """(r,) probabilities of class 1 or values, or (r, k) probabilities; chosen: r rows of `inputs`."""
        if self.problem.task == "regression":
            return np.asarray(self.model.predict(chosen), dtype=np.float64)
        shares = np.full((len(chosen), self.problem.classes), SMALLEST)
        shares[:, self.model.classes_.astype(int)] = self.model.predict_proba(chosen)
        if self.problem.task == "binary":
            return shares[:, 1]
        clipped = np.maximum(shares, SMALLEST)
        found: NDArray[np.float64] = clipped / clipped.sum(axis=1, keepdims=True)
        return found


class LastValue:
    """The label at the last time of each series, of all where a series is new; ties: their mean.

    The naive forecast (Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 5.2).
    """

    def fit(
        self, time: NDArray[np.float64], entity: NDArray[np.int64], label: NDArray[np.float64]
    ) -> LastValue:
        """All (n,), entity as codes, -1 for none; rows without a time are left out."""
        known = np.isfinite(time)
        time, entity, label = time[known], entity[known], label[known]
        self.overall = float(label[time == time.max()].mean())
        own = entity >= 0
        codes, series = np.unique(entity[own], return_inverse=True)
        newest = np.full(len(codes), -np.inf)
        np.maximum.at(newest, series, time[own])
        last = time[own] == newest[series]
        sums = np.bincount(series[last], label[own][last], minlength=len(codes))
        means = sums / np.bincount(series[last], minlength=len(codes))
        self.last = dict(zip(codes.tolist(), means.tolist(), strict=True))
        return self

    def predict(self, entity: NDArray[np.float64]) -> NDArray[np.float64]:
        """(m,) for (m, 1) codes."""
        return np.array([self.last.get(code, self.overall) for code in entity[:, 0].astype(int).tolist()])


def fit_simple(rung: str, problem: LadderProblem) -> Fitted:
    """dummy, tree, last_value or linear."""
    return {"dummy": _dummy, "tree": _tree, "last_value": _last_value, "linear": _linear}[rung](problem)


def _dummy(problem: LadderProblem) -> Fitted:

    regression = problem.task == "regression"
    model = DummyRegressor(strategy=problem.centre) if regression else DummyClassifier(strategy="prior")
    nothing = np.zeros((len(problem.label), 1))
    model.fit(nothing, problem.label, sample_weight=problem.weight)
    return Fitted(model, (), "dummy", {}, problem)


def _tree(problem: LadderProblem) -> Fitted:

    best = rank_features(problem)[:1]
    made = DecisionTreeRegressor if problem.task == "regression" else DecisionTreeClassifier
    least = int(np.clip(len(problem.label) // 20, 1, 20))
    tree = made(max_depth=3, min_samples_leaf=least, random_state=problem.seed)
    return _fitted(problem, best, tree, "one-feature tree", {})


def _last_value(problem: LadderProblem) -> Fitted:
    model = LastValue().fit(problem.time, problem.entity, problem.label)
    title = "last value" if len(model.last) else "last value, all rows one series"
    return Fitted(model, (), title, {"series": str(len(model.last))}, problem, of_series=True)


def _linear(problem: LadderProblem) -> Fitted:
    """Of few features: those that add most one after another, or those that say most each alone.

    Which, and how strong the regularisation is, is the best in three folds of the training rows.
    """
    name, values, estimator, folds, score = _plan(problem)
    sets = tuple(dict.fromkeys((linear_features(problem), rank_features(problem)[:FEW])))
    fewest = min(np.unique(problem.label, return_counts=True)[1]) if problem.classes else len(problem.label)
    if fewest < FOLDS or len(problem.label) < FOLDS * 2:
        return _fitted(problem, sets[0], estimator, _linear_title(sets[0]), {})
    grids = []
    for columns in sets:
        model, tried = _pipeline(problem, columns, estimator), {f"model__{name}": values}
        grid = GridSearchCV(model, tried, scoring=score, cv=folds, error_score="raise")
        grid.fit(problem.train[:, list(columns)], problem.label, model__sample_weight=problem.weight)
        grids.append(grid)
    at = int(np.argmax([grid.best_score_ for grid in grids]))
    found = {name: f"{grids[at].best_params_[f'model__{name}']:.4g}"}
    return Fitted(grids[at].best_estimator_, sets[at], _linear_title(sets[at]), found, problem)


def _linear_title(columns: tuple[int, ...]) -> str:
    return f"linear, {count(len(columns), 'feature')}"


def _plan(problem: LadderProblem) -> tuple[str, list[float], Any, Any, str]:
    """The setting, its values, the estimator, the folds and what they are scored by."""
    if problem.task == "regression":
        folds = KFold(FOLDS, shuffle=True, random_state=problem.seed)
        alphas = [each * len(problem.label) for each in STRENGTHS]
        return "alpha", alphas, Ridge(), folds, "neg_mean_squared_error"
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=problem.seed)
    strengths = [1 / (100 * each) for each in STRENGTHS]
    return "C", strengths, LogisticRegression(max_iter=1000), folds, "neg_log_loss"


def _fitted(
    problem: LadderProblem, columns: tuple[int, ...], estimator: Any, title: str, parameters: dict[str, str]
) -> Fitted:
    model = _pipeline(problem, columns, estimator)
    model.fit(problem.train[:, list(columns)], problem.label, model__sample_weight=problem.weight)
    return Fitted(model, columns, title, parameters, problem)


def _pipeline(problem: LadderProblem, columns: tuple[int, ...], estimator: Any) -> Any:
    """Numbers standardised, nulls at the median; common codes as indicators, the rare ones as one."""
    coded = [at for at, column in enumerate(columns) if problem.coded[column]]
    numbers = [at for at, column in enumerate(columns) if not problem.coded[column]]
    one_hot = OneHotEncoder(handle_unknown="infrequent_if_exist", max_categories=MAX_CATEGORIES)
    fill = make_pipeline(SimpleImputer(strategy="median", keep_empty_features=True), StandardScaler())
    encode = ColumnTransformer([("numbers", fill, numbers), ("codes", one_hot, coded)])
    return Pipeline([("encode", encode), ("model", estimator)])
