"""A duration is the same whole number, whichever kind of file or frame holds it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa
import pyarrow.feather
import pyarrow.ipc
import pyarrow.parquet
import pytest

from mlops_actions.adapters.datasets.frames import open_frame, write_frame
from mlops_actions.adapters.datasets.scanner import DuckDBScanner
from mlops_actions.profile.needs import SharedRows

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ROWS = 600


def parquet(table: pa.Table, path: Path) -> None:
    pa.parquet.write_table(table, path.with_suffix(".parquet"))


def feather(table: pa.Table, path: Path) -> None:
    pa.feather.write_feather(table, path.with_suffix(".feather"))


def stream(table: pa.Table, path: Path) -> None:
    with pa.ipc.new_stream(path.with_suffix(".arrow"), table.schema) as out:
        out.write_table(table)


def arrow_frame(table: pa.Table, path: Path) -> None:
    write_frame(table, path.with_suffix(".parquet"), "frame")


def pandas_frame(table: pa.Table, path: Path) -> None:
    write_frame(table.to_pandas(), path.with_suffix(".parquet"), "frame")


def pandas_of_arrow(table: pa.Table, path: Path) -> None:
    write_frame(table.to_pandas(types_mapper=pd.ArrowDtype), path.with_suffix(".parquet"), "frame")


def of(values: list[int | None], unit: str) -> pa.Table:
    return pa.table({"t": pa.array(values, pa.duration(unit))})


def opened(write: Callable[[pa.Table, Path], None], table: pa.Table, folder: Path) -> DuckDBScanner:
    folder.mkdir()
    write(table, folder / "x")
    path = next(folder.iterdir())
    return DuckDBScanner.open(path, path.name)


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize(
    "write", [parquet, feather, stream, arrow_frame, pandas_frame, pandas_of_arrow], ids=lambda f: f.__name__
)
def test_a_duration_is_a_whole_number_of_its_unit(
    tmp_path: Path, write: Callable[[pa.Table, Path], None], unit: str
) -> None:
    table = of([None, -7, *range(ROWS)], unit)
    scanner = opened(write, table, tmp_path / "one")
    assert scanner.kinds == {"t": "integer"}
    assert scanner.ask("SELECT t FROM rows WHERE t < 2 ORDER BY t") == [(-7,), (0,), (1,)]
    assert (scanner.repeats(["t"]), scanner.ask("SELECT count(t) FROM rows")) == (0, [(ROWS + 1,)])
    other = opened(parquet, of([*range(ROWS)], unit), tmp_path / "other")
    assert scanner.shared(["t"], other) == SharedRows(ROWS, ROWS, 0)


def test_durations_within_lists_and_structs(tmp_path: Path) -> None:
    inner = pa.array([1, 2], pa.duration("ns"))
    lists = pa.array([[1, 2], [2]], pa.list_(pa.duration("ns")))
    table = pa.table({"s": pa.StructArray.from_arrays([inner], ["t"]), "l": lists})
    for at, write in enumerate((parquet, feather, arrow_frame)):
        (tmp_path / str(at)).mkdir()
        write(table, tmp_path / str(at) / "x")
        path = next((tmp_path / str(at)).iterdir())
        scanner = DuckDBScanner.open(path, path.name, flat=True)
        assert scanner.types == {"s.t": "BIGINT", "l": "BIGINT[]"}
        assert scanner.ask('SELECT "s.t", l FROM rows') == [(1, [1, 2]), (2, [2])]


@pytest.mark.parametrize(
    ("values", "numbers"),
    [
        ([timedelta(days=400_000), None, timedelta(microseconds=3)], [400_000 * 86_400 * 10**6, None, 3]),
        ([pd.Timedelta(5, "ns"), pd.NaT, timedelta(microseconds=3)], [5, None, 3_000]),
    ],
)
def test_python_durations(values: list[object], numbers: list[int | None]) -> None:
    frame = pd.DataFrame({"t": pd.Series(values, dtype=object, index=[9, 5, 7])})
    connection = open_frame(frame)
    assert connection.execute("SELECT t FROM rows").fetchall() == [(number,) for number in numbers]
