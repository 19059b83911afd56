"""Numbers of two files are equal only if they are, or it is said that digits were lost."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import duckdb
import pytest

from mlops_actions.adapters.datasets.number_pairs import Numbers, common_type, doubt, written_doubles
from mlops_actions.adapters.datasets.scanner import DuckDBScanner
from mlops_actions.profile.needs import DoubtfulRows, RowChanges, SharedRows

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

N = 60
BASE = 10_000_000_000_000_000


def csv(path: Path, values: Sequence[object]) -> DuckDBScanner:
    """One column of the texts."""
    path.write_text("v,y\n" + "".join(f"{value},{at % 2}\n" for at, value in enumerate(values)))
    return DuckDBScanner.open(path, path.name)


def jsonl(path: Path, values: Sequence[object]) -> DuckDBScanner:
    """One column of the numbers as they are written."""
    path.write_text("".join(f'{{"v": {value}, "y": {at % 2}}}\n' for at, value in enumerate(values)))
    return DuckDBScanner.open(path, path.name)


def parquet(path: Path, sql: str, rows: int = N) -> DuckDBScanner:
    """One column of the expression over `i`."""
    duckdb.connect().execute(f"COPY (SELECT {sql} AS v FROM range({rows}) r(i)) TO '{path}' (FORMAT parquet)")
    return DuckDBScanner.open(path, path.name)


def halves(end: str) -> list[str]:
    """Numbers that no double tells from those of another end."""
    return [f"{BASE + at}{end}" for at in range(N)]


@pytest.mark.parametrize(
    ("end", "same"),
    [(".25", False), (".75", False), ("", False), (".50", True), (".5000", True)],
)
def test_decimals_are_compared_by_all_their_digits(tmp_path: Path, end: str, *, same: bool) -> None:
    first, second = csv(tmp_path / "a.csv", halves(".5")), csv(tmp_path / "b.csv", halves(end))
    assert first.types["v"] == "DECIMAL(38,1)"
    assert first.shared(["v", "y"], second).rows_other == (N if same else 0)
    assert second.shared(["v"], first).distinct == (N if same else 0)
    assert first.orphans(["v"], second, ["v"]) == (0 if same else N)
    changed = 0 if same else N
    assert first.changes(["v", "y"], [], second) == RowChanges(changed, changed, 0)
    assert first.doubtful(["v", "y"], second, ["v", "y"]) == DoubtfulRows()


@pytest.mark.parametrize("write", [csv, jsonl])
def test_a_column_without_a_value_has_no_doubt(
    tmp_path: Path, write: Callable[[Path, Sequence[object]], DuckDBScanner]
) -> None:
    """Introduced after training: it was an internal error, as DuckDB's count_if of nulls is null."""
    ending = "csv" if write is csv else "jsonl"
    empty = write(tmp_path / f"a.{ending}", ["" if write is csv else "null"] * N)
    full = write(tmp_path / f"b.{ending}", [at + 0.25 for at in range(N)])
    for columns in (["v"], ["v", "y"]):
        assert empty.doubtful(columns, full, columns) == DoubtfulRows()
        assert full.doubtful(columns, empty, columns) == DoubtfulRows()


def test_a_decimal_and_a_whole_number_are_equal_if_they_are(tmp_path: Path) -> None:
    first = csv(tmp_path / "a.csv", [*halves(".5"), f"{BASE}.0", f"{BASE + 1}.0"])
    for name in ("DECIMAL(38,1)", "BIGINT"):
        whole = parquet(tmp_path / f"{name}.parquet", f"CAST({BASE} + i AS {name})")
        assert first.shared(["v"], whole) == SharedRows(2, 2)
        assert whole.shared(["v"], first) == SharedRows(2, 2)
        assert first.doubtful(["v"], whole, ["v"]) == DoubtfulRows()


