"""CSV that is no table: the line, what was seen, and no value of a row."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

from mlops_actions.adapters.datasets.delimited import dialect, is_delimited, misfit
from mlops_actions.adapters.datasets.rows import column_types, read_columns
from mlops_actions.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

GOOD = "id,amount,region\n" + "".join(f"c{row},{row}.5,north\n" for row in range(9))
LATE = "".join(f"c{row},1,north\n" for row in range(25_000))  # beyond what DuckDB looks at first


def written(tmp_path: Path, text: str | bytes, name: str = "x.csv") -> Path:
    """A file of that content."""
    path = tmp_path / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


@pytest.mark.parametrize(
    ("text", "where", "message"),
    [
        (GOOD.replace("c3,3.5,north", "c3,3.5"), "data/x.csv:5", "2 fields; the header has 3"),
        (GOOD.replace("c0,0.5,north", "c0,0.5,a,b"), "data/x.csv:2", "4 fields; the header has 3"),
        (GOOD + LATE + "SECRET,2\n", "data/x.csv:25011", "2 fields; the header has 3"),
        (GOOD.replace("c3,", '"c\n3",', 1).replace("c5,", "", 1), "data/x.csv:8", "2 fields; the header"),
        (GOOD.replace("c3,", '"c3,'), "data/x.csv:5", "quotes: unexpected end of data"),
        (GOOD.replace("c3,", '"c"3,'), "data/x.csv:5", "quotes: ',' expected after '\"'"),
        ('"id,amount\n1,2\n', "data/x.csv:1", "quotes: unexpected end of data"),
        ("id,amount,id\n1,2,3\n", "data/x.csv:1", "the column name 'id' stands twice"),
        ("id,,b\n1,2,3\n", "data/x.csv:1", "column 2 has no name"),
        (GOOD.encode().replace(b"c3", b"SECR\xe9T"), "data/x.csv:5", "byte 0xe9 (byte 5 of the line) is not"),
        (GOOD + LATE + "c,SECRET,n\n", "data/x.csv:25011", "column 'amount': a value that is no DOUBLE"),
    ],
)  # fmt: skip
def test_content_that_is_no_table(tmp_path: Path, text: str | bytes, where: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        read_columns(written(tmp_path, text), ["amount"], "data/x.csv")
    problem = caught.value.problems[0]
    assert str(problem.location) == where
    assert problem.message.startswith(message)
    assert problem.hint
    assert "SECR" not in str(problem)


@pytest.mark.parametrize("text", ["", "\n", "\n\n\n"])
def test_a_file_without_a_header(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError, match=r"x.csv: no bytes, or no header"):
        column_types(written(tmp_path, text))


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_the_header_says_the_delimiter(tmp_path: Path, sign: str) -> None:
    path = written(tmp_path, GOOD.replace(",", sign))
    assert column_types(path) == {"id": "string", "amount": "number", "region": "string"}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("a\n1\n2\n", "x.csv"),
        ("\ufeffa\n1\n2\n", "x.csv"),
        ("a\r\n1\r\n2\r\n", "x.csv"),
        ('"a"\n1\n\n2\n', "x.csv"),
        ("a\n1\n2\n", "x.tsv"),
        (gzip.compress(b"a\n1\n2\n", mtime=0), "x.csv.gz"),
    ],
)
def test_one_column_byte_order_mark_windows_lines_and_gzip(
    tmp_path: Path, text: str | bytes, name: str
) -> None:
    assert [value for value in read_columns(written(tmp_path, text, name), ["a"])["a"] if value] == [1, 2]


def test_commas_stay_inside_a_tsv_and_text_stays_text_that_looks_like_a_comment(tmp_path: Path) -> None:
    path = written(tmp_path, "a\tb\n#1,2\tx\n", "x.tsv")
    assert read_columns(path, ["a", "b"]) == {"a": ["#1,2"], "b": ["x"]}


def test_compressed_files_are_looked_into(tmp_path: Path) -> None:
    ragged = gzip.compress(GOOD.replace("c3,3.5,north", "c3,3.5").encode())
    with pytest.raises(InputError, match=r"x.csv.gz:5: 2 fields; the header has 3"):
        column_types(written(tmp_path, ragged, "x.csv.gz"))
    with pytest.raises(InputError, match=r"y.csv.gz: cannot be read: Not a gzipped file"):
        column_types(written(tmp_path, "a\n1\n", "y.csv.gz"))


def test_zstandard_is_left_to_the_reader(tmp_path: Path) -> None:
    path = written(tmp_path, b"\x00", "x.csv.zst")
    assert is_delimited(path)
    assert "delim" not in dialect(path, "x")
    assert misfit(path, "x") is None
    assert not is_delimited(tmp_path / "x.parquet")
