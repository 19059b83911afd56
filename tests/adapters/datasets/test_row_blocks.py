"""Rows of hundreds of columns, read in blocks: the answers of few columns, in bounded memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import numpy as np
import pytest

from mlops_actions.adapters.datasets import row_blocks
from mlops_actions.adapters.datasets.row_blocks import blocks, places_of, row_hash, salted
from mlops_actions.adapters.datasets.row_sample import sampled
from mlops_actions.adapters.datasets.scanner import DuckDBScanner

if TYPE_CHECKING:
    from pathlib import Path

COLUMNS = 150  # beyond what is read at once
FEATURES = tuple(f"c{at}" for at in range(COLUMNS))


def scanner(folder: Path, name: str, rows: str) -> DuckDBScanner:
    """Columns id, c0 to c149 and y of the given rows (SQL of i, the row's number)."""
    value = "CASE WHEN g % 11 = {0} % 11 THEN NULL ELSE (g * ({0} + 3)) % 17 END AS c{0}".format
    listed = ", ".join(map(value, range(COLUMNS)))
    path = folder / f"{name}.parquet"
    duckdb.connect().execute(
        f"COPY (SELECT i AS id, {listed}, y FROM ({rows})) TO '{path}' (FORMAT parquet, ROW_GROUP_SIZE 2048)"
    )
    return DuckDBScanner.open(path, name)


@pytest.fixture
def train(tmp_path: Path) -> DuckDBScanner:
    """500 rows; every tenth repeats the features of the one before, each twentieth with another label."""
    group = "CASE WHEN i % 10 = 9 THEN i - 1 ELSE i END AS g"
    rows = f"SELECT i, {group}, CAST(i % 20 = 19 AS INT) AS y FROM range(500) t(i)"
    return scanner(tmp_path, "train", rows)


@pytest.fixture(params=["blocks", "at once"])
def both_ways(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """As tables of many columns are read, and as all others are."""
    if request.param == "at once":
        monkeypatch.setattr(row_blocks, "FEW", 10_000)
    return str(request.param)


def distinct(scanner: DuckDBScanner, columns: tuple[str, ...]) -> int:
    """By the engine alone."""
    found = scanner.ask(f"SELECT count(*) FROM (SELECT DISTINCT {', '.join(columns)} FROM rows)")
    return int(found[0][0])


def test_repeated_rows(train: DuckDBScanner, both_ways: str) -> None:
    assert train.repeats(["id", *FEATURES, "y"]) == 0, both_ways
    assert train.repeats(FEATURES) == 500 - distinct(train, FEATURES) > 0
    assert train.repeats([*FEATURES, "y"]) == 500 - distinct(train, (*FEATURES, "y"))
    assert train.repeats(FEATURES) == 500 - distinct(train, FEATURES)  # what was kept of others is no part


def test_conflicting_labels(train: DuckDBScanner, both_ways: str) -> None:
    listed = ", ".join(FEATURES)
    torn = train.ask(
        f"SELECT count(*), sum(n) FROM (SELECT count(*) AS n FROM rows GROUP BY {listed} "
        "HAVING count(DISTINCT y) > 1)"
    )[0]
    assert torn[0], both_ways
    found = train.conflicts(FEATURES, "y")
    assert (found.groups, found.rows) == torn


def test_shared_rows(train: DuckDBScanner, both_ways: str, tmp_path: Path) -> None:
    rows = "SELECT i + 490 AS i, i + 490 AS g, CAST(0 AS INT) AS y FROM range(60) t(i)"
    other = scanner(tmp_path, "evaluation", rows)
    seen = train.shared([*FEATURES, "y"], other)
    train.connection.execute(f"CREATE VIEW theirs AS SELECT * FROM read_parquet('{other.path}')")
    listed = ", ".join((*FEATURES, "y"))
    exact = train.ask(
        f"SELECT count(*) FROM (SELECT {listed} FROM rows INTERSECT SELECT {listed} FROM theirs)"
    )[0][0]
    assert seen.distinct == exact > 0, both_ways
    assert seen.rows_other >= seen.distinct


def test_the_sample_does_not_depend_on_how_it_is_read(
    train: DuckDBScanner, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = ["id", "c7", "y"]
    wide = sampled(train, wanted, 50, 3)
    monkeypatch.setattr(row_blocks, "FEW", 10_000)
    assert sampled(train, wanted, 50, 3) == wide
    assert len(set(wide["id"])) == 50


def test_equal_values_in_two_columns_do_not_cancel_each_other() -> None:
    connection = duckdb.connect()
    listed = ", ".join(f'v AS "c{at}"' for at in range(row_blocks.FEW + 2))
    connection.execute(f"CREATE VIEW rows AS SELECT {listed} FROM (VALUES (1), (2), (3)) t(v)")
    names = [f'"c{at}"' for at in range(row_blocks.FEW + 2)]
    found = connection.execute(f"SELECT {row_hash(names)} FROM rows").fetchall()
    assert len(set(found)) == 3
    assert salted('"a""b"') != salted('"a"')
    assert salted('CAST("a" AS DOUBLE)').split(",")[0] == salted('"a"').split(",")[0]


def test_blocks_hold_no_more_than_a_reader_may_keep() -> None:
    names = [str(at) for at in range(10_000)]
    for rows in (1, 1_000, 20_000, 122_880, 5_000_000):
        listed = list(blocks(names, rows))
        assert [name for part in listed for name in part] == names
        most = max(map(len, listed))
        assert most <= row_blocks.MANY
        assert most <= row_blocks.FEW or most * min(rows, row_blocks.GROUP) <= row_blocks.CELLS


def test_places_of_hashes() -> None:
    hashes = np.array([5, 3, 9, 3], dtype=np.uint64)
    assert places_of(hashes, np.array([3, 9], dtype=np.uint64)).tolist() == [1, 2, 3]
    assert places_of(hashes, np.array([], dtype=np.uint64)).tolist() == []
    assert places_of(hashes, np.array([7], dtype=np.uint64)).tolist() == []
