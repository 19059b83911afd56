"""Train the churn model: SageMaker's training contract, nothing else (no import of the toolkit).

Reads the Parquet files of the `train` channel and the hyperparameters; writes the model, what the server must
know beside it, out-of-fold predictions and metrics.json. On failure it leaves the reason in output/failure.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import skops.io
from features import FEATURES, NUMERIC, TARGET, make_model
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict

ROOT = Path("/opt/ml")
DEFAULTS = {"model": "logistic", "C": "1.0", "threshold": "0.5", "folds": "5"}


@dataclass(frozen=True)
class Settings:
    """Hyperparameters, typed (the contract delivers strings)."""

    model: str
    C: float
    threshold: float
    folds: int


def read_settings(environ: dict[str, str]) -> Settings:
    """The hyperparameters of SM_HPS over the defaults; an unknown name is an error."""
    given = {name: str(value) for name, value in json.loads(environ.get("SM_HPS") or "{}").items()}
    unknown = sorted(set(given) - set(DEFAULTS))
    if unknown:
        message = f"unknown hyperparameter {unknown[0]!r}; allowed: {', '.join(DEFAULTS)}"
        raise ValueError(message)
    values = {**DEFAULTS, **given}
    return Settings(values["model"], float(values["C"]), float(values["threshold"]), int(values["folds"]))


def read_channel(folder: Path) -> pd.DataFrame:
    """All Parquet files of one channel, in the order of their names."""
    files = sorted(folder.glob("*.parquet"))
    if not files:
        message = f"channel {folder}: no *.parquet file"
        raise FileNotFoundError(message)
    table = pd.concat([pd.read_parquet(file) for file in files], ignore_index=True)
    missing = sorted({*FEATURES, TARGET} - set(table.columns))
    if missing:
        message = f"channel {folder}: missing columns {', '.join(missing)}"
        raise ValueError(message)
    return table


def train(environ: dict[str, str]) -> None:
    """Fit, measure out of fold, write."""
    settings = read_settings(environ)
    seed = int(environ.get("MLOPS_SEED", "0"))
    table = read_channel(Path(environ.get("SM_CHANNEL_TRAIN", ROOT / "input/data/train")))
    rows, label = table[FEATURES], table[TARGET]
    model = make_model(settings.model, settings.C, seed)
    folds = StratifiedKFold(settings.folds, shuffle=True, random_state=seed)
    score = cross_val_predict(model, rows, label, cv=folds, method="predict_proba")[:, 1]
    metrics = {
        "train_rows": len(table),
        "train_positive_share": float(label.mean()),
        "cv_roc_auc": float(roc_auc_score(label, score)),
        "cv_average_precision": float(average_precision_score(label, score)),
        "cv_brier_score_loss": float(brier_score_loss(label, score)),
    }
    model.fit(rows, label)
    model_dir = Path(environ.get("SM_MODEL_DIR", ROOT / "model"))
    skops.io.dump(model, model_dir / "model.skops")
    about = {"features": FEATURES, "numeric": NUMERIC, "classes": [0, 1], "threshold": settings.threshold}
    (model_dir / "model.json").write_text(json.dumps(about, indent=2, sort_keys=True) + "\n")
    data_dir = Path(environ.get("SM_OUTPUT_DATA_DIR", ROOT / "output/data"))
    data_dir.mkdir(parents=True, exist_ok=True)
    pd.DataFrame({"label": label, "score": score}).to_parquet(data_dir / "out_of_fold.parquet", index=False)
    output_dir = Path(environ.get("SM_OUTPUT_DIR", ROOT / "output"))
    (output_dir / "metrics.json").write_text(json.dumps(metrics, indent=2, sort_keys=True) + "\n")
    sys.stdout.write(f"{len(table)} rows, {len(FEATURES)} features, {metrics['cv_roc_auc']:.4f} cv_roc_auc\n")


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
