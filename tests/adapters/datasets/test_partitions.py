"""Parts of one table: columns from folder names, one schema among the files, odd names."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet
import pytest

from mlops_actions.adapters.datasets.opening import open_rows
from mlops_actions.adapters.datasets.rows import column_types, read_columns, refuse_unreadable, write_parquet
from mlops_actions.errors import ConfigError, InputError

if TYPE_CHECKING:
    from pathlib import Path

NAMED = "its folders name the columns"
ENDINGS = (".parquet", ".csv", ".jsonl", ".arrow", ".csv.gz")


def write(path: Path, columns: dict[str, list[Any]]) -> None:
    """A file of the kind that its name says."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    if path.suffix == ".parquet":
        write_parquet(path, columns)
    elif path.suffix == ".arrow":
        pyarrow.feather.write_feather(pa.table(columns), path)
    elif path.suffix == ".jsonl":
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    else:
        text = ",".join(columns) + "\n" + "".join(",".join(map(str, row.values())) + "\n" for row in rows)
        if path.suffix == ".gz":
            import gzip

            path.write_bytes(gzip.compress(text.encode()))
        else:
            path.write_text(text)


def rows_of(path: Path) -> list[tuple[Any, ...]]:
    """All rows in file order."""
    found = read_columns(path, list(column_types(path)))
    return list(zip(*found.values(), strict=True))


@pytest.mark.parametrize("ending", ENDINGS)
def test_folders_are_columns_in_every_format(tmp_path: Path, ending: str) -> None:
    root = tmp_path / "region=nowhere" / "train"  # what stands above the data is no column
    write(root / "year=2024" / "day=2024-05-01" / f"b{ending}", {"a": [3], "t": ["z"]})
    write(root / "year=2023" / "day=2023-01-02" / f"a{ending}", {"a": [1, 2], "t": ["x", "y"]})
    assert column_types(root) == {"a": "integer", "t": "string", "year": "integer", "day": "date"}
    assert rows_of(root) == [
        (1, "x", 2023, "2023-01-02"),
        (2, "y", 2023, "2023-01-02"),
        (3, "z", 2024, "2024-05-01"),
    ]
    assert rows_of(root / "year=2023/*/*") == [(1, "x", "2023-01-02"), (2, "y", "2023-01-02")]
    single = root / "year=2024" / "day=2024-05-01" / f"b{ending}"
    assert rows_of(single) == [(3, "z")]


def test_values_of_folders_are_typed_by_all_of_them(tmp_path: Path) -> None:
    values = {"n=1": 1, "n=x%20y": 2, "n=__HIVE_DEFAULT_PARTITION__": 3}
    for folder, value in values.items():
        write(tmp_path / "p" / folder / "a.parquet", {"a": [value]})
    assert sorted(rows_of(tmp_path / "p"), key=str) == [(1, "1"), (2, "x y"), (3, None)]
    (tmp_path / "p" / "n=x%20y" / "a.parquet").unlink()
    assert column_types(tmp_path / "p")["n"] == "integer"
    write(tmp_path / "d" / "day=2024-02-30" / "a.parquet", {"a": [1]})
    assert column_types(tmp_path / "d")["day"] == "string"


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [
        ("n=1/a.csv", "m=1/b.csv", f"data/n=1/a.csv: {NAMED} n; those of data/m=1/b.csv: m"),
        ("n=1/a.csv", "b.csv", f"data/n=1/a.csv: {NAMED} n; those of data/b.csv: none"),
        ("n=1/N=2/a.csv", "n=1/N=3/b.csv", "data/n=1/N=2/a.csv: the folders name the column 'n' twice"),
        ("a=1/a.csv", "a=2/b.csv", "data/a=1/a.csv: its folders give the column 'a', and so does the file"),
    ],
)  # fmt: skip
def test_folders_that_do_not_agree(tmp_path: Path, first: str, second: str, message: str) -> None:
    for name in (first, second):
        write(tmp_path / "data" / name, {"a": [1]})
    with pytest.raises(InputError) as caught:
        column_types(tmp_path / "data", "data")
    assert caught.value.message == message
    assert caught.value.hint


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize(
    ("other", "message"),
    [
        ({"a": [2]}, "no column 't', which data/1{} has"),
        ({"a": [2], "t": ["x"], "u": [1]}, "column 'u', which data/1{} has not"),
        ({"a": [2], "u": ["x"]}, "no column 't', which data/1{} has"),
        ({"t": ["x"], "a": [2]}, "the columns of data/1{} in another order"),
        ({"a": ["SECRET"], "t": ["x"]}, "column 'a'"),
    ],
)
def test_parts_with_other_columns_are_told_by_file_and_column(
    tmp_path: Path, ending: str, other: dict[str, list[Any]], message: str
) -> None:
    write(tmp_path / "data" / f"1{ending}", {"a": [1, 2], "t": ["x", "y"]})
    write(tmp_path / "data" / f"2{ending}", other)
    if ending == ".jsonl" and "SECRET" not in str(other):
        assert len(rows_of(tmp_path / "data")) == 3  # an object has no order and may leave names out
        return
    if ".csv" in ending and "SECRET" in str(other):
        assert [row[0] for row in rows_of(tmp_path / "data")] == ["1", "2", "SECRET"]  # CSV says no type
        return
    with pytest.raises(InputError) as caught:
        refuse_unreadable(tmp_path / "data", "data")
    assert str(caught.value.location).startswith(f"data/2{ending}")
    assert caught.value.message.startswith(message.format(ending))
    assert "SECRET" not in str(caught.value)


