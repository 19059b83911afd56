"""Texts as tables: the same rows, in memory or on disk, gone with the connection; no room is told."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

from mlops_actions.adapters.datasets.connections import connected, folder_of
from mlops_actions.adapters.datasets.materialised import materialised
from mlops_actions.adapters.datasets.opening import open_rows
from mlops_actions.adapters.datasets.rows import write_parquet
from mlops_actions.adapters.datasets.scanner import DuckDBScanner
from mlops_actions.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

ROWS = 20_000
TEXT = "a,b,h\n" + "".join(f"{row},t{row % 7},{10**25 + row}\n" for row in range(ROWS))
QUESTION = "SELECT count(*), sum(a), min(b), count(DISTINCT h) FROM rows"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A CSV file of 20,000 rows."""
    (tmp_path / "x.csv").write_text(TEXT)
    return tmp_path / "x.csv"


@pytest.mark.parametrize("large", [1, 1 << 30])
def test_the_rows_stay_what_they_are_and_the_file_is_not_asked_again(table: Path, large: int) -> None:
    connection = open_rows(table, "x.csv", scratch=table.parent / "scratch")
    described = connection.execute("DESCRIBE rows").fetchall()
    answer = connection.execute(QUESTION).fetchall()
    assert materialised(connection, table, "x.csv", large=large)
    table.unlink()
    assert connection.execute("DESCRIBE rows").fetchall() == described
    assert connection.execute(QUESTION).fetchall() == answer
    assert connection.execute("SELECT a FROM rows LIMIT 3").fetchall() == [(0,), (1,), (2,)]
    folder = folder_of(connection)
    assert (folder / "rows.duckdb").exists() == (large == 1)
    del connection
    assert not folder.exists()


EVERY = """\
n,exact,x,t,d,z,flag,word
1,10000000000000001.5,nan,2024-01-01 00:00:00.000001,2024-01-01,2024-01-01 00:00:00+02,true,"a ""b""
c"
2,10000000000000001.25,inf,infinity,infinity,infinity,false,
3,7,-1e-320,-infinity,-infinity,-infinity,,é🙂
,,,0001-01-01 00:00:00,5000-12-31,9000-01-01 00:00:00+00,true,NULL
"""


