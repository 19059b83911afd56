"""The flights example: its folders, its script as a module, its two tables."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from types import ModuleType

EXAMPLES = Path(__file__).parents[3] / "examples"
FLIGHTS = EXAMPLES / "flights-delay"
CHANGES = EXAMPLES / "flights-delay-changes"


def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("flights_make_data", FLIGHTS / "scripts/make_data.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def tables() -> dict[str, pd.DataFrame]:
    return {name: pd.read_parquet(FLIGHTS / f"data/{name}.parquet") for name in ("train", "evaluation")}
