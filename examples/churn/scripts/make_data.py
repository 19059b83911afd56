"""Make data/train.parquet and data/evaluation.parquet from the telco churn CSV.

    pip download --no-deps --dest /tmp/evalml evalml==0.84.0
    unzip -d /tmp/evalml /tmp/evalml/evalml-0.84.0-py3-none-any.whl evalml/demos/data/churn.csv
    python scripts/make_data.py /tmp/evalml/evalml/demos/data/churn.csv

What is changed, and nothing else: names become snake_case, the 11 blank total charges become nulls,
`Churn` (Yes/No) becomes `churned` (1/0). See docs/data.md.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import sys
from pathlib import Path

import pandas as pd

SOURCE_SHA256 = "88be4b93fbe0cc83421af1c503794c97c342eca914c1576db7c276e61d61358a"
TRAIN_SHARE = 0.70
NAMES = {
    "customerID": "customer_id",
    "gender": "gender",
    "SeniorCitizen": "senior_citizen",
    "Partner": "partner",
    "Dependents": "dependents",
    "tenure": "tenure",
    "PhoneService": "phone_service",
    "MultipleLines": "multiple_lines",
    "InternetService": "internet_service",
    "OnlineSecurity": "online_security",
    "OnlineBackup": "online_backup",
    "DeviceProtection": "device_protection",
    "TechSupport": "tech_support",
    "StreamingTV": "streaming_tv",
    "StreamingMovies": "streaming_movies",
    "Contract": "contract",
    "PaperlessBilling": "paperless_billing",
    "PaymentMethod": "payment_method",
    "MonthlyCharges": "monthly_charges",
    "TotalCharges": "total_charges",
    "Churn": "churned",
}


def read_source(path: Path, expected_sha256: str = SOURCE_SHA256) -> bytes:
    """The CSV's bytes; exits when they are not the ones this script was written for."""
    content = path.read_bytes()
    seen = hashlib.sha256(content).hexdigest()
    if seen != expected_sha256:
        sys.exit(f"{path}: sha256 is {seen}, expected {expected_sha256}. Use evalml 0.84.0.")
    return content


def typed(raw: pd.DataFrame) -> pd.DataFrame:
    """The raw strings under their new names and types. A blank total is unknown, so it becomes null."""
    table = raw.rename(columns=NAMES)[list(NAMES.values())]
    table["senior_citizen"] = table["senior_citizen"].astype("int64")
    table["tenure"] = table["tenure"].astype("int64")
    table["monthly_charges"] = table["monthly_charges"].astype("float64")
    total = table["total_charges"].str.strip()
    table["total_charges"] = total.where(total != "").astype("float64")
    table["churned"] = table["churned"].map({"No": 0, "Yes": 1}).astype("int64")
    return table


def in_train(customer_id: str, share: float = TRAIN_SHARE) -> bool:
    """Which side a customer is on: a function of the id alone, so that new rows never move old ones."""
    digest = hashlib.sha256(customer_id.encode()).digest()
    return int.from_bytes(digest[:8], "big") < share * 2**64


def main() -> None:
    """Read, check, split, write."""
    parser = argparse.ArgumentParser(description="Split the telco churn CSV into two Parquet files.")
    parser.add_argument("csv", type=Path)
    parser.add_argument("--out", type=Path, default=Path(__file__).parents[1] / "data")
    arguments = parser.parse_args()
    content = read_source(arguments.csv)
    raw = pd.read_csv(io.BytesIO(content), dtype=str, keep_default_na=False)
    table = typed(raw).sort_values("customer_id", ignore_index=True)
    side = table["customer_id"].map(in_train)
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name, rows in (("train", table[side]), ("evaluation", table[~side])):
        path = arguments.out / f"{name}.parquet"
        rows.to_parquet(path, index=False, compression="zstd")
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        sys.stdout.write(f"{path.name}: {len(rows)} rows, {path.stat().st_size} bytes, sha256 {digest}\n")


if __name__ == "__main__":
    main()
