"""Files that are wrong, huge or odd: a clear error or the right answer, never a traceback, never a value."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet
import pytest

from mlops_actions.adapters.datasets.connections import connected
from mlops_actions.adapters.datasets.opening import open_rows
from mlops_actions.adapters.datasets.rows import (
    column_types,
    read_columns,
    refuse_unreadable,
    write_parquet,
)
from mlops_actions.adapters.datasets.type_kinds import kind_of
from mlops_actions.errors import InputError

CELL = 30_000_000  # characters; 200,000,000 behave alike and take half a minute
MEASURE = """
import sys
from pathlib import Path
from mlops_actions.adapters.datasets.opening import open_rows, reading
from mlops_actions.errors import InputError
def peak():
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))
path, before = Path(sys.argv[1]), peak()
try:
    connection = open_rows(path, "data/x")
    with reading(path, "data/x"):
        print("rows", connection.execute("SELECT count(*), max(strlen(a)) FROM rows").fetchall())
except InputError as error:
    print("error", error)
print(peak() - before)
"""
linux = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the kernel tells no peak")


def measured(path: Path) -> tuple[str, int]:
    """What opening and reading says, and by how many megabytes the peak of memory rose."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(path)], capture_output=True, text=True, check=True
    )
    said, grown = done.stdout.strip().splitlines()
    return said, int(grown) // 1000


