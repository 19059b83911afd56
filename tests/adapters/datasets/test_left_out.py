"""Copies of training data without a few of its rows: the rest is as it was, whatever the format."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from mlops_actions.adapters.datasets.left_out import leave_out
from mlops_actions.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path


def test_parquet_keeps_order_types_index_and_categories(tmp_path: Path) -> None:
    table = pd.DataFrame(
        {
            "x": range(200),
            "kind": pd.Categorical(list("ab") * 100),
            "at": pd.date_range("2020", periods=200),
            "part": pd.Series([1.5, None] * 100, dtype="float32"),
        },
        index=[f"r{row}" for row in range(200)],
    )
    table.to_parquet(tmp_path / "train.parquet")
    made = leave_out([tmp_path / "train.parquet"], tmp_path / "made", 0.05, 7)
    assert (made.paths, made.rows) == ((tmp_path / "made" / "train.parquet",), 10)
    kept = pd.read_parquet(made.paths[0])
    assert len(kept) == 190
    pd.testing.assert_frame_equal(kept, table.loc[kept.index])
    again = leave_out([tmp_path / "train.parquet"], tmp_path / "again", 0.05, 7)
    assert pd.read_parquet(again.paths[0]).index.equals(kept.index)
    other = leave_out([tmp_path / "train.parquet"], tmp_path / "other", 0.05, 8)
    assert not pd.read_parquet(other.paths[0]).index.equals(kept.index)


def test_a_plain_index_of_pandas_stays_plain(tmp_path: Path) -> None:
    pd.DataFrame({"x": range(40)}).to_parquet(tmp_path / "train.parquet")
    made = leave_out([tmp_path / "train.parquet"], tmp_path / "made", 0.05, 0)
    kept = pd.read_parquet(made.paths[0])
    assert (list(kept.columns), list(kept.index)) == (["x"], list(range(38)))


RECORDS = [f'{row},"a ""quoted""\r\nand broken text",{row}.50\r\n' for row in range(100)]


@pytest.mark.parametrize("name", ["train.csv", "train.csv.gz"])
def test_csv_keeps_every_byte_of_the_other_records(tmp_path: Path, name: str) -> None:
    head = "\ufeffid,said,paid\r\n"
    content = (head + "".join(RECORDS[:50]) + "\r\n" + "".join(RECORDS[50:])).encode()
    packed = name.endswith(".gz")
    (tmp_path / name).write_bytes(gzip.compress(content) if packed else content)
    made = leave_out([tmp_path / name], tmp_path / "made", 0.05, 1)
    left = made.paths[0].read_bytes()
    text = (gzip.decompress(left) if packed else left).decode()
    gone = [record for record in RECORDS if record not in text]
    assert (made.rows, len(gone), made.paths[0].name) == (5, 5, name)
    assert text.startswith(head)
    whole = content.decode()
    for record in gone:
        whole = whole.replace(record, "")
    assert text == whole


def test_json_lines(tmp_path: Path) -> None:
    lines = [f'{{"x": {row}}}\n' for row in range(30)]
    (tmp_path / "train.jsonl").write_text("".join(lines))
    made = leave_out([tmp_path / "train.jsonl"], tmp_path / "made", 0.05, 1)
    kept = made.paths[0].read_text().splitlines(keepends=True)
    assert (made.rows, len(kept)) == (2, 28)
    assert kept == [line for line in lines if line in kept]


def test_a_folder_keeps_its_paths_and_its_other_files(tmp_path: Path) -> None:
    folder = tmp_path / "train"
    (folder / "deep").mkdir(parents=True)
    (folder / "a.csv").write_text("x\n1\n2\n3\n")
    (folder / "deep" / "b.csv").write_text("x\n1\n2\n")
    (folder / "deep" / "one.csv").write_text("x\n1\n")
    (folder / "picture.png").write_bytes(b"\x89PNG")
    made = leave_out([folder], tmp_path / "made", 0.05, 1)
    assert made.rows == 2
    place = made.paths[0]
    assert place == tmp_path / "made" / "train"
    counts = {str(file.relative_to(place)): file.read_bytes().count(b"\n") for file in place.rglob("*.csv")}
    assert counts == {"a.csv": 3, "deep/b.csv": 2, "deep/one.csv": 2}
    assert (place / "picture.png").read_bytes() == b"\x89PNG"


@pytest.mark.parametrize("name", ["train.bin", "train.csv.zst", "train.csv"])
def test_where_no_row_can_be_left_out_it_says_so(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("x\n1\n")
    with pytest.raises(InputError, match="no row can be left out of its 1 files") as caught:
        leave_out([tmp_path / name], tmp_path / "made", 0.05, 1)
    assert ".parquet, .csv" in str(caught.value.hint)