def test_numbers_beyond_the_common_decimal_differ_from_all_others(tmp_path: Path) -> None:
    long = parquet(tmp_path / "a.parquet", "CAST(1e30 AS DECIMAL(38, 2)) + CAST(i AS DECIMAL(38, 2))")
    small = parquet(tmp_path / "b.parquet", "CAST(i AS DECIMAL(38, 20))")
    huge = parquet(tmp_path / "c.parquet", "CASE WHEN i > 0 THEN CAST('9' || repeat('0', 36) AS HUGEINT) END")
    assert long.shared(["v"], small) == SharedRows(0, 0)
    assert long.changes(["v"], [], small) == RowChanges(N, N, 0)
    assert huge.shared(["v"], small) == SharedRows(0, 0)  # and its null is equal to none of them


def test_a_row_of_long_decimals_is_found_where_the_other_file_has_doubles(tmp_path: Path) -> None:
    """Alone it loses no digits, so that its numbers stay doubles; which of two it was cannot be told."""
    first, second = csv(tmp_path / "a.csv", halves(".5")), csv(tmp_path / "b.csv", [f"{BASE + 1}.5", "2.5"])
    assert second.types["v"] == "DOUBLE"
    assert first.shared(["v"], second).rows_other == 1
    assert first.doubtful(["v"], second, ["v"]) == DoubtfulRows(N, 1)
    assert second.doubtful(["v"], first, ["v"]) == DoubtfulRows(1, N)


def test_decimals_of_few_digits_are_surely_the_doubles(tmp_path: Path) -> None:
    first = parquet(tmp_path / "a.parquet", "CAST(i AS DECIMAL(38, 18)) / 4")
    second = csv(tmp_path / "b.csv", [at / 4 for at in range(N)])
    assert first.shared(["v"], second) == SharedRows(N, N)
    assert first.doubtful(["v"], second, ["v"]) == DoubtfulRows()
    fine = parquet(tmp_path / "c.parquet", "CAST('1.23456789012345678' AS DECIMAL(38, 18)) + i", 3)
    assert fine.doubtful(["v"], csv(tmp_path / "d.csv", [1.5, BASE, "inf", "nan"]), ["v"]) == DoubtfulRows(
        3, 1
    )


def test_numbers_of_json_may_have_been_others(tmp_path: Path) -> None:
    first, second = (jsonl(tmp_path / f"{end}.jsonl", [*halves(end), 0.5, 7]) for end in (".5", ".25"))
    assert first.shared(["v"], second).distinct > 2
    assert first.doubtful(["v", "y"], second, ["v", "y"]) == DoubtfulRows(N, N)
    small = jsonl(tmp_path / "c.jsonl", [0.5, 7])
    assert first.doubtful(["v"], small, ["v"]) == DoubtfulRows()  # none that lost digits


def test_doubles_of_parquet_are_the_file_s_own(tmp_path: Path) -> None:
    first, second = (parquet(tmp_path / f"{name}.parquet", f"{BASE}::DOUBLE + 2 * i") for name in "ab")
    assert first.shared(["v"], second) == SharedRows(N, N)
    assert first.doubtful(["v"], second, ["v"]) == DoubtfulRows()
    assert first.doubtful(["v"], jsonl(tmp_path / "c.jsonl", halves(".5")), ["v"]) == DoubtfulRows(N, N)


def test_a_number_and_its_text_are_equal_by_their_doubles(tmp_path: Path) -> None:
    first = csv(tmp_path / "a.csv", halves(".5"))
    words = csv(tmp_path / "b.csv", ["n/a", "7", f"{BASE}.25"])
    assert first.doubtful(["v"], words, ["v"]) == DoubtfulRows(N, 1)


