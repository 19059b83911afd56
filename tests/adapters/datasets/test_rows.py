"""Columns in and out: types, nulls, order, and what bad files are told."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from mlops_actions.adapters.datasets.rows import column_names, column_types, read_columns, write_parquet
from mlops_actions.errors import ConfigError, InputError

if TYPE_CHECKING:
    from pathlib import Path

COLUMNS: dict[str, list[Any]] = {
    "id": ["a", "b", None],
    'odd "name" {x}': [1, None, 3],
    "value": [0.5, None, -1e300],
    "flag": [True, False, None],
}


def test_round_trip_keeps_values_nulls_order_and_types(tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    write_parquet(path, COLUMNS)
    assert column_names(path) == tuple(COLUMNS)
    assert list(column_types(path).values()) == ["string", "integer", "number", "boolean"]
    assert read_columns(path, list(COLUMNS)) == COLUMNS
    assert read_columns(path, ["value"]) == {"value": COLUMNS["value"]}
    assert [each.name for each in tmp_path.iterdir()] == ["rows.parquet"]


def test_nan_is_null_and_dates_are_iso_text(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    moment = "DATE '2026-01-02' AS d, TIMESTAMP '2026-01-02 03:04:05' AS t"
    columns = f"'nan'::DOUBLE AS n, {moment}, 1.25::DECIMAL(9,2) AS m"
    duckdb.connect().execute(f"COPY (SELECT {columns}) TO '{path}' (FORMAT parquet)")
    assert column_types(path) == {"n": "number", "d": "date", "t": "timestamp", "m": "number"}
    assert read_columns(path, ["n", "d", "t", "m"]) == {
        "n": [None],
        "d": ["2026-01-02"],
        "t": ["2026-01-02 03:04:05"],
        "m": [1.25],
    }


def test_csv(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a,b\n1,x\n2,\n")
    assert read_columns(path, ["b", "a"]) == {"b": ["x", None], "a": [1, 2]}


def test_missing_column_names_the_nearest(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    write_parquet(path, COLUMNS)
    with pytest.raises(InputError, match="no column 'valeu'") as caught:
        read_columns(path, ["valeu"])
    assert "Did you mean 'value'?" in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"PAR1garbage", b"not a parquet file at all, but long enough" * 9])
def test_unreadable_parquet_is_an_input_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.parquet"
    path.write_bytes(content)
    with pytest.raises(InputError, match="cannot be read"):
        column_names(path)


def test_missing_file_empty_file_unknown_kind_and_ragged_columns(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such file"):
        column_names(tmp_path / "none.parquet")
    write_parquet(tmp_path / "empty.parquet", {"a": []})
    with pytest.raises(InputError, match="0 rows"):
        read_columns(tmp_path / "empty.parquet", ["a"])
    (tmp_path / "x.xlsx").write_bytes(b"x")
    with pytest.raises(InputError, match="unknown kind of file"):
        column_names(tmp_path / "x.xlsx")
    with pytest.raises(InputError, match=r"columns of \[1, 2\] rows"):
        write_parquet(tmp_path / "ragged.parquet", {"a": [1], "b": [1, 2]})
    assert not (tmp_path / "ragged.parquet").exists()


def test_a_time_with_a_zone_reads_the_same_in_every_zone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "rows.parquet"
    moment = "TIMESTAMPTZ '2026-01-05 09:00:00+02'"
    duckdb.sql(f"COPY (SELECT {moment} AS at) TO '{path}' (FORMAT parquet)")
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    try:
        assert read_columns(path, ["at"]) == {"at": ["2026-01-05 07:00:00+00"]}
    finally:
        monkeypatch.undo()
        time.tzset()
