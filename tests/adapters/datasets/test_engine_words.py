"""No cell of a file is in an error: planted in each kind of damage, and in all that an engine could say."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet
import pytest

from mlops_actions.adapters.datasets import kpi_child, opening, read_arrow
from mlops_actions.adapters.datasets.engine_words import converted_in, line_in, our_own, words_for
from mlops_actions.adapters.datasets.frames import open_frame, write_frame
from mlops_actions.adapters.datasets.rows import read_columns, refuse_unreadable
from mlops_actions.adapters.datasets.scanner import DuckDBScanner
from mlops_actions.adapters.datasets.text_lines import RecordError, lines_of
from mlops_actions.errors import MlopsError
from mlops_actions.stages.evaluation_data import _numbers, _values
from mlops_actions.stages.scan import profile_columns

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PLANTED = "anna.smith@example.com"
MORE = f"{PLANTED} IBAN DE89370400440532013000"
MANY = "\n".join(str(row) for row in range(30_000))


def not_utf8(path: Path, texts: Any) -> None:
    """Parquet whose texts are no UTF-8."""
    data = pa.array([each.encode() + b" \xff " for each in texts], pa.binary())
    pa.parquet.write_table(pa.table({"id": range(len(texts)), "mail": data.view(pa.string())}), path)


def refused(read: Callable[[], object]) -> str:
    """All that is told."""
    with pytest.raises(MlopsError) as caught:
        read()
    told = f"{caught.value}{caught.value.hint}{caught.value.message}"
    assert "anna" not in told
    assert "DE89" not in told
    assert "Original Line" not in told
    return str(caught.value)


def whole(path: Path) -> None:
    """Opened, read and profiled, as validation does."""
    scanner = DuckDBScanner.open(path, path.name)
    profile_columns(scanner)
    scanner.repeats(list(scanner.kinds))
    scanner.sample(list(scanner.kinds), 10, 0)


def told_of(path: Path) -> str:
    """What is told of a file, if anything is."""
    said = ""
    try:
        whole(path)
    except MlopsError as error:
        said = f"{error}{error.hint}"
    assert "anna" not in said
    assert "DE89" not in said
    return said


def test_parquet_that_is_not_utf8_names_the_column(tmp_path: Path) -> None:
    path = tmp_path / "train.parquet"
    not_utf8(path, [MORE] * 3)
    wanted = "train.parquet: column 'mail': cannot be read: a text that is not UTF-8. Write the file anew."
    for read in (lambda: whole(path), lambda: read_columns(path, ["mail"], path.name)):
        assert refused(read) == wanted


def test_of_several_parts_the_one_that_is_broken(tmp_path: Path) -> None:
    folder = tmp_path / "train"
    folder.mkdir()
    good = pa.table({"id": pa.array([1], pa.int64()), "mail": ["x"]})
    pa.parquet.write_table(good, folder / "a.parquet")
    not_utf8(folder / "b.parquet", [MORE])
    assert refused(lambda: whole(folder)).startswith("train/b.parquet: column 'mail': cannot be read: ")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("x.csv", f"a\n{MANY}\n{MORE}\n"),
        ("x.csv", f"a,b\n{MANY.replace(chr(10), ',1' + chr(10))},1\n{MORE}\n"),
        ("x.csv", f"a,b\n1,2\n{MORE},2,3\n"),
        ("x.csv", f'a,b\n1,2\n"{MORE},2\n'),
        ("x.csv", f'a,b\n1,"{MORE}"x,2\n'),
        ("x.csv", f"a,b\n1,{MORE * 60_000}\n"),
        ("x.csv", f"d\n2020-01-01\n{'2020-01-02' + chr(10)}{MORE}\n" + "2020-01-03\n" * 30_000 + f"{MORE}\n"),
        ("x.csv", f"{MANY}\nError when converting column \"{MORE}\". Could not convert x to '{MORE}'\n"),
        ("x.jsonl", f'{{"a": 1}}\n{{"a": "{MORE}"\n'),
        ("x.jsonl", f'{{"a": 1}}\n["{MORE}"]\n'),
        ("x.jsonl", '{"a": 1}\n' * 30_000 + f'{{"a": "{MORE}"}}\n'),
        ("x.jsonl", f'{{"a": "{MORE}"}}\n{{"a": {{"b": 1}}}}\n'),
    ],
)
@pytest.mark.parametrize("packed", ["", ".gz", ".zst"])
def test_text_files(tmp_path: Path, name: str, text: str, packed: str) -> None:
    path = tmp_path / f"{name}{packed}"
    path.write_bytes(gzip.compress(text.encode()) if packed == ".gz" else text.encode())
    if packed == ".zst":
        path.write_bytes(pa.compress(text.encode(), codec="zstd", asbytes=True))
    told_of(path)


def test_damage_anywhere_in_parquet_and_arrow(tmp_path: Path) -> None:
    table = pa.table({"mail": [f"{row}{MORE}" for row in range(300)], "n": range(300)})
    parquet, arrow = tmp_path / "x.parquet", tmp_path / "x.arrow"
    pa.parquet.write_table(table, parquet, compression="none", use_dictionary=False)
    with pa.ipc.new_file(str(arrow), table.schema) as out:
        out.write_table(table, max_chunksize=100)
    random = np.random.default_rng(0)
    told = 0
    for path in (parquet, arrow):
        whole_file = path.read_bytes()
        for _ in range(25):
            data, at = bytearray(whole_file), int(random.integers(8, len(whole_file) - 60))
            data[at : at + 40] = bytes(byte ^ 0xFF for byte in data[at : at + 40])
            path.write_bytes(data)
            told += bool(told_of(path))
    assert told > 10


ERRORS = (
    duckdb.ConversionException, duckdb.OutOfRangeException, duckdb.InvalidInputException, duckdb.IOException,
    duckdb.InternalException, duckdb.SerializationException, duckdb.BinderException, duckdb.ParserException,
    duckdb.NotImplementedException, duckdb.DataError, duckdb.Error, duckdb.TypeMismatchException,
)  # fmt: skip
CONVERTED = f'Error when converting column "a". Could not convert string "{MORE}" to \'BIGINT\''
TEXTS = (
    MORE,
    f'Invalid string encoding found in Parquet file "x": value "{MORE}" is not valid UTF8!',
    f"Could not convert string '{MORE}' to INT64",
    f"CSV Error on Line: 3\nOriginal Line: {MORE}\n{CONVERTED}",
    f"CSV Error on Line: 3\nOriginal Line: {MORE}\nError when converting column \"{MORE}\". x to '{MORE}'",
    f'Malformed JSON in file "x", at byte 3 in line 2: {MORE}',
    f"Overflow in cast of {MORE}",
    f"in line 4111111111111111: {MORE}",
    f"{MORE}: No magic bytes",
)


@pytest.mark.parametrize("kind", ERRORS)
@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("name", ["x.csv", "x.jsonl", "x.parquet", "x.arrow"])
def test_whatever_duckdb_says_it_is_not_passed_on(
    tmp_path: Path, kind: type[Exception], text: str, name: str
) -> None:
    path = tmp_path / name
    contents = {"x.csv": "a\n1\n", "x.jsonl": '{"a": 1}\n'}
    path.write_text(contents.get(name, ""))
    if name == "x.parquet":
        pa.parquet.write_table(pa.table({"a": [1]}), path)

    def read() -> None:
        with opening.reading(path, name):
            raise kind(text)

    assert "4111" not in refused(read)


@pytest.mark.parametrize("text", TEXTS)
def test_nor_what_pyarrow_says(text: str) -> None:
    def read() -> None:
        with read_arrow.arrow_errors("x.arrow"):
            raise pa.ArrowInvalid(text)

    assert refused(read).startswith("x.arrow: cannot be read: ")


def test_a_cell_that_reads_like_an_error_changes_nothing() -> None:
    error = duckdb.ConversionException(
        "Conversion Error: Could not convert string 'it is encrypted' to INT64"
    )
    assert words_for(error) == "a value that is not of its column's type"
    assert line_in(duckdb.Error("Invalid Input Error: CSV Error on Line: 12\nOriginal Line: 3"), ()) == 12
    assert line_in(duckdb.Error("Invalid Input Error: x\nOriginal Line: CSV Error on Line: 77"), ()) is None
    said = duckdb.Error(
        'CSV Error\nError when converting column "a". Could not convert string "x" to \'BIGINT\''
    )
    assert converted_in(said, ("a", "b")) == ("a", "BIGINT")
    assert converted_in(said, ("b",)) is None


def test_the_child_of_a_kpi(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    not_utf8(path, [MORE])
    connection = kpi_child.connect(500_000_000)
    request = {"expression": "length(mail)", "columns": ["mail"], "parquet": str(path)}
    header, _ = kpi_child.answer(
        connection, {**request, "expression": "CASE WHEN mail = 'x' THEN 1 ELSE 0 END"}
    )
    assert "anna" not in json.dumps(header)
    assert header["input"].endswith("x.parquet: cannot be read: a text that is not UTF-8")


def test_frames(tmp_path: Path) -> None:
    bad = pa.array([MORE.encode() + b"\xff"], pa.binary()).view(pa.string())
    said = refused(lambda: write_frame(pa.table({"mail": bad}), tmp_path / "x.parquet", "frame"))
    assert said.startswith("frame: column 'mail': cannot be read: a text that is not UTF-8.")
    wild = pa.StringArray.from_buffers(
        2, pa.py_buffer(np.array([0, 2**30, 1], "int32").tobytes()), pa.py_buffer(b"x")
    )
    assert refused(lambda: open_frame(pa.table({"t": wild}))).startswith(
        "frame: column 't': cannot be read: "
    )


def test_answers_and_labels_that_are_no_numbers() -> None:
    order = np.arange(2)
    assert refused(lambda: _numbers([0.5, MORE], order, "p.csv", "score")) == (
        "p.csv: score: no number in data row 2; numbers are allowed."
    ).rstrip(".")
    assert refused(lambda: _values([1, MORE], "e.csv", "y")).startswith(
        "e.csv: 'y': no number in data row 2; "
    )


def test_packed_lines(tmp_path: Path) -> None:
    path = tmp_path / "x.csv.gz"
    path.write_bytes(MORE.encode())
    refused(lambda: refuse_unreadable(path, path.name))
    packed = tmp_path / "x.csv.zst"
    packed.write_bytes(pa.compress(MORE.encode() * 250_000, codec="zstd", asbytes=True)[:-3])
    with pytest.raises((MlopsError, RecordError)) as caught, lines_of(packed) as lines:
        list(lines)
    assert "anna" not in str(caught.value)


@pytest.mark.parametrize(
    "sql", ["SELECT isinf('a'::BLOB) FROM rows", "SELECT nothing FROM rows", "SELEC 1", "SELECT f(1)"]
)
def test_a_query_of_ours_blames_no_file(tmp_path: Path, sql: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(MlopsError, match=r"x: DuckDB .* refuses a query over it") as caught:
        DuckDBScanner.open(path, "x").ask(sql)
    assert (type(caught.value), caught.value.exit_code) == (MlopsError, 70)
    assert "please report it" in str(caught.value)
    assert "damaged" not in str(caught.value)


def test_errors_of_content_are_not_ours() -> None:
    for kind in (duckdb.InvalidInputException, duckdb.IOException, duckdb.ConversionException, ValueError):
        assert our_own(kind("x"), "x") is None
    assert words_for(duckdb.InvalidInputException("JSON exceeds maximum recursion depth of 128")) == (
        "objects in objects, more than 128 deep"
    )
