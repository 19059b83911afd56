"""The model's input columns and its pipeline. All of them are known when the aircraft leaves the gate."""

from __future__ import annotations

from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import Ridge
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import KBinsDiscretizer, OneHotEncoder, OrdinalEncoder, StandardScaler

TARGET = "arr_delay"
NUMERIC = ["dep_delay", "distance", "scheduled_minutes", "departures_in_hour"]
CATEGORICAL = ["carrier", "origin", "dest", "hour"]
FEATURES = NUMERIC + CATEGORICAL
MODELS = ("linear", "gradient_boosting")


def make_model(model: str, alpha: float, seed: int) -> Pipeline:
    """An unfitted pipeline from the raw columns to minutes."""
    if model == "linear":
        numeric = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
        coded = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
        estimator = Ridge(alpha=alpha)
    elif model == "gradient_boosting":
        numeric = make_pipeline(SimpleImputer(strategy="median"))
        coded = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
        estimator = HistGradientBoostingRegressor(
            learning_rate=0.06, max_iter=200, max_leaf_nodes=15, random_state=seed
        )
    else:
        message = f"hyperparameter model: {model!r} is not one of {', '.join(MODELS)}"
        raise ValueError(message)
    bands = KBinsDiscretizer(n_bins=10, strategy="quantile", quantile_method="averaged_inverted_cdf")
    others = [name for name in NUMERIC if name != "dep_delay"]
    columns = ColumnTransformer(
        [
            ("delay", bands, ["dep_delay"]),
            ("numeric", numeric, others),
            ("categorical", coded, CATEGORICAL),
        ]
    )
    return make_pipeline(columns, estimator)