def test_a_large_text_is_written_as_parquet_with_the_same_types_values_and_order(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(EVERY)
    connection = open_rows(path, "x.csv")
    described = connection.execute("DESCRIBE rows").fetchall()
    question = "SELECT CAST(COLUMNS(*) AS VARCHAR) FROM rows"
    answer = connection.execute(question).fetchall()
    assert materialised(connection, path, "x.csv", large=1)
    path.unlink()
    assert (folder_of(connection) / "rows.parquet").exists()
    assert connection.execute("DESCRIBE rows").fetchall() == described
    assert connection.execute(question).fetchall() == answer
    assert [row[0] for row in answer] == ["1", "2", "3", None]
    assert str(described[1][1]).startswith("DECIMAL(")


def test_many_rows_written_as_parquet_keep_their_order(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    rows = 200_000
    path.write_text("a,b\n" + "".join(f"{row},{row * 7919 % rows}\n" for row in range(rows)))
    connection = open_rows(path, "x.csv")
    assert materialised(connection, path, "x.csv", large=1)
    assert (folder_of(connection) / "rows.parquet").exists()
    wrong = "SELECT count(*) FROM (SELECT row_number() OVER () - 1 AS r, a FROM rows) WHERE r <> a"
    assert connection.execute(wrong).fetchall() == [(0,)]
    assert connection.execute("SELECT count(DISTINCT b) FROM rows").fetchall() == [(rows,)]


def test_long_cells_that_no_piece_holds_go_into_a_database(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    with path.open("w") as file:
        file.write("a,b\n")
        for row in range(2_500):
            file.write(f"{row},{row:040d}{'long ' * 8_000}\n")
    connection = open_rows(path, "x.csv", connected(tmp_path / "s", threads="1"))
    connection.execute("SET memory_limit = '120MB'")  # after the view, whose types DuckDB 1.5 tells in 200 MB
    assert materialised(connection, path, "x.csv", large=1)
    assert (folder_of(connection) / "rows.duckdb").exists()
    assert connection.execute("SELECT count(*), min(length(b)) FROM rows").fetchall() == [(2_500, 40_040)]


def test_two_views_of_one_connection(table: Path) -> None:
    connection = open_rows(table, "x.csv")
    open_rows(table, "x.csv", connection, "others")
    for view in ("rows", "others"):
        assert materialised(connection, table, "x.csv", view, large=1)
    found = connection.execute("SELECT (SELECT count(*) FROM rows), (SELECT count(*) FROM others)").fetchall()
    assert found == [(ROWS, ROWS)]


def test_parquet_stays_a_view(tmp_path: Path) -> None:
    write_parquet(tmp_path / "x.parquet", {"a": [1, 2]})
    connection = open_rows(tmp_path / "x.parquet", "x")
    assert not materialised(connection, tmp_path / "x.parquet", "x", large=1)
    assert not (folder_of(connection) / "rows.duckdb").exists()


def test_packed_parts_of_a_folder_keep_their_columns(tmp_path: Path) -> None:
    for year in (2023, 2024):
        (tmp_path / "p" / f"year={year}").mkdir(parents=True)
        (tmp_path / "p" / f"year={year}" / "a.csv.gz").write_bytes(gzip.compress(f"a\n{year}\n".encode()))
    connection = open_rows(tmp_path / "p", "p")
    assert materialised(connection, tmp_path / "p", "p", large=1)
    assert connection.execute("SELECT a, year FROM rows ORDER BY a").fetchall() == [
        (2023, 2023),
        (2024, 2024),
    ]


def test_a_late_line_is_told_before(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("a\n" + "1\n" * 30_000 + "SECRET,1\n")
    with pytest.raises(InputError, match=r"^data/x.csv:30002: 2 fields; the header has 1") as caught:
        open_rows(tmp_path / "x.csv", "data/x.csv")
    assert "SECRET" not in str(caught.value)


def test_the_memory_limit_holds(tmp_path: Path) -> None:
    wide = ",".join(f"c{place}" for place in range(20))
    with (tmp_path / "x.csv").open("w") as file:
        file.write(f"{wide}\n")
        for row in range(60_000):
            file.write(",".join(f"{row * 7919 + place} and more text" for place in range(20)) + "\n")
    connection = open_rows(
        tmp_path / "x.csv", "x", connected(tmp_path / "s", memory_limit="90MB", threads="1")
    )
    assert materialised(connection, tmp_path / "x.csv", "x", large=1)
    assert connection.execute("SELECT count(*), count(DISTINCT c0) FROM rows").fetchall() == [
        (60_000, 60_000)
    ]


def test_no_room(table: Path) -> None:
    connection = open_rows(table, "x.csv")
    connection.execute("SET temp_directory = ''")
    connection.execute("SET memory_limit = '1MB'")
    with pytest.raises(InputError, match=r"^data/x.csv: too large for the memory and the disk") as caught:
        materialised(connection, table, "data/x.csv", large=1 << 40)
    assert caught.value.hint.startswith("Make room for temporary files")


def test_text_of_thousands_of_columns_becomes_a_table_in_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    names = [f"c{at}" for at in range(3_000)]
    path.write_text("\n".join([",".join(names), *(",".join(["0.25"] * 3_000) for _ in range(40))]) + "\n")
    scanner = DuckDBScanner.open(path, "x.csv")
    assert (scanner.rows, len(scanner.kinds)) == (40, 3_000)
    settings = "SELECT current_setting('memory_limit'), current_setting('threads')"
    memory, threads = scanner.connection.execute(settings).fetchall()[0]
    assert (memory[:4], threads) == ("286.", 2)  # what DuckDB says of 300 MB, once more rounded
    assert scanner.repeats(names) == 39