@linux
@pytest.mark.parametrize(
    ("name", "before", "line", "said"),
    [
        ("x.csv", "a,b\n1,2\n", 3, "a line of more than 2,000,000 characters; that many are read"),
        ("x.tsv", "a\n", 2, "a line of more than 2,000,000 characters"),
        ("x.csv", "", 1, "a line of more than 2,000,000 characters"),
        ("x.jsonl", '{"a": "x"}\n{"a": "', 2, "a line of more than 16,000,000 characters"),
    ],
)
def test_a_huge_cell_of_a_text_is_told_in_little_memory(
    tmp_path: Path, name: str, before: str, line: int, said: str
) -> None:
    with (tmp_path / name).open("w") as file:
        file.write(before)
        for _ in range(CELL // 1_000_000 * (3 if "json" in name else 1)):  # DuckDB takes more than it says
            file.write("y" * 1_000_000)
        file.write('"}\n' if "json" in name else ",2\n")
    (tmp_path / name).rename(tmp_path / f"data-{name}")
    told, grown = measured(tmp_path / f"data-{name}")
    assert told.startswith(f"error data/x:{line}: {said}")
    assert grown < 200


@linux
def test_a_huge_cell_of_parquet_is_read(tmp_path: Path) -> None:
    pa.parquet.write_table(pa.table({"a": ["y" * CELL]}), tmp_path / "x.parquet")
    told, grown = measured(tmp_path / "x.parquet")
    assert told == f"rows [(1, {CELL})]"
    assert grown < 300


def test_a_field_of_many_lines_is_too_long(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text('a,b\n1,2\n"' + "y\n" * 2_000_000 + '",2\n')
    with pytest.raises(InputError, match=r"^x.csv:3: quotes: a field of more than 2,000,000 characters"):
        refuse_unreadable(tmp_path / "x.csv", "x.csv")


def test_a_field_that_fits_is_read(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text('a,b\n1,"' + "y" * 1_500_000 + '"\n')
    assert len(read_columns(tmp_path / "x.csv", ["b"])["b"][0]) == 1_500_000


TYPES = {
    "1.5::DECIMAL(9,2)": "number",
    "[1.5::DECIMAL(4,1)]": "string",
    "[TIMESTAMP '2024-01-01']": "string",
    "{'a': 1}": "string",
    "map {'a': 1}": "string",
    "[[1], [2]]": "string",
    "TIMESTAMPTZ '2024-01-01 00:00:00+02'": "timestamp",
    "TIMESTAMP_NS '2024-01-01 00:00:00.123456789'": "timestamp",
    "DATE '2024-01-01'": "date",
    "TIME '12:00:00'": "string",
    "INTERVAL 1 DAY": "string",
    "'a'::BLOB": "string",
    "uuid()": "string",
    "1::UTINYINT": "integer",
    "1::FLOAT": "number",
    "'x'::ENUM('x', 'y')": "string",
}


@pytest.mark.parametrize("expression", TYPES)
def test_types_of_parquet(tmp_path: Path, expression: str) -> None:
    path = tmp_path / "x.parquet"
    duckdb.execute(f"COPY (SELECT {expression} AS a UNION ALL SELECT NULL) TO '{path}' (FORMAT parquet)")
    assert column_types(path) == {"a": TYPES[expression]}
    refuse_unreadable(path, "x")
    found = read_columns(path, ["a"])["a"]
    assert len(found) == 2
    assert found.count(None) == 1


@pytest.mark.parametrize("name", ["HUGEINT", "UHUGEINT", "BIGINT"])
def test_whole_numbers_of_any_width(name: str) -> None:
    assert kind_of(name) == "integer"


def test_times_with_a_zone_are_told_in_utc(tmp_path: Path) -> None:
    text = "t,d,n\n2024-01-01 00:00:00+02:00,2024-01-02,1.50\n2024-07-01 12:00:00-05:00,2024-01-03,2\n"
    (tmp_path / "x.csv").write_text(text)
    assert column_types(tmp_path / "x.csv") == {"t": "timestamp", "d": "date", "n": "number"}
    found = read_columns(tmp_path / "x.csv", ["t", "d", "n"])
    assert found["t"] == ["2023-12-31 22:00:00+00", "2024-07-01 17:00:00+00"]
    assert (found["d"], found["n"]) == (["2024-01-02", "2024-01-03"], [1.5, 2.0])
    sql = "SELECT CAST(d AS VARCHAR), CAST(n AS VARCHAR) FROM rows"
    texts = open_rows(tmp_path / "x.csv", "x").execute(sql)
    assert texts.fetchall() == [("2024-01-02", "1.5"), ("2024-01-03", "2.0")]


def test_names_that_stand_twice_in_parquet(tmp_path: Path) -> None:
    for names, told in ((["a", "a"], "'a' stands twice"), (["a", "A"], r"'A' stands twice \(as 'a'")):
        table = pa.table([pa.array([1]), pa.array([2])], names=names)
        pa.parquet.write_table(table, tmp_path / "x.parquet")
        with pytest.raises(InputError, match=rf"^data/x.parquet: the column name {told}"):
            column_types(tmp_path / "x.parquet", "data/x.parquet")
    nested = pa.table({"a": [{"a": 1, "b": 2}], "b": [[{"a": 1}]]})
    pa.parquet.write_table(nested, tmp_path / "x.parquet")
    assert column_types(tmp_path / "x.parquet") == {"a": "string", "b": "string"}


def test_no_columns_no_rows_and_no_values(tmp_path: Path) -> None:
    pa.parquet.write_table(pa.table({}), tmp_path / "none.parquet")
    with pytest.raises(InputError, match=r"^none.parquet: (0 columns|cannot be read: .*at least one)"):
        column_types(tmp_path / "none.parquet")
    pa.parquet.write_table(pa.table({"a": pa.array([], pa.int64())}), tmp_path / "empty.parquet")
    (tmp_path / "empty.csv").write_text("a,b\n")
    for name in ("empty.parquet", "empty.csv"):
        with pytest.raises(InputError, match=rf"^{name}: 0 rows; at least one is needed"):
            refuse_unreadable(tmp_path / name, name)
    nulls = pa.table({"a": pa.nulls(2), "b": pa.array([None, None], pa.int64())})
    pa.parquet.write_table(nulls, tmp_path / "n.parquet")
    (tmp_path / "n.csv").write_text("a,b\n,1\n,2\n")
    assert column_types(tmp_path / "n.parquet") == {"a": "string", "b": "integer"}
    assert column_types(tmp_path / "n.csv") == {"a": "string", "b": "integer"}
    assert read_columns(tmp_path / "n.parquet", ["a", "b"]) == {"a": [None, None], "b": [None, None]}


@pytest.mark.parametrize("name", ["x.csv", "x.parquet", "x.jsonl", "x.arrow"])
def test_a_fifo_is_never_opened(tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / name)
    with pytest.raises(InputError, match=rf"^{name}: a FIFO, not a file. Name a plain file."):
        column_types(tmp_path / name)


def test_mixed_values_of_a_column_are_texts(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("a\n1\nx\n2.5\n")
    assert read_columns(tmp_path / "x.csv", ["a"]) == {"a": ["1", "x", "2.5"]}
    (tmp_path / "x.csv").write_text("a\n" + "1\n" * 30_000 + "x\n")
    assert set(read_columns(tmp_path / "x.csv", ["a"])["a"]) == {"1", "x"}


def test_folders_above_the_data_are_no_columns(tmp_path: Path) -> None:
    folder = tmp_path / "year=2024"
    write_parquet(folder / "x.parquet", {"a": [1]})
    (folder / "x.csv").write_text("a\n1\n")
    (folder / "x.jsonl").write_text('{"a": 1}\n')
    for name in ("x.parquet", "x.csv", "x.jsonl"):
        assert column_types(folder / name) == {"a": "integer"}


def test_a_connection_leaves_nothing_and_takes_no_settings_from_the_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TZ", "America/New_York")
    connection = connected(tmp_path / "scratch", memory_limit="60MB", threads="1")
    assert connection.execute("SELECT current_setting('TimeZone')").fetchall() == [("UTC",)]
    rows = "SELECT range AS a, repeat('x', 100) AS b FROM range(1000000) ORDER BY b, a DESC"
    sql = f"SELECT count(*) FROM ({rows})"
    assert connection.execute(sql).fetchall() == [(1_000_000,)]
    assert [each.name for each in tmp_path.iterdir()] == ["scratch"]
    del connection
    assert list((tmp_path / "scratch").iterdir()) == []


def test_files_are_not_left_open(tmp_path: Path) -> None:
    write_parquet(tmp_path / "x.parquet", {"a": [1]})
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (64, limit[1]))
        for _ in range(70):
            assert open_rows(tmp_path / "x.parquet", "x").execute("SELECT a FROM rows").fetchall() == [(1,)]
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limit)