def test_numbers_and_empty_columns_of_texts_are_widened(tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    rows = ("1,,x\n", "1.5,2,\n", "2,3.5,y\n", "")
    for name, text in enumerate(f"a,b,c\n{each}" for each in rows):
        (tmp_path / "p" / f"{name}.csv").write_text(text)
    assert column_types(tmp_path / "p") == {"a": "number", "b": "number", "c": "string"}
    assert rows_of(tmp_path / "p") == [(1.0, None, "x"), (1.5, 2.0, None), (2.0, 3.5, "y")]


def test_another_delimiter_in_one_part(tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "1.csv").write_text("a,b\n1,2\n")
    (tmp_path / "p" / "2.csv").write_text("a;b\n1;2\n")
    with pytest.raises(InputError, match=r"^p/2.csv:1: another delimiter than in p/1.csv"):
        column_types(tmp_path / "p", "p")


def test_a_word_in_one_part_makes_the_column_text_wherever_it_stands(tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "1.csv").write_text("a,b\n1,2\n")
    rows = ["1,2\n"] * 30_000
    for lines in ([*rows, "word,3\n"], ["word,3\n", *rows]):
        (tmp_path / "p" / "2.csv").write_text("a,b\n" + "".join(lines))
        assert column_types(tmp_path / "p") == {"a": "string", "b": "integer"}


PARTS = (
    ("10000", "99999"), ("00501", "06999"), ("1.10", "2.5"), ("word", "7"), ("true", "FALSE"),
    ("2024-05-01", "2024-05-02"), ("2024-05-01 10:00:00", "2024-05-02"), ("2024-05-01T10:00:00+02:00", ""),
    ("inf", "-inf"), ("", ""), ("NaN", "7"), ("1e3", "1"), ("123456789012345678901", "1"), ("10:30", "11:15"),
    ("1", "0"), ("infinity", ""), ("1", "06999"),
)  # fmt: skip


@pytest.mark.parametrize("ending", [".csv", ".csv.gz"])
def test_a_columns_type_is_that_of_all_rows_wherever_parts_are_cut(tmp_path: Path, ending: str) -> None:
    pairs = {f"{at}/{to}": (one, two) for at, one in enumerate(PARTS) for to, two in enumerate(PARTS)}
    for place in (0, 1):
        write(tmp_path / "p" / f"{place}{ending}", {name: list(both[place]) for name, both in pairs.items()})
    write(tmp_path / f"one{ending}", {name: [*one, *two] for name, (one, two) in pairs.items()})
    parts, one = tmp_path / "p", tmp_path / f"one{ending}"
    kinds = column_types(one)
    assert column_types(parts) == kinds
    alike = [name for name, kind in kinds.items() if kind != "timestamp"]  # a zone may be made up of one file
    assert str(read_columns(parts, alike)) == str(read_columns(one, alike))


def test_times_with_a_zone_in_one_part_alone_have_one_in_all(tmp_path: Path) -> None:
    write(tmp_path / "p" / "1.csv", {"a": ["2024-05-01 10:00:00"]})
    write(tmp_path / "p" / "2.csv", {"a": ["2024-05-01T10:00:00+02:00"]})
    found = open_rows(tmp_path / "p", "p").execute("DESCRIBE rows").fetchall()
    assert [row[1] for row in found] == ["TIMESTAMP WITH TIME ZONE"]


def test_a_bad_line_is_told_in_its_part(tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "1.csv").write_text("a,b\n" + "1,2\n" * 30_000)
    (tmp_path / "p" / "2.csv").write_text("a,b\n" + "1,2\n" * 30_000 + "SECRET\n")
    with pytest.raises(InputError, match=r"^p/2.csv:30002: 1 field; the header has 2") as caught:
        refuse_unreadable(tmp_path / "p", "p")
    assert "SECRET" not in str(caught.value)
    (tmp_path / "p" / "1.csv").write_text("a,b\n1,2\n1,2,3\n")
    with pytest.raises(InputError, match=r"^p/1.csv:3: 3 fields; the header has 2"):
        refuse_unreadable(tmp_path / "p", "p")


ODD = (
    "it's.csv",
    'a "b".csv',
    "new\nline.csv",
    "[ab].csv",
    "a*.csv",
    "a?.csv",
    "a;b.csv",
    "{x}.csv",
    "a\\b.csv",
    "é ü.csv",
)


@pytest.mark.parametrize("name", ODD)
def test_odd_names_name_themselves_and_nothing_else(tmp_path: Path, name: str) -> None:
    for other in ("a.csv", "b.csv", "ax.csv", "x.csv"):
        (tmp_path / other).write_text("v\n0\n")
    (tmp_path / name).write_text("v\n1\n")
    assert rows_of(tmp_path / name) == [(1,)]


def test_all_of_them_together_and_as_folders(tmp_path: Path) -> None:
    for place, name in enumerate(ODD):
        folder = tmp_path / "p" / f"k={name.removesuffix('.csv')}"
        folder.mkdir(parents=True)
        (folder / name).write_text(f"v\n{place}\n")
        write_parquet(tmp_path / "q" / folder.name / name.replace(".csv", ".parquet"), {"v": [place]})
    expected = {(place, name.removesuffix(".csv")) for place, name in enumerate(ODD)}
    assert set(rows_of(tmp_path / "p")) == expected
    assert set(rows_of(tmp_path / "q")) == expected


def test_a_second_view_has_its_own_partitions(tmp_path: Path) -> None:
    write(tmp_path / "one" / "k=1" / "a.parquet", {"a": [1]})
    write(tmp_path / "two" / "k=2" / "a.arrow", {"a": [2]})
    connection = open_rows(tmp_path / "one", "one")
    open_rows(tmp_path / "two", "two", connection, "others")
    found = connection.execute("SELECT * FROM rows UNION ALL SELECT * FROM others ORDER BY a").fetchall()
    assert found == [(1, 1), (2, 2)]


def test_parquet_written_in_two_ways_is_alike_and_other_types_are_not(tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    duckdb.execute(f"COPY (SELECT 1::BIGINT AS a) TO '{tmp_path}/p/1.parquet' (FORMAT parquet)")
    pa.parquet.write_table(pa.table({"a": pa.array([2], pa.int64())}), tmp_path / "p" / "2.parquet")
    assert rows_of(tmp_path / "p") == [(1,), (2,)]
    pa.parquet.write_table(pa.table({"a": pa.array([2.5])}), tmp_path / "p" / "3.parquet")
    with pytest.raises(InputError, match=r"^p/3.parquet: column 'a' is DOUBLE; in p/1.parquet it is BIGINT"):
        column_types(tmp_path / "p", "p")


def test_no_part(tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    with pytest.raises(ConfigError, match=r"^p/\*.csv: no file matches"):
        open_rows(tmp_path / "p" / "*.csv", "p/*.csv")


def test_folders_of_a_declared_text_are_as_they_are_written(tmp_path: Path) -> None:
    for code in ("0100", "1000"):
        write_parquet(tmp_path / "p" / f"code={code}" / "x.parquet", {"a": [1]})
    assert open_rows(tmp_path / "p", "p").execute("SELECT code FROM rows").fetchall() == [(100,), (1000,)]
    rows = open_rows(tmp_path / "p", "p", texts={"code"})
    assert rows.execute("SELECT code FROM rows").fetchall() == [("0100",), ("1000",)]
