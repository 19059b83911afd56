"""The scan: exact counts, nulls and NaN, bad content as input errors, two files whose kinds differ."""

from __future__ import annotations

import hashlib
import math
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from mlops_actions.adapters.datasets import scanner
from mlops_actions.adapters.datasets.rows import write_parquet
from mlops_actions.adapters.datasets.scanner import DatasetScanner
from mlops_actions.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path


def test_a_profile_is_exact(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    columns = "unnest(['b', 'a', NULL, 'b']) AS t, unnest([1.5, 'nan'::DOUBLE, NULL, 1.5]) AS n"
    made = duckdb.connect()
    made.execute(
        f"COPY (SELECT {columns}, unnest([true, false, true, true]) AS f) TO '{path}' (FORMAT parquet)"
    )
    table = DatasetScanner().profile("train", path, "data/x.parquet")
    text, number, flag = table.columns
    assert (table.role, table.path, table.rows, table.duplicate_rows) == ("train", "data/x.parquet", 4, 1)
    assert table.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (text.kind, text.nulls, text.counts) == ("string", 1, (("a", 1), ("b", 2)))
    assert (number.kind, number.nulls, number.counts) == ("number", 2, ((1.5, 2),))
    assert (flag.kind, flag.counts) == ("boolean", ((False, 1), (True, 3)))


@pytest.mark.parametrize("at_once", [1, 8, 1_000_000])
def test_columns_read_together_are_counted_as_one_by_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(scanner, "VALUES_AT_ONCE", at_once)
    path = tmp_path / "x.parquet"
    columns: dict[str, list[Any]] = {
        "t": ["b", "a", None, "b"], 'a "quoted" name': [1.5, math.nan, None, 1.5], "i": [3, 1, 2, None],
        "f": [True, False, True, True], "wide": ["p", "q", "r", "s"],
    }  # fmt: skip
    write_parquet(path, columns)
    found = DatasetScanner(limit=3).profile("train", path, "x").columns
    assert [(each.nulls, each.counts, each.distinct) for each in found] == [
        (1, (("a", 1), ("b", 2)), 2),
        (2, ((1.5, 2),), 1),
        (1, None, 3),
        (0, ((False, 1), (True, 3)), 2),
        (0, None, 4),
    ]


def test_dates_decimals_lists_and_infinity(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    columns = (
        "DATE '2026-01-02' AS d, 1.25::DECIMAL(9,2) AS m, [1, 2] AS l, 'inf'::DOUBLE AS i, 'x'::BLOB AS b, "
        "TIMESTAMPTZ '2026-01-05 09:00:00+02' AS z"
    )
    duckdb.connect().execute(f"COPY (SELECT {columns}) TO '{path}' (FORMAT parquet)")
    table = DatasetScanner().profile("train", path, "x")
    assert {column.name: (column.kind, column.counts) for column in table.columns} == {
        "d": ("date", (("2026-01-02", 1),)),
        "m": ("number", ((1.25, 1),)),
        "l": ("string", (("[1, 2]", 1),)),
        "i": ("number", ((math.inf, 1),)),
        "b": ("string", (("x", 1),)),
        "z": ("timestamp", (("2026-01-05 07:00:00+00", 1),)),
    }


def test_too_many_distinct_values_are_estimated(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    write_parquet(path, {"id": [*range(500), None]})
    column = DatasetScanner(limit=100).profile("train", path, "x").columns[0]
    assert column.counts is None
    assert column.nulls == 1
    assert 400 < column.distinct < 600
    exact = DatasetScanner(limit=501).profile("train", path, "x").columns[0]
    assert (exact.distinct, exact.nulls) == (500, 1)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("id,amount\n", r"data/x.csv: 0 rows, 2 columns; at least one of each is needed"),
        ("", r"data/x.csv: no bytes, or no header"),
        ("id,amount\n1,2\n3\n", r"data/x.csv:3: 1 field; the header has 2"),
        ("id,amount\n" + "1,2\n" * 25_000 + "3\n", r"data/x.csv:25002: 1 field; the header has 2"),
        (
            "id,amount\n" + "1,2\n" * 25_000 + "1,x\n",
            r"data/x.csv:25002: column 'amount': a value that is no ",
        ),
    ],
)
def test_bad_content_is_an_input_error(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text(text)
    with pytest.raises(InputError, match=message) as caught:
        DatasetScanner().profile("train", path, "data/x.csv")
    assert caught.value.hint


def test_rows_and_keys_in_both_files(tmp_path: Path) -> None:
    first, second = tmp_path / "a.parquet", tmp_path / "b.parquet"
    write_parquet(first, {"id": [1, 2, None, None], "x": ["a", "b", "c", "c"]})
    write_parquet(second, {"x": ["b", "c", "z"], "id": [2, None, 1]})
    scanner = DatasetScanner()
    assert scanner.overlap(first, second, ["id", "x"]) == 2
    assert scanner.overlap(first, second, ["id"]) == 3


@pytest.mark.parametrize(
    ("others", "found"),
    [(["2", "x", "3"], 2), ([2.0, 2.5, 3.0], 2), ([True, False, None], 0)],
    ids=["texts", "numbers", "booleans"],
)
def test_two_files_whose_kinds_differ_are_compared_all_the_same(
    tmp_path: Path, others: list[object], found: int
) -> None:
    write_parquet(tmp_path / "a.parquet", {"id": [1, 2, 3]})
    write_parquet(tmp_path / "b.parquet", {"id": others})
    assert DatasetScanner().overlap(tmp_path / "a.parquet", tmp_path / "b.parquet", ["id"]) == found


def test_conflicting_labels(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    write_parquet(path, {"a": [1, 1, 2, 2, None, None], "b": ["x"] * 6, "y": [0, 1, 1, 1, 0, 1]})
    assert DatasetScanner().conflicting_labels(path, ["a", "b"], "y") == (2, 4)
    assert DatasetScanner().conflicting_labels(path, ["a", "b", "y"], "b") == (0, 0)


def test_twins_are_rows_and_nulls_are_equal(tmp_path: Path) -> None:
    first, second = tmp_path / "a.parquet", tmp_path / "b.parquet"
    write_parquet(first, {"id": [1, 2, 3], "x": [1, None, 5], "y": ["a", "b", "c"]})
    write_parquet(second, {"id": [4, 5, 6, 7], "x": ["1", None, None, "9"], "y": ["a", "b", "b", "c"]})
    scanner = DatasetScanner()
    assert scanner.twins(first, second, ["x", "y"]) == (3, 2)  # 1 and "1" are compared as text
    assert scanner.twins(first, second, ["y"]) == (4, 2)
    assert scanner.twins(first, second, ["id", "x"]) == (0, 0)
