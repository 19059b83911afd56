"""The model's input columns and its pipeline. Key, target, gender and senior_citizen are never inputs."""

from __future__ import annotations

from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import KBinsDiscretizer, OneHotEncoder, StandardScaler

TARGET = "churned"
NUMERIC = ["tenure", "monthly_charges", "total_charges"]
CATEGORICAL = [
    "partner",
    "dependents",
    "phone_service",
    "multiple_lines",
    "internet_service",
    "online_security",
    "online_backup",
    "device_protection",
    "tech_support",
    "streaming_tv",
    "streaming_movies",
    "contract",
    "paperless_billing",
    "payment_method",
]
FEATURES = NUMERIC + CATEGORICAL
MODELS = ("logistic", "gradient_boosting")


def numeric_steps() -> Pipeline:
    """A missing total is zero: the customers without one were never billed (docs/data.md)."""
    return make_pipeline(SimpleImputer(strategy="constant", fill_value=0.0), StandardScaler())


def tenure_bands() -> Pipeline:
    """Twelve bands of equal size: the risk of leaving falls steeply in the first months, then hardly."""
    bands = KBinsDiscretizer(n_bins=12, encode="onehot-dense", quantile_method="averaged_inverted_cdf")
    return make_pipeline(SimpleImputer(strategy="median"), bands)


def make_model(model: str, C: float, seed: int) -> Pipeline:  # noqa: N803 - scikit-learn's own name
    """An unfitted pipeline from the raw columns to probabilities."""
    columns = ColumnTransformer(
        [
            ("numeric", numeric_steps(), NUMERIC),
            ("tenure_bands", tenure_bands(), ["tenure"]),
            ("categorical", OneHotEncoder(handle_unknown="ignore", sparse_output=False), CATEGORICAL),
        ]
    )
    if model == "logistic":
        classifier = LogisticRegression(C=C, max_iter=2000)
    elif model == "gradient_boosting":
        classifier = HistGradientBoostingClassifier(
            learning_rate=0.05, max_iter=150, max_leaf_nodes=8, random_state=seed
        )
    else:
        message = f"hyperparameter model: {model!r} is not one of {', '.join(MODELS)}"
        raise ValueError(message)
    return make_pipeline(columns, classifier)
