"""Simpler models on the same split: what the submitted model must beat to earn its complexity (MODEL5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.feature_selection import mutual_info_classif, mutual_info_regression
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from mlops_actions.results.words import count

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

FEW = 5
MAX_ROWS = 20_000
MAX_CATEGORIES = 50


@dataclass(frozen=True)
class SimplerScores:
    """One simpler model's scores on the evaluation rows.

    Shape (m,), probability of the positive class or a value; (m, k) probabilities of several classes.
    """

    name: str
    features: tuple[str, ...]
    scores: NDArray[np.float64]


def simpler_scores(
    train: pd.DataFrame,
    label: NDArray[np.float64],
    evaluation: pd.DataFrame,
    numeric: Sequence[str],
    *,
    task: str,
    seed: int,
    classes: int = 2,
) -> tuple[SimplerScores, ...]:
    """Fit the dummy, a one-feature tree and a linear model of at most five features; score the other rows.

    Args:
        train: feature columns (n x f), as `typed_table` makes them; at most 20,000 rows are used (by seed).
        label: shape (n,), 0/1 for binary, codes 0..k-1 for multiclass, the value for regression.
        evaluation: the same columns (m x f).
        numeric: which features are numbers.
        task: binary, multiclass or regression.
        seed: of the subsample and the feature ranking.
        classes: k of multiclass; a class that no training row has gets 0.
    """
    rows = np.random.default_rng(seed).permutation(len(train))[:MAX_ROWS]
    train, label = train.iloc[rows], label[rows]
    ranked = rank_features(train, label, numeric, task=task, seed=seed)
    classify = task != "regression"
    tree = DecisionTreeClassifier if classify else DecisionTreeRegressor
    recipes = (
        ("dummy", (), DummyClassifier(strategy="prior") if classify else DummyRegressor()),
        ("one-feature tree", ranked[:1], tree(max_depth=3, min_samples_leaf=20, random_state=seed)),
        (f"linear, {count(len(ranked[:FEW]), 'feature')}", ranked[:FEW], _linear(classify=classify)),
    )
    results = []
    for name, features, estimator in recipes:
        chosen = list(features or train.columns[:1])
        model = make_pipeline(_encode([f for f in chosen if f in set(numeric)], chosen), estimator)
        model.fit(train[chosen], label)
        scores = _score(model, evaluation[chosen], task=task, classes=classes)
        results.append(SimplerScores(name, tuple(features), scores))
    return tuple(results)


def rank_features(
    train: pd.DataFrame, label: NDArray[np.float64], numeric: Sequence[str], *, task: str, seed: int
) -> tuple[str, ...]:
    """Features by mutual information with the label on training rows, best first."""
    encoded = _ordinal([f for f in train.columns if f in set(numeric)], list(train.columns))
    matrix = encoded.fit_transform(train)
    names = [str(name).split("__", 1)[1] for name in encoded.get_feature_names_out()]
    discrete = np.array([name not in set(numeric) for name in names])
    measure = mutual_info_regression if task == "regression" else mutual_info_classif
    power = measure(matrix, label, discrete_features=discrete, random_state=seed)
    order = sorted(range(len(names)), key=lambda index: (-power[index], names[index]))
    return tuple(names[index] for index in order)


def _linear(*, classify: bool) -> LogisticRegression | Ridge:
    return LogisticRegression(C=1.0, max_iter=1000) if classify else Ridge(alpha=1.0)


def _imputer() -> SimpleImputer:
    return SimpleImputer(strategy="median", keep_empty_features=True)


def _encode(numeric: list[str], chosen: list[str]) -> ColumnTransformer:
    other = [name for name in chosen if name not in numeric]
    one_hot = OneHotEncoder(handle_unknown="infrequent_if_exist", max_categories=MAX_CATEGORIES)
    return ColumnTransformer(
        [
            ("numeric", make_pipeline(_imputer(), StandardScaler()), numeric),
            ("other", one_hot, other),
        ]
    )


def _ordinal(numeric: list[str], chosen: list[str]) -> ColumnTransformer:
    other = [name for name in chosen if name not in numeric]
    return ColumnTransformer([("numeric", _imputer(), numeric), ("other", OrdinalEncoder(), other)])


def _score(model: Pipeline, rows: pd.DataFrame, *, task: str, classes: int) -> NDArray[np.float64]:
    if task == "regression":
        return np.asarray(model.predict(rows), dtype=np.float64)
    found = model.predict_proba(rows)
    if task == "binary":
        return np.asarray(found[:, 1], dtype=np.float64)
    shares = np.zeros((len(rows), classes))
    shares[:, model.classes_.astype(np.intp)] = found
    return shares
