"""What stands behind a view: Parquet files as such, anything else by the view."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from mlops_actions.adapters.datasets.behind_view import behind_view
from mlops_actions.adapters.datasets.materialised import MANY
from mlops_actions.adapters.datasets.opening import open_rows
from mlops_actions.adapters.datasets.rows import write_parquet
from mlops_actions.adapters.datasets.scanner import DuckDBScanner

if TYPE_CHECKING:
    from pathlib import Path


def test_parquet_files_are_read_without_the_view(tmp_path: Path) -> None:
    (tmp_path / "it's").mkdir()
    for part in (1, 2):
        write_parquet(tmp_path / "it's" / f"{part}.parquet", {"a b": [part, part + 10], "c": ["x", None]})
    connection = open_rows(tmp_path / "it's", "it's")
    table = behind_view(connection)
    assert table.startswith("read_parquet(")
    for read in ("count(*), count(c)", '"a b"'):
        seen = connection.execute(f"SELECT {read} FROM {table}").fetchall()
        assert seen == connection.execute(f"SELECT {read} FROM rows").fetchall()


def test_what_is_more_than_the_files_stays_a_view(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("a,b\n1,2\n")
    assert behind_view(open_rows(tmp_path / "x.csv", "x")) == "rows"
    for day in ("1", "2"):
        (tmp_path / "p" / f"day={day}").mkdir(parents=True)
        write_parquet(tmp_path / "p" / f"day={day}" / "x.parquet", {"a": [1]})
    parted = open_rows(tmp_path / "p", "p")
    assert behind_view(parted) == "rows"
    assert parted.execute("SELECT day FROM rows ORDER BY day").fetchall() == [(1,), (2,)]


@pytest.mark.parametrize("columns", [3, MANY + 1])
def test_a_table_made_of_text_is_read_without_the_view(tmp_path: Path, columns: int) -> None:
    path = tmp_path / "x.csv"
    rows = [",".join(str(at * row) for at in range(columns)) for row in range(5)]
    path.write_text("\n".join([",".join(f"c{at}" for at in range(columns)), *rows]) + "\n")
    scanner = DuckDBScanner.open(path, "x.csv")
    assert scanner.table.strip('"').endswith("rows_table")
    assert scanner.ask(f"SELECT * FROM {scanner.table}") == scanner.ask("SELECT * FROM rows")


def test_no_such_view(tmp_path: Path) -> None:
    write_parquet(tmp_path / "x.parquet", {"a": [1]})
    assert behind_view(open_rows(tmp_path / "x.parquet", "x"), "others") == "others"


def test_two_views_of_one_connection_are_told_apart(tmp_path: Path) -> None:
    for name in ("x", "y"):
        write_parquet(tmp_path / f"{name}.parquet", {name: [1]})
    connection = open_rows(tmp_path / "x.parquet", "x")
    open_rows(tmp_path / "y.parquet", "y", connection, "others")
    assert "y.parquet" in behind_view(connection, "others")
    assert "x.parquet" in behind_view(connection)


def test_many_columns_have_the_counts_the_sample_and_the_hashes_of_the_view(tmp_path: Path) -> None:
    made = np.random.default_rng(3)
    columns = {f"c{at}": made.integers(0, 9, 60).tolist() for at in range(150)}
    write_parquet(tmp_path / "x.parquet", columns)
    scanner = DuckDBScanner.open(tmp_path / "x.parquet", "x")
    by_view = DuckDBScanner.open(tmp_path / "x.parquet", "x")
    by_view.__dict__["table"] = "rows"
    assert scanner.table != by_view.table
    assert dict(scanner.value_counts(list(columns), 100)) == dict(by_view.value_counts(list(columns), 100))
    assert scanner.sample(list(columns), 20, 1) == by_view.sample(list(columns), 20, 1)
    names = [f'"{name}"' for name in columns]
    assert (scanner.hashes.in_order(names) == by_view.hashes.in_order(names)).all()
