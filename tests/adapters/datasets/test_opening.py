"""Data files that cannot be read: what was seen, what is allowed, a next step; nothing else is reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import pytest

from mlops_actions.adapters.datasets.opening import open_rows, quoted
from mlops_actions.adapters.datasets.presence import refuse_pointer
from mlops_actions.adapters.datasets.rows import column_names, read_columns, write_parquet
from mlops_actions.errors import ConfigError, InputError

if TYPE_CHECKING:
    from pathlib import Path

LFS = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"


def told(path: Path) -> str:
    """What is said when the file is opened as data/<name>."""
    with pytest.raises((ConfigError, InputError)) as caught:
        column_names(path, f"data/{path.name}")
    assert caught.value.hint
    return str(caught.value)


def test_absent_files_and_folders(tmp_path: Path) -> None:
    write_parquet(tmp_path / "train.parquet", {"a": [1]})
    (tmp_path / "folder.parquet").mkdir()
    (tmp_path / "pulled.parquet.dvc").write_text("outs: []")
    assert told(tmp_path / "trian.parquet") == (
        "data/trian.parquet: no such file. Did you mean 'train.parquet'? Paths are relative to mlops.yaml."
    )
    assert told(tmp_path / "none" / "x.parquet").endswith("no such file. Paths are relative to mlops.yaml.")
    assert told(tmp_path / "folder.parquet").startswith("data/folder.parquet: no data file is in this folder")
    assert told(tmp_path / "pulled.parquet").startswith("data/pulled.parquet: only its DVC file is here")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("x.parquet", b"", "data/x.parquet: cannot be read: its 0 bytes do not begin with PAR1"),
        ("x.parquet", b"id,a\n1,2\n", "data/x.parquet: cannot be read: its 9 bytes do not begin with PAR1"),
        ("x.parquet", b"PAR1" + bytes(90), "data/x.parquet: cannot be read: cut off after 94 bytes"),
        ("x.parquet", b"PAR1" + bytes(90) + b"PAR1", "data/x.parquet: cannot be read: "),
        ("x.parquet", LFS.encode(), "data/x.parquet: a Git LFS pointer, not the data"),
        ("x.csv", LFS.encode(), "data/x.csv: a Git LFS pointer, not the data"),
        ("x.xlsx", b"PK", "data/x.xlsx: unknown kind of file; allowed: .parquet, .csv, .tsv, "),
        ("x.jsonl", b'{"a": 1}\n{"a": \n{"a": 2}\n', "data/x.jsonl:2: no JSON at character 7"),
        (
            "x.jsonl",
            b'{"a": 1}\n' * 30_000 + b'{"a": "SECRET"}\n',
            "data/x.jsonl:30001: column 'a': a text; in line 1 it is a number",
        ),
    ],
)  # fmt: skip
def test_content_that_cannot_be_read(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises((ConfigError, InputError)) as caught:
        read_columns(path, ["a"], f"data/{name}")
    said = str(caught.value)
    assert said.startswith(message)
    assert caught.value.hint
    assert "SECRET" not in said
    assert str(tmp_path) not in said


def test_a_parquet_file_cut_short_and_one_damaged_inside(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    write_parquet(path, {"a": [f"value {row}" for row in range(2000)]})
    data = path.read_bytes()
    path.write_bytes(data[:-20])
    assert f"cut off after {len(data) - 20:,} bytes, PAR1 is missing at its end" in told(path)
    path.write_bytes(data[:8] + bytes(byte ^ 0xFF for byte in data[8:400]) + data[400:])
    with pytest.raises(InputError, match=r"x.parquet: column 'a': cannot be read: its content is damaged"):
        read_columns(path, ["a"])


def test_a_pointer_is_only_refused_where_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a\n" + LFS)
    refuse_pointer(path, "x.csv")
    (tmp_path / "x.csv.dvc").write_text("outs: []")
    refuse_pointer(path, "x.csv")


def test_odd_names_are_names(tmp_path: Path) -> None:
    path = tmp_path / "it's; DROP.csv"
    path.write_text('"a ""b""",c\n1,2\n')
    connection = open_rows(path, "x")
    name = quoted('a "b"')
    assert connection.execute(f"SELECT {name} FROM rows").fetchall() == [(1,)]


def test_python_variables_are_out_of_reach(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a\n1\n")
    secret = [1]
    with pytest.raises(duckdb.Error, match="secret"):
        open_rows(path, "x").execute("SELECT * FROM secret")
    assert secret == [1]