@pytest.mark.parametrize("other", ["DOUBLE", "DECIMAL(38, 3)", "csv"])
def test_floats_are_compared_as_floats(tmp_path: Path, other: str) -> None:
    number = "CAST(1000 + 7 * i AS DOUBLE) + 0.123"
    first = parquet(tmp_path / "a.parquet", f"CAST({number} AS FLOAT)")
    if other == "csv":
        second = csv(tmp_path / "b.csv", [1000 + 7 * at + Decimal("0.123") for at in range(N)])
    else:
        second = parquet(tmp_path / "b.parquet", f"CAST({number} AS {other})")
    assert first.shared(["v"], second) == SharedRows(N, N)
    assert second.shared(["v"], first) == SharedRows(N, N)
    assert second.changes(["v"], [], first) == RowChanges(0, 0, 0)
    assert first.doubtful(["v"], second, ["v"]) == DoubtfulRows()


def test_what_no_float_holds_is_no_null(tmp_path: Path) -> None:
    first = parquet(tmp_path / "a.parquet", "CASE WHEN i > 0 THEN CAST(i AS FLOAT) / 10 END")
    second = parquet(
        tmp_path / "b.parquet", "CASE i WHEN 0 THEN 1e300 WHEN 1 THEN 'inf'::DOUBLE ELSE i / 10 END"
    )
    assert first.shared(["v"], second) == SharedRows(N - 2, N - 2)


@pytest.mark.parametrize(
    ("one", "two", "seen"),
    [
        ("FLOAT", "DOUBLE", "FLOAT"),
        ("DECIMAL(10,2)", "FLOAT", "FLOAT"),
        ("FLOAT", "BIGINT", "DOUBLE"),
        ("DECIMAL(38,0)", "FLOAT", "DOUBLE"),
        ("DECIMAL(10,2)", "DOUBLE", "DOUBLE"),
        ("DECIMAL(10,2)", "DECIMAL(38,9)", "DECIMAL(38, 9)"),
        ("UBIGINT", "DECIMAL(9,4)", "DECIMAL(38, 4)"),
    ],
)
def test_the_type_of_two(one: str, two: str, seen: str) -> None:
    assert common_type(one, two) == common_type(two, one) == seen


def test_whole_numbers_and_other_kinds_are_in_no_doubt() -> None:
    whole, day = (
        Numbers("v", "v", kind, name, written=False)
        for kind, name in (("integer", "BIGINT"), ("date", "DATE"))
    )
    text = Numbers("v", "v", "string", "VARCHAR", written=False)
    assert not doubt(whole, whole, "VARCHAR")
    assert not doubt(whole, text, "VARCHAR")
    assert not doubt(whole, day, "VARCHAR")


def test_which_files_write_doubles_otherwise(tmp_path: Path) -> None:
    types = {"v": "DOUBLE", "y": "BIGINT"}
    one, lines = csv(tmp_path / "a.csv", [0.5]), jsonl(tmp_path / "a.jsonl", [0.5])
    folder = tmp_path / "parts"
    folder.mkdir()
    csv(folder / "a.csv", [0.5])
    csv(folder / "b.csv", [1.5])
    parts = DuckDBScanner.open(folder, "parts")
    stored = parquet(tmp_path / "a.parquet", "i / 2")
    found = [each.written for each in (one, lines, parts, stored)]
    assert found == [{"v": False}, {"v": True}, {"v": True}, {}]
    assert written_doubles(one.connection, one.path, one.shown, {"v": "BIGINT"}) == {}
    assert written_doubles(stored.connection, stored.path, stored.shown, types) == {}


def test_decimals_of_more_digits_than_the_engine_has_are_written_otherwise(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    path = tmp_path / "a.parquet"
    column = pa.array([Decimal(10**45 + at) for at in range(3)], pa.decimal256(50, 2))
    pytest.importorskip("pyarrow.parquet").write_table(pa.table({"v": column, "w": [0.5] * 3}), path)
    scanner = DuckDBScanner.open(path, path.name)
    assert scanner.written == {"v": True}
    assert scanner.doubtful(["v", "w"], scanner, ["v", "w"]) == DoubtfulRows(3, 3)
