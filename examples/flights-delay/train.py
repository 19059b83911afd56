"""Train the arrival delay model: SageMaker's training contract, nothing else (no import of the toolkit).

Reads the Parquet files of the `train` channel and the hyperparameters; writes the model, what the server must
know beside it, predictions of later days and metrics.json. On failure it leaves the reason in output/failure.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import skops.io
from features import CATEGORICAL, FEATURES, TARGET, make_model

ROOT = Path("/opt/ml")
DEFAULTS = {"model": "linear", "alpha": "1.0", "folds": "4"}
TIME = "departure"


@dataclass(frozen=True)
class Settings:
    """Hyperparameters, typed (the contract delivers strings)."""

    model: str
    alpha: float
    folds: int


def read_settings(environ: dict[str, str]) -> Settings:
    """The hyperparameters of SM_HPS over the defaults; an unknown name is an error."""
    given = {name: str(value) for name, value in json.loads(environ.get("SM_HPS") or "{}").items()}
    unknown = sorted(set(given) - set(DEFAULTS))
    if unknown:
        message = f"unknown hyperparameter {unknown[0]!r}; allowed: {', '.join(DEFAULTS)}"
        raise ValueError(message)
    values = {**DEFAULTS, **given}
    return Settings(values["model"], float(values["alpha"]), int(values["folds"]))


def read_channel(folder: Path) -> pd.DataFrame:
    """All Parquet files of one channel, in the order of departure."""
    files = sorted(folder.glob("*.parquet"))
    if not files:
        message = f"channel {folder}: no *.parquet file"
        raise FileNotFoundError(message)
    table = pd.concat([pd.read_parquet(file) for file in files], ignore_index=True)
    missing = sorted({*FEATURES, TARGET, TIME} - set(table.columns))
    if missing:
        message = f"channel {folder}: missing columns {', '.join(missing)}"
        raise ValueError(message)
    return table.sort_values(TIME, kind="stable", ignore_index=True)


def later_days(table: pd.DataFrame, settings: Settings, seed: int) -> pd.DataFrame:
    """Predict each stretch of days by a model of all earlier ones: no fold looks into its future."""
    day = table[TIME].dt.tz_convert("America/New_York").dt.date
    days = np.array_split(np.array(sorted(set(day))), settings.folds + 1)
    parts = []
    for stretch in days[1:]:
        model = make_model(settings.model, settings.alpha, seed)
        earlier, now = table[day < stretch[0]], table[(day >= stretch[0]) & (day <= stretch[-1])]
        model.fit(earlier[FEATURES], earlier[TARGET])
        predicted = model.predict(now[FEATURES])
        parts.append(pd.DataFrame({"label": now[TARGET], "prediction": predicted, "last": now["dep_delay"]}))
    return pd.concat(parts, ignore_index=True)


def train(environ: dict[str, str]) -> None:
    """Fit, measure on later days, write."""
    settings = read_settings(environ)
    seed = int(environ.get("MLOPS_SEED", "0"))
    table = read_channel(Path(environ.get("SM_CHANNEL_TRAIN", ROOT / "input/data/train")))
    later = later_days(table, settings, seed)
    error = later["label"] - later["prediction"]
    metrics = {
        "train_rows": len(table),
        "cv_mean_absolute_error": float(error.abs().mean()),
        "cv_root_mean_squared_error": float(np.sqrt((error**2).mean())),
        "cv_last_value_mean_absolute_error": float((later["label"] - later["last"]).abs().mean()),
        "cv_error_one_in_six_below": float(error.quantile(1 / 6)),
    }
    model = make_model(settings.model, settings.alpha, seed).fit(table[FEATURES], table[TARGET])
    model_dir = Path(environ.get("SM_MODEL_DIR", ROOT / "model"))
    skops.io.dump(model, model_dir / "model.skops")
    texts = [name for name in CATEGORICAL if not pd.api.types.is_numeric_dtype(table[name])]
    about = {"features": FEATURES, "texts": texts}
    (model_dir / "model.json").write_text(json.dumps(about, indent=2, sort_keys=True) + "\n")
    data_dir = Path(environ.get("SM_OUTPUT_DATA_DIR", ROOT / "output/data"))
    data_dir.mkdir(parents=True, exist_ok=True)
    later.to_parquet(data_dir / "later_days.parquet", index=False)
    output_dir = Path(environ.get("SM_OUTPUT_DIR", ROOT / "output"))
    (output_dir / "metrics.json").write_text(json.dumps(metrics, indent=2, sort_keys=True) + "\n")
    found = metrics["cv_mean_absolute_error"]
    sys.stdout.write(f"{len(table)} rows, {len(FEATURES)} features, {found:.2f} minutes off on later days\n")


def main() -> int:
    """0, or 1 with the reason in output/failure."""
    environ = dict(os.environ)
    try:
        train(environ)
    except Exception as error:  # noqa: BLE001 - the contract wants every failure's reason in a file
        traceback.print_exc()
        failure = Path(environ.get("SM_OUTPUT_DIR", ROOT / "output")) / "failure"
        failure.write_text(f"{type(error).__name__}: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
