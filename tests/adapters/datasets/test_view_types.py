"""Times of nanoseconds, with a zone or without: the same values from files and frames, on any DuckDB."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet
import pytest

from mlops_actions.adapters.datasets.frames import write_frame
from mlops_actions.adapters.datasets.scanner import DuckDBScanner
from mlops_actions.profile.needs import SharedRows
from mlops_actions.stages.scan import profile_columns

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ZONED = int(duckdb.__version__.split(".", maxsplit=1)[0]) > 1  # read with their nanoseconds
FIRST = 1_700_000_000_000_000_000
HOUR = 3_600 * 10**9


def parquet(table: pa.Table, folder: Path) -> Path:
    pa.parquet.write_table(table, folder / "x.parquet")
    return folder / "x.parquet"


def arrow(table: pa.Table, folder: Path) -> Path:
    with pa.ipc.new_file(folder / "x.arrow", table.schema) as out:
        out.write_table(table)
    return folder / "x.arrow"


def frame(table: pa.Table, folder: Path) -> Path:
    write_frame(table.to_pandas(), folder / "frame.parquet", "frame")
    return folder / "frame.parquet"


def times(values: list[int | None], zone: str | None) -> pa.Table:
    column = pa.array(values, pa.int64()).cast(pa.timestamp("ns", zone))
    return pa.table({"t": column, "x": range(len(values))})


WAYS = pytest.mark.parametrize("way", [parquet, arrow, frame])


@WAYS
@pytest.mark.parametrize("zone", [None, "UTC", "America/New_York"])
def test_nanoseconds_are_times_of_utc(
    tmp_path: Path, way: Callable[[pa.Table, Path], Path], zone: str | None
) -> None:
    path = way(times([FIRST, FIRST + HOUR, None, -1], zone), tmp_path)
    scanner = DuckDBScanner.open(path, path.name)
    assert scanner.kinds == {"t": "timestamp", "x": "integer"}
    column = profile_columns(scanner)[0]
    assert column.counts is not None
    before = -1 if ZONED or zone is None or way is frame else 0
    assert [value for value, _ in column.counts] == [before, FIRST // 1000, (FIRST + HOUR) // 1000]
    assert (column.nulls, column.infinite, column.distinct) == (1, 0, 3)
    assert scanner.repeats(["t"]) == 0
    assert scanner.count_where("t > '2023-01-01'") == 1


@WAYS
def test_each_question_takes_nanoseconds_with_a_zone(
    tmp_path: Path, way: Callable[[pa.Table, Path], Path]
) -> None:
    path = way(times([FIRST + hour * HOUR for hour in range(50)], "UTC"), tmp_path)
    text = tmp_path / "x.csv"
    listed = (
        dt.datetime.fromtimestamp((FIRST + hour * HOUR) // 10**9, dt.UTC).isoformat() for hour in range(50)
    )
    text.write_text("t,x\n" + "".join(f"{time},{hour}\n" for hour, time in enumerate(listed)))
    one, other = (DuckDBScanner.open(each, each.name) for each in (path, text))
    assert one.shared(["t"], other) == SharedRows(50, 50)
    assert other.shared(["t"], one) == SharedRows(50, 50)
    assert one.orphans(["t"], other, ["t"]) == 0
    found = one.changes(["x"], ["t"], other)
    assert (found.added, found.removed, found.changed) == (0, 0, 0)
    assert one.joint_counts("t", "x", 100) is not None
    assert len(one.sample(["t"], 10, 0)["t"]) == 10
    assert one.values_at([1], ["t"])
    assert dict(one.value_counts(["t"], 3))["t"].counts is None


@WAYS
@pytest.mark.parametrize("zone", [None, "UTC"])
def test_values_within_one_microsecond_are_told_apart(
    tmp_path: Path, way: Callable[[pa.Table, Path], Path], zone: str | None
) -> None:
    if zone and not ZONED and way is not frame:
        pytest.skip("DuckDB 1.5 reads them as microseconds")
    path = way(times([FIRST + number for number in range(300)] + [None], zone), tmp_path)
    column = profile_columns(DuckDBScanner.open(path, path.name))[0]
    assert (column.distinct, column.nulls) == (300, 1)
    assert column.counts is not None
    assert [value for value, _ in column.counts] == [FIRST // 1000]


@pytest.mark.parametrize("flat", [False, True])
def test_inside_structs_and_lists(tmp_path: Path, *, flat: bool) -> None:
    value = pa.array([FIRST, FIRST + HOUR]).cast(pa.timestamp("ns", "UTC"))
    lists = pa.ListArray.from_arrays(pa.array([0, 1, 2], pa.int32()), value)
    table = pa.table({"s": pa.StructArray.from_arrays([value], ["t"]), "l": lists})
    path = parquet(table, tmp_path)
    scanner = DuckDBScanner.open(path, path.name, flat=flat)
    kinds: dict[str, Any] = {"s.t": "timestamp"} if flat else {"s": "string"}
    assert scanner.kinds == kinds | {"l": "string"}
    assert [column.distinct for column in profile_columns(scanner)] == [2, 2]


@pytest.mark.parametrize(
    "value",
    [
        "CAST(i AS VARIANT)",
        "CAST('POINT (' || i || ' 2)' AS GEOMETRY)",
        "CAST(i AS BIGNUM)",
        "TIME_NS '10:00:00.000000001'",
        "TIMETZ '10:00:00+02'",
        "CAST(i::VARCHAR AS BIT)",
        "union_value(k := i)",
        "row(i, 'a')",
        "INTERVAL 1 DAY",
    ],
)
def test_new_and_rare_types_are_texts(tmp_path: Path, value: str) -> None:
    path = tmp_path / "x.parquet"
    rows = f"SELECT {value} AS s, i AS x FROM range(2) t(i)"
    duckdb.execute(f"COPY ({rows}) TO '{path}' (FORMAT parquet)")
    one, other = (DuckDBScanner.open(path, path.name) for _ in range(2))
    assert one.kinds["s"] == "string"
    assert profile_columns(one)[0].present == 2
    assert one.shared(["s"], other).rows_other == 2


def test_a_default_frame_of_pandas(tmp_path: Path) -> None:
    days = pd.Series(pd.date_range("2024-01-01", periods=5, tz="UTC")).dt.as_unit("ns")
    pd.DataFrame({"t": days}).to_parquet(tmp_path / "x.parquet")
    column = profile_columns(DuckDBScanner.open(tmp_path / "x.parquet", "x"))[0]
    assert (column.kind, column.distinct) == ("timestamp", 5)
