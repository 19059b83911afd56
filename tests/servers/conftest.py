"""Servers of others: deselected unless `-m serving` asks for them, skipped where not installed."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from tests.servers.running import Trained

if TYPE_CHECKING:
    from pathlib import Path

HERE = "tests/servers/"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """All of this folder carries the marker."""
    mine = [item for item in items if HERE in item.path.as_posix()]
    for item in mine:
        item.add_marker("serving")
        if find_spec("mlserver") is None or find_spec("mlflow") is None:
            item.add_marker(pytest.mark.skip(reason="mlflow and mlserver are not there: make test-serving"))
    if "serving" not in config.getoption("markexpr"):
        config.hook.pytest_deselected(items=mine)
        items[:] = [item for item in items if item not in mine]


@pytest.fixture(scope="session")
def trained() -> Trained:
    """A classifier on numbers with nulls, whole numbers and text that is not ASCII; labels are text."""
    random = np.random.default_rng(7)
    count = 500
    rows = pd.DataFrame(
        {
            "age": random.normal(40, 10, count),
            "calls": random.integers(0, 9, count),
            "city": random.choice(["Turku", "Oulu", "\u00c5bo"], count),
        }
    )
    rows.loc[::17, "age"] = np.nan
    labels = np.where((rows["calls"] > 4) ^ (rows["city"] == "Oulu"), "leave", "stay")
    model: Any = make_pipeline(
        make_column_transformer(
            (SimpleImputer(), ["age", "calls"]), (OneHotEncoder(handle_unknown="ignore"), ["city"])
        ),
        LogisticRegression(),
    ).fit(rows, labels)
    return Trained(model, rows)


@pytest.fixture
def model_folder(tmp_path: Path) -> Path:
    """Where a training would have written to."""
    folder = tmp_path / "model"
    folder.mkdir()
    return folder
