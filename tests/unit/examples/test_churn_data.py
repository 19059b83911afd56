"""The committed data: where it comes from, how it is split, and its one real defect."""

from __future__ import annotations

import hashlib
import importlib.util
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest
import yaml

if TYPE_CHECKING:
    from types import ModuleType

CHURN = Path(__file__).parents[3] / "examples/churn"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("churn_make_data", CHURN / "scripts/make_data.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def sides() -> dict[str, pd.DataFrame]:
    return {name: pd.read_parquet(CHURN / f"data/{name}.parquet") for name in ("train", "evaluation")}


def test_each_customer_is_on_the_side_its_id_says(script: ModuleType, sides: dict[str, pd.DataFrame]) -> None:
    assert sides["train"]["customer_id"].map(script.in_train).all()
    assert not sides["evaluation"]["customer_id"].map(script.in_train).any()
    both = pd.concat(list(sides.values()))
    assert len(both) == both["customer_id"].nunique() == 7043
    assert both.shape[1] == 21
    assert int(both["churned"].sum()) == 1869


def test_the_defect_is_there_to_be_seen(sides: dict[str, pd.DataFrame]) -> None:
    nulls = {name: table[table["total_charges"].isna()] for name, table in sides.items()}
    assert {name: len(rows) for name, rows in nulls.items()} == {"train": 8, "evaluation": 3}
    assert all((rows["tenure"] == 0).all() for rows in nulls.values())
    for table in sides.values():
        assert not table.drop(columns="total_charges").isna().any().any()


def test_small_enough_to_commit() -> None:
    assert sum(path.stat().st_size for path in (CHURN / "data").iterdir()) < 2**20


def test_the_checksums_in_mlops_yaml_and_the_schema_are_the_files_own(sides: dict[str, pd.DataFrame]) -> None:
    config = yaml.safe_load((CHURN / "mlops.yaml").read_text())
    for source in config["data"]["sources"]:
        assert hashlib.sha256((CHURN / source["path"]).read_bytes()).hexdigest() == source["sha256"]
        assert (CHURN / source["authorised_by"]).is_file()
    schema = yaml.safe_load((CHURN / "mlops/schema.yaml").read_text())
    train = (CHURN / "data/train.parquet").read_bytes()
    assert schema["inferred_from"] == {
        "rows": len(sides["train"]),
        "sha256": hashlib.sha256(train).hexdigest(),
    }


def test_the_documented_checksum_is_the_scripts(script: ModuleType) -> None:
    assert script.SOURCE_SHA256 in (CHURN / "docs/data.md").read_text()


def test_another_csv_is_refused(script: ModuleType, tmp_path: Path) -> None:
    other = tmp_path / "churn.csv"
    other.write_text("customerID\n")
    with pytest.raises(SystemExit, match="expected 88be4b93"):
        script.read_source(other)


def test_blanks_become_nulls_and_nothing_is_dropped(script: ModuleType) -> None:
    raw = pd.DataFrame(
        {name: ["x", "y"] for name in script.NAMES}
        | {"SeniorCitizen": ["0", "1"], "tenure": ["0", "5"], "MonthlyCharges": ["20.5", "30"]}
        | {"TotalCharges": [" ", "150.25"], "Churn": ["No", "Yes"]}
    )
    table = script.typed(raw)
    assert table["total_charges"].isna().tolist() == [True, False]
    assert table["total_charges"][1] == 150.25
    assert table["churned"].tolist() == [0, 1]
    assert table["tenure"].tolist() == [0, 5]


def test_both_sides_keep_the_reviewed_schema(sides: dict[str, pd.DataFrame]) -> None:
    schema = yaml.safe_load((CHURN / "mlops/schema.yaml").read_text())
    for table in sides.values():
        assert list(table.columns) == list(schema["columns"])
        for name, rule in schema["columns"].items():
            column = table[name]
            assert column.isna().mean() <= rule.get("max_null_rate", 0.0), name
            if "categories" in rule:
                assert set(column) == set(rule["categories"]), name
                assert column.value_counts(normalize=True).max() <= rule["distribution"]["max_share"], name
            if "minimum" in rule:
                assert column.dropna().between(rule["minimum"], rule["maximum"]).all(), name
            for statistic in {"mean", "median", "std"} & set(rule.get("distribution", {})):
                low, high = rule["distribution"][statistic]
                assert low <= getattr(column, statistic)() <= high, (name, statistic)
            if "pattern" in rule:
                assert all(re.search(rule["pattern"], value) for value in column), name
                assert column.is_unique
