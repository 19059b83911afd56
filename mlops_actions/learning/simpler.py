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
    """One simpler model's scores on the evaluation rows: probability of the positive class, or a value."""

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
) -> tuple[SimplerScores, ...]:
    """Fit the dummy, a one-feature tree and a linear model of at most five features; score the other rows.

    Args:
        train: feature columns (n x f), as `typed_table` makes them; at most 20,000 rows are used (by seed).
        label: shape (n,), 0/1 for binary, the value for regression.
        evaluation: the same columns (m x f).
        numeric: which features are numbers.
        task: binary or regression.
        seed: of the subsample and the feature ranking.
    """
    rows = np.random.default_rng(seed).permutation(len(train))[:MAX_ROWS]
    train, label = train.iloc[rows], label[rows]
    ranked = rank_features(train, label, numeric, task=task, seed=seed)
    binary = task == "binary"
    tree = DecisionTreeClassifier if binary else DecisionTreeRegressor
    recipes = (
        ("dummy", (), DummyClassifier(strategy="prior") if binary else DummyRegressor()),
        ("one-feature tree", ranked[:1], tree(max_depth=3, min_samples_leaf=20, random_state=seed)),
        (f"linear, {count(len(ranked[:FEW]), 'feature')}", ranked[:FEW], _linear(binary=binary)),
    )
    results = []
    for name, features, estimator in recipes:
        chosen = list(features or train.columns[:1])
        model = make_pipeline(_encode([f for f in chosen if f in set(numeric)], chosen), estimator)
        model.fit(train[chosen], label)
        results.append(SimplerScores(name, tuple(features), _score(model, evaluation[chosen], binary=binary)))
    return tuple(results)


def rank_features(
    train: pd.DataFrame, label: NDArray[np.float64], numeric: Sequence[str], *, task: str, seed: int
) -> tuple[str, ...]:
    """Features by mutual information with the label on training rows, best first."""
    encoded = _ordinal([f for f in train.columns if f in set(numeric)], list(train.columns))
    matrix = encoded.fit_transform(train)
    names = [str(name).split("__", 1)[1] for name in encoded.get_feature_names_out()]
    discrete = np.array([name not in set(numeric) for name in names])
    measure = mutual_info_classif if task == "binary" else mutual_info_regression
    power = measure(matrix, label, discrete_features=discrete, random_state=seed)
    order = sorted(range(len(names)), key=lambda index: (-power[index], names[index]))
    return tuple(names[index] for index in order)


def _linear(*, binary: bool) -> LogisticRegression | Ridge:
    return LogisticRegression(C=1.0, max_iter=1000) if binary else Ridge(alpha=1.0)


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


def _score(model: Pipeline, rows: pd.DataFrame, *, binary: bool) -> NDArray[np.float64]:
    values = model.predict_proba(rows)[:, 1] if binary else model.predict(rows)
    return np.asarray(values, dtype=np.float64)
