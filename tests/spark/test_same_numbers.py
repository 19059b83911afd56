"""DuckDB and Spark compare numbers of different types alike, and count the same rows as doubtful."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import pytest

from mlops_actions.profile.needs import DoubtfulRows, SharedRows
from tests.spark.answers import both

if TYPE_CHECKING:
    from pathlib import Path

BASE = 10_000_000_000_000_000
FILES = {
    "half.csv": f"({BASE} + i) || '.5'",
    "quarter.csv": f"({BASE} + i) || '.25'",
    "padded.csv": f"({BASE} + i) || '.500'",
    "whole.csv": f"CAST({BASE} + i AS VARCHAR)",
    "few.csv": f"CASE i WHEN 0 THEN '{BASE + 1}.5' ELSE '2.5' END",
    "words.csv": f"CASE i WHEN 0 THEN 'n/a' ELSE ({BASE} + i) || '.5' END",
    "float.parquet": "CASE WHEN i > 2 THEN CAST(CAST(i AS DOUBLE) + 0.123 AS FLOAT) END",
    "double.parquet": "CASE i WHEN 0 THEN 1e300 WHEN 1 THEN 'inf'::DOUBLE ELSE CAST(i AS DOUBLE) + 0.123 END",
    "decimal.parquet": "CAST(i AS DECIMAL(38, 18)) + 0.123",
    "long.parquet": "CAST('1.23456789012345678' AS DECIMAL(38, 18)) + i",
    "large.parquet": "CAST(1e30 AS DECIMAL(38, 2)) + CAST(i AS DECIMAL(38, 2))",
    "huge.parquet": "CASE WHEN i > 0 THEN CAST('9' || repeat('0', 36) AS HUGEINT) END",
}


@pytest.fixture(scope="module")
def numbers(folder: Path) -> dict[str, Path]:
    """One column each."""
    made = {}
    for name, value in FILES.items():
        path = made[name] = folder / name
        options = "(FORMAT parquet)" if path.suffix == ".parquet" else "(HEADER, QUOTE '')"
        rows = f"SELECT {value} AS v, i % 3 AS y FROM range(20) r(i)"
        duckdb.connect().execute(f"COPY ({rows}) TO '{path}' {options}")
    return made


PAIRS = [
    ("half", "quarter"), ("quarter", "padded"), ("half", "whole"), ("few", "half"), ("half", "words"),
    ("float", "double"), ("decimal", "float"), ("double", "decimal"), ("few", "long"), ("large", "long"),
    ("huge", "long"), ("float", "whole"), ("words", "double"),
]  # fmt: skip


def test_numbers_of_two_types(numbers: dict[str, Path]) -> None:
    opened = {path.stem: both(path) for path in numbers.values()}
    for one, two in PAIRS:
        (first, spark), (other, its) = opened[one], opened[two]
        assert first.shared(["v"], other) == spark.shared(["v"], its), (one, two)
        doubt = spark.doubtful(["v", "y"], its, ["v", "y"])
        assert first.doubtful(["v", "y"], other, ["v", "y"]) == doubt, (one, two)
    (first, spark), (other, its) = opened["float"], opened["double"]
    assert first.changes(["v"], [], other) == spark.changes(["v"], [], its)
    half, quarter, few = (opened[name][1] for name in ("half", "quarter", "few"))
    assert half.shared(["v"], quarter) == SharedRows(0, 0)
    assert half.shared(["v"], opened["padded"][1]) == SharedRows(20, 20)
    assert half.shared(["v"], few).distinct == 1
    assert half.doubtful(["v"], few, ["v"]) == DoubtfulRows(20, 1)
    assert opened["float"][1].shared(["v"], opened["double"][1]) == SharedRows(17, 17)
    assert [each.written for each in opened["few"]] == [{"v": False}] * 2
