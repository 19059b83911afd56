"""Times of too many distinct values: the order of two splits is told by the engine's bins."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import pytest

from mlops_actions.adapters.datasets.scanner import DuckDBScanner
from mlops_actions.profile.needs import Order
from mlops_actions.profile.time_order import TimeOrder, time_order
from mlops_actions.stages.scan import measure, profile_columns

if TYPE_CHECKING:
    from pathlib import Path

WRITTEN = {
    "date": "CAST(TIMESTAMP '2024-01-01' + to_days(CAST({at} AS INTEGER)) AS DATE)",
    "timestamp": "TIMESTAMP '2024-01-01' + to_seconds(CAST({at} AS INTEGER) * 977) ",
    "zoned": "TIMESTAMPTZ '2024-01-01 00:00:00+00' + to_seconds(CAST({at} AS INTEGER) * 977)",
    "nanoseconds": "CAST(TIMESTAMP '2024-01-01' + to_seconds(CAST({at} AS INTEGER) * 977) AS TIMESTAMP_NS)",
    "integer": "{at}",
    "number": "{at} / 8",
}
PLACES = {
    "later": ("i + 2000", "i"),
    "border": ("i", "i + 1900"),
    "mixed": ("i * 37 % 1999", "i * 11 % 1999"),
}


def opened(path: Path, value: str, rows: int) -> DuckDBScanner:
    made = f"SELECT CASE WHEN i % 50 = 7 THEN NULL ELSE {value} END AS t FROM range({rows}) r(i)"
    duckdb.execute(f"COPY ({made}) TO '{path}' (FORMAT parquet)")
    return DuckDBScanner.open(path, path.name)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("kind", WRITTEN)
def test_bins_tell_the_order_that_counts_tell(tmp_path: Path, kind: str, place: str) -> None:
    train, evaluation = (
        opened(tmp_path / f"{at}.parquet", WRITTEN[kind].format(at=f"({each})"), rows)
        for at, each, rows in zip("ab", PLACES[place], (2000, 700), strict=True)
    )
    need = Order("train", "t", "evaluation")
    found = measure([need], {"train": train, "evaluation": evaluation})[need]
    one, other = (profile_columns(each)[0].counts for each in (train, evaluation))
    assert one is not None
    assert other is not None
    exact = time_order(one.values, one.rows, other.values, other.rows)
    assert isinstance(found, TimeOrder)
    assert exact is not None
    for name in ("rows", "other_rows", "later", "after_all", "first"):
        assert getattr(found, name) == getattr(exact, name), name
    assert found.before == pytest.approx(exact.before, abs=0.01)


def test_a_split_without_a_time_has_no_order(tmp_path: Path) -> None:
    train = opened(tmp_path / "a.parquet", "DATE '2024-01-01'", 10)
    evaluation = opened(tmp_path / "b.parquet", "CAST(NULL AS DATE)", 10)
    need = Order("train", "t", "evaluation")
    assert measure([need], {"train": train, "evaluation": evaluation}) == {need: None}
