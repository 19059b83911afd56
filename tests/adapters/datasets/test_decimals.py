"""Decimals and long whole numbers: none is put together with another because a double holds fewer digits."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np
import pytest

from mlops_actions.adapters.datasets.frames import write_frame
from mlops_actions.adapters.datasets.rows import column_types, read_columns
from mlops_actions.adapters.datasets.scanner import DuckDBScanner
from mlops_actions.profile.counts import ValueCounts
from mlops_actions.stages.scan import profile_columns

if TYPE_CHECKING:
    from pathlib import Path

    from mlops_actions.profile.column import ColumnProfile

N = 300
LONG = 1234567890123456789


def parquet(path: Path, sql: str) -> Path:
    """Rows of the query, with `i` from 0 to 299."""
    duckdb.connect().execute(f"COPY (SELECT {sql} AS v FROM range({N}) r(i)) TO '{path}' (FORMAT parquet)")
    return path


def profiled(path: Path) -> ColumnProfile:
    """The one column."""
    return profile_columns(DuckDBScanner.open(path, path.name))[0]


def test_a_decimal_without_digits_after_the_point_is_a_whole_number(tmp_path: Path) -> None:
    path = parquet(tmp_path / "a.parquet", f"CAST({LONG} + i AS DECIMAL(38, 0))")
    found = profiled(path)
    assert (found.kind, found.distinct) == ("integer", N)
    assert found.counts == ValueCounts.of((LONG + each, 1) for each in range(N))
    assert column_types(path) == {"v": "integer"}
    assert read_columns(path, ["v"])["v"][:2] == [LONG, LONG + 1]


def test_a_short_one_is_counted_as_the_same_whole_numbers(tmp_path: Path) -> None:
    one, two = (
        profiled(parquet(tmp_path / f"{name}.parquet", f"CAST(i % 7 AS {type_name})"))
        for name, type_name in (("a", "DECIMAL(9, 0)"), ("b", "BIGINT"))
    )
    assert one.counts is not None
    assert two.counts is not None
    assert one.counts.digest() == two.counts.digest()


@pytest.mark.parametrize("whole", [True, False], ids=["read whole", "by the engine"])
def test_long_decimals_are_told_apart_though_their_doubles_are_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, whole: bool
) -> None:
    if not whole:
        monkeypatch.setattr("mlops_actions.adapters.datasets.scanner.VALUES_AT_ONCE", 1)
    path = parquet(tmp_path / "a.parquet", "CAST(1e30 AS DECIMAL(38, 4)) + i // 2")
    found = profiled(path)
    assert found.kind == "number"
    assert found.counts is not None
    assert (len(found.counts), found.distinct, found.rounded) == (1, N // 2, 0)


def test_digests_of_decimals_that_are_doubles_stay_as_they_are(tmp_path: Path) -> None:
    found = profiled(parquet(tmp_path / "a.parquet", "CAST(i AS DECIMAL(20, 2)) / 4"))
    counts = profiled(parquet(tmp_path / "b.parquet", "CAST(i AS DOUBLE) / 4")).counts
    assert found.counts is not None
    assert counts is not None
    assert found.counts.digest() == counts.digest()


def test_doubles_that_may_have_lost_digits_are_said(tmp_path: Path) -> None:
    found = profiled(parquet(tmp_path / "a.parquet", "CASE WHEN i < 9 THEN 0.5 ELSE 1e17 + i END"))
    assert found.rounded == N - 9


def test_long_whole_numbers_of_json_lines_are_exact(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    start = 12345678901234567890123
    rows: list[dict[str, Any]] = [{"v": start + each} for each in range(N)]
    path.write_text("".join(json.dumps(row) + "\n" for row in [*rows, {"v": None}]))
    found = profiled(path)
    assert (found.kind, found.distinct, found.nulls) == ("integer", N, 1)
    path.write_text("".join(json.dumps(row) + "\n" for row in [*rows, {"v": 0.5}]))
    assert profiled(path).kind == "number"


def test_long_whole_numbers_of_a_frame_are_exact(tmp_path: Path) -> None:
    pandas = pytest.importorskip("pandas")
    path = tmp_path / "a.parquet"
    write_frame(pandas.DataFrame({"v": [10**30 + each for each in range(N)]}), path, "frame")
    found = profiled(path)
    assert (found.kind, found.distinct) == ("integer", N)
    write_frame(pandas.DataFrame({"v": [Decimal(10**20) + each for each in range(N)]}), path, "frame")
    assert profiled(path).distinct == N


def test_what_is_counted_of_a_wide_column_is_never_above_its_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("FEWEST", "MOST"):
        monkeypatch.setattr(f"mlops_actions.stages.scan.{name}", 10)
    monkeypatch.setattr("mlops_actions.adapters.datasets.scanner.VALUES_AT_ONCE", 1)
    monkeypatch.setattr("mlops_actions.adapters.datasets.scanner.DuckDBScanner.distinct", lambda *_: 10**6)
    found = profiled(parquet(tmp_path / "a.parquet", "i + 0.5"))
    assert (found.counts, found.distinct, found.about) == (None, N, "about ")
    assert found.binned is not None
    assert np.isclose(found.binned.mean, 150)
