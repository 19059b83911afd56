"""The rows a check means, by number: every kind of request, in the order of the file, on every form of it."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import pytest

from mlops_actions.adapters.datasets.opened import open_scanner
from mlops_actions.adapters.datasets.rows import write_parquet
from mlops_actions.profile.places import (
    Alone,
    Broken,
    Common,
    Held,
    Lost,
    Nulls,
    Outside,
    Place,
    Repeated,
    Torn,
)
from mlops_actions.profile.scanner import ROW_NUMBER

if TYPE_CHECKING:
    from pathlib import Path

    from mlops_actions.profile.places import Sought
    from mlops_actions.profile.scanner import DatasetScanner

NAN = float("nan")
ROWS: dict[str, list[Any]] = {
    "id": [1, 2, 2, 3, None, None, 7],
    "x": [1.5, -9.0, None, NAN, 1.5, 1.5, 99.0],
    "word": ["a", "b", "b", None, "a", "a", "it's"],
    "y": [0, 1, 0, 0, 1, 1, 0],
}


def opened(path: Path, rows: dict[str, list[Any]]) -> DatasetScanner:
    write_parquet(path, rows)
    return open_scanner("duckdb", path, path.name)


@pytest.mark.parametrize(
    ("sought", "expected"),
    [
        (Nulls("train", "x"), (Place((3,)), Place((4,)))),
        (Nulls("train", "word"), (Place((4,)),)),
        (Outside("train", "x", 0, 10), (Place((2,)), Place((7,)))),
        (Outside("train", "id", float("-inf"), 2), (Place((4,)), Place((7,)))),
        (Broken("train", "x > 0 OR y = 0"), (Place((2,)),)),
        (Held("train", "word", ("it's", "a", "gone")), (Place((7,), 1, "it's"), Place((1, 5, 6), 3, "a"))),
        (Held("train", "x", (1.5,)), (Place((1, 5, 6), 3, 1.5),)),
        (Repeated("train", ("id",)), (Place((2, 3), 2), Place((5, 6), 2))),
        (Repeated("train", ("id",), present=True), (Place((2, 3), 2),)),
        (Repeated("train", ("id", "x", "word", "y")), (Place((5, 6), 2),)),
        (Alone("train", ("word",)), (Place((4,)), Place((7,)))),
        (Torn("train", ("word",), "y"), (Place((1, 5, 6), 3), Place((2, 3), 2))),
        (Torn("train", ("id", "word"), "y"), (Place((2, 3), 2),)),
    ],
)
def test_every_request_is_answered_with_row_numbers(
    tmp_path: Path, sought: Sought, expected: tuple[Place, ...]
) -> None:
    assert opened(tmp_path / "a.parquet", ROWS).places(sought, 20) == expected


def test_no_more_are_named_than_asked_for(tmp_path: Path) -> None:
    rows: dict[str, list[Any]] = {"id": list(range(100)), "x": [None] * 60 + [1.0] * 40}
    scanner = opened(tmp_path / "a.parquet", rows)
    assert scanner.places(Nulls("train", "x"), 20) == tuple(Place((at,)) for at in range(1, 21))
    (one,) = scanner.places(Held("train", "x", (1.0,)), 20) or ()
    assert (one.count, one.rows) == (40, tuple(range(61, 81)))
    twice = opened(tmp_path / "b.parquet", {"id": [*range(50), *range(50)]})
    found = twice.places(Repeated("train", ("id",)), 20) or ()
    assert [each.rows for each in found] == [(at, at + 50) for at in range(1, 21)]


def test_rows_of_two_splits_are_matched(tmp_path: Path) -> None:
    train = opened(tmp_path / "train.parquet", {"id": [1, 2, 3, 3, None], "x": [1.0, NAN, 3.0, 3.0, None]})
    other = opened(tmp_path / "other.parquet", {"x": [9.0, 3.0, NAN, 3.0, None], "id": [9, 3, 2, 3, None]})
    found = other.places(Common("evaluation", ("id", "x"), "train"), 20, train)
    assert found == (Place((2, 4), 2, None, 3), Place((3,), 1, None, 2), Place((5,), 1, None, 5))
    assert other.places(Common("evaluation", ("id", "x"), "train"), 1, train) == found[:1]
    lost = opened(tmp_path / "lost.parquet", {"k": [8, 3, 9, 9, None, 8, 9]})
    assert lost.places(Lost("train", ("k",), "evaluation", ("id",)), 20, other) == (Place((1, 6), 2),)
    assert lost.places(Lost("train", ("k",), "train", ("id",)), 20, train) == (
        Place((3, 4, 7), 3),
        Place((1, 6), 2),
    )


def test_values_of_rows_by_number(tmp_path: Path) -> None:
    scanner = opened(tmp_path / "a.parquet", ROWS)
    assert scanner.values_at([7, 2], ("word", "id")) == {2: ("b", 2), 7: ("it's", 7)}
    assert scanner.values_at([], ("word",)) == scanner.values_at([1], ()) == {}


def test_times_are_found_as_they_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("day,at\n1999-01-01,1999-01-01 10:00:00\n,2000-01-01 00:00:00\n2020-02-02,\n")
    scanner = open_scanner("duckdb", path, "a.csv")
    day = 915_148_800_000_000
    assert scanner.places(Held("train", "day", (day,)), 20) == (Place((1,), 1, day),)
    assert scanner.places(Outside("train", "at", day, day * 1.001), 20) == (Place((2,)),)
    assert scanner.values_at([1], ("day", "at")) == {1: (day, day + 36_000_000_000)}


def test_whole_numbers_beyond_64_bits(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"n\n5\n{2**100}\n")
    scanner = open_scanner("duckdb", path, "a.csv")
    assert scanner.places(Held("train", "n", (2**100,)), 20) == (Place((2,), 1, 2**100),)


def lines(rows: range) -> list[dict[str, int]]:
    return [{"n": at, "odd": at % 7} for at in rows]


def test_numbers_follow_the_file_in_every_form_of_it(tmp_path: Path) -> None:
    """Large enough that engines read it in parts, in parallel."""
    rows = range(1, 200_001)
    (tmp_path / "a.csv").write_text("n,odd\n" + "".join(f"{at},{at % 7}\n" for at in rows))
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(each) + "\n" for each in lines(rows)))
    with gzip.open(tmp_path / "a.csv.gz", "wt") as file:
        file.write((tmp_path / "a.csv").read_text())
    write_parquet(tmp_path / "a.parquet", {"n": list(rows), "odd": [at % 7 for at in rows]})
    (tmp_path / "parts").mkdir()
    for part in range(4):
        here = rows[part * 50_000 : (part + 1) * 50_000]
        write_parquet(tmp_path / f"parts/{part}.parquet", {"n": list(here), "odd": [at % 7 for at in here]})
    wanted = Held("train", "n", (150_001, 3, 99_999))
    for name in ("a.csv", "a.jsonl", "a.csv.gz", "a.parquet", "parts"):
        scanner = open_scanner("duckdb", tmp_path / name, name)
        assert scanner.places(wanted, 20) == tuple(Place((at,), 1, at) for at in wanted.values), name
        sampled = scanner.sample(("n", ROW_NUMBER), 500, 1)
        assert sampled["n"] == sampled[ROW_NUMBER], name
        assert list(scanner.sample(("n",), 5, 1)) == ["n"]


def test_names_that_the_query_uses_are_columns_too(tmp_path: Path) -> None:
    rows: dict[str, list[Any]] = {
        "r": [5, 5, 6],
        "v": [None, 1, 1],
        "c0": ["x", "x", "y"],
        "h": [1, 1, 2],
        "label": [1, 2, 1],
        "wrong": [0, 0, 0],
    }
    scanner = opened(tmp_path / "a.parquet", rows)
    assert scanner.places(Held("train", "r", (5,)), 20) == (Place((1, 2), 2, 5),)
    assert scanner.places(Nulls("train", "v"), 20) == (Place((1,)),)
    assert scanner.places(Repeated("train", ("r", "h", "c0")), 20) == (Place((1, 2), 2),)
    assert scanner.places(Torn("train", ("r", "c0"), "label"), 20) == (Place((1, 2), 2),)
    assert scanner.places(Broken("train", "wrong = 1 OR r = 5"), 20) == (Place((3,)),)
    assert scanner.values_at([3], ("c0", "r")) == {3: ("y", 6)}


def test_rows_of_many_columns_have_numbers_too(tmp_path: Path) -> None:
    rows: dict[str, list[Any]] = {f"c{at}": [at * row % 97 for row in range(300)] for at in range(70)}
    rows["n"] = list(range(1, 301))
    for values in rows.values():
        values[200] = values[4]
    scanner = opened(tmp_path / "a.parquet", rows)
    assert scanner.places(Repeated("train", tuple(rows)), 20) == (Place((5, 201), 2),)
    assert scanner.places(Common("train", tuple(rows), "train"), 1, scanner) == (Place((1,), 1, None, 1),)
    sampled = scanner.sample(("n", ROW_NUMBER), 300, 1)
    pairs = set(zip(sampled["n"], sampled[ROW_NUMBER], strict=True))
    assert pairs == {(5 if at == 201 else at, at) for at in range(1, 301)}
