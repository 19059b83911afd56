"""Files of another kind that are named as text: what they are, and what to do."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import pickle
import zipfile
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet
import pytest

from mlops_actions.adapters.datasets.rows import column_types
from mlops_actions.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

TEXT = b"a,b\n" + b"1,2\n" * 300
TABLE = pa.table({"a": [1], "b": [2]})


def zipped(name: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr(name, TEXT)
    return out.getvalue()


def of_arrow(kind: str) -> bytes:
    out = io.BytesIO()
    if kind == "parquet":
        pa.parquet.write_table(TABLE, out)
        return out.getvalue()
    made = pa.ipc.new_file if kind == "file" else pa.ipc.new_stream
    with made(out, TABLE.schema) as file:
        file.write_table(TABLE)
    return out.getvalue()


@pytest.mark.parametrize("name", ["x.csv", "x.jsonl", "x.TSV"])
@pytest.mark.parametrize(
    ("content", "what", "hint"),
    [
        (gzip.compress(TEXT), "gzip", "Unpack it, or name it {}.gz."),
        (bz2.compress(TEXT), "bzip2", "Unpack it."),
        (lzma.compress(TEXT), "xz", "Unpack it."),
        (zipped("x.csv"), "a zip archive", "Unpack it."),
        (zipped("xl/workbook.xml"), "a workbook of Excel (.xlsx)", "Write the table as CSV or Parquet."),
        (of_arrow("parquet"), "Parquet", "Name it x.parquet."),
        (of_arrow("file"), "Arrow", "Name it x.arrow."),
        (of_arrow("stream"), "a stream of Arrow, or no text", "Name it x.arrow."),
        (pickle.dumps([1], protocol=4), "a pickle of Python", "Write the table as CSV or Parquet."),
    ],
    ids=["gzip", "bzip2", "xz", "zip", "xlsx", "parquet", "arrow", "stream", "pickle"],  # bytes hold a time
)
def test_what_it_is_instead(tmp_path: Path, name: str, content: bytes, what: str, hint: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError) as caught:
        column_types(tmp_path / name, f"data/{name}")
    suffix = name[1:].lower()
    assert str(caught.value) == (
        f"data/{name}: cannot be read: its bytes are {what}, no {suffix} text. {hint.format(name)}"
    )


def test_zstandard(tmp_path: Path) -> None:
    rows = f"(SELECT 1 AS a) TO '{tmp_path / 'x.csv'}'"
    duckdb.execute(f"COPY {rows} (FORMAT csv, COMPRESSION zstd)")
    with pytest.raises(InputError, match=r"its bytes are Zstandard, no \.csv text"):
        column_types(tmp_path / "x.csv")


@pytest.mark.parametrize("head", ["PK", "PAR1", "ARROW1", "BZh9", "SQLite format", "\ufeffa"])
def test_a_text_may_begin_alike(tmp_path: Path, head: str) -> None:
    (tmp_path / "x.csv").write_text(f"{head},b\n1,2\n")
    assert list(column_types(tmp_path / "x.csv")) == [head.removeprefix("\ufeff"), "b"]
