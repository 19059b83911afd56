"""CSV that is no table: the line, what was seen, and no value of a row."""

from __future__ import annotations

import gzip
import random
from typing import TYPE_CHECKING

import duckdb
import pytest

from mlops_actions.adapters.datasets.delimited import is_delimited
from mlops_actions.adapters.datasets.opening import open_rows, reading
from mlops_actions.adapters.datasets.rows import column_names, column_types, read_columns, refuse_unreadable
from mlops_actions.adapters.datasets.scanner import DuckDBScanner
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


@pytest.mark.parametrize("text", ["", "\n", "\n\n\n", "\na,b\n1,2\n"])
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


def zipped(tmp_path: Path, text: str) -> Path:
    """A Zstandard file of these lines; DuckDB writes it, Python before 3.14 cannot."""
    path = tmp_path / "x.csv.zst"
    lines = written(tmp_path, text, "lines.txt")
    raw = "header = false, auto_detect = false, delim = '\x01', quote = '', escape = ''"
    duckdb.execute(
        f"COPY (FROM read_csv('{lines}', {raw}, columns = {{'a': 'VARCHAR'}})) TO '{path}' "
        f"(FORMAT csv, COMPRESSION zstd, HEADER false, QUOTE '', ESCAPE '', DELIMITER '\x01')"
    )
    return path


def test_zstandard_is_held_to_the_same(tmp_path: Path) -> None:
    good = zipped(tmp_path, GOOD.replace(",", ";"))
    assert read_columns(good, ["amount"])["amount"] == [row + 0.5 for row in range(9)]
    with pytest.raises(InputError, match=r"x.csv.zst:5: 2 fields; the header has 3"):
        column_types(zipped(tmp_path, GOOD.replace("c3,3.5,north", "c3,3.5")))
    with pytest.raises(
        InputError, match=r"y.csv.zst: cannot be read: Not a Zstandard file. Compress it anew."
    ):
        column_types(written(tmp_path, b"\x00", "y.csv.zst"))
    assert not is_delimited(tmp_path / "x.parquet")


def test_how_a_file_is_mended_is_said_by_its_likely_cause(tmp_path: Path) -> None:
    for text, hint in (
        (",x,y\n0,1,2\n", "pandas writes its index so: write the file with `index=False`."),
        ("id,,y\n0,1,2\n", "Give each column a name of its own."),
        (WIDE + "c,1,2\r\n", "End all lines alike; `dos2unix` does it."),
    ):
        with pytest.raises(InputError) as caught:
            refuse_unreadable(written(tmp_path, text), "data/x.csv")
        assert caught.value.problems[0].hint.endswith(hint)


LONG = "c,1,north\n" * 60_000  # 8 of them: 5 MB
WIDE = "id,x,y\n" + "".join(f"c{row},{row},1\n" for row in range(150))


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (WIDE + "1,2,3,4\n" * 250, 152, "4 fields; the header has 3"),
        (WIDE + "1,2,3,4,5\n", 152, "5 fields; the header has 3"),
        (WIDE + "1,2,3,4,5", 152, "5 fields; the header has 3"),
        ("id,x,y\n" + "1,2,3,4\n" * 250, 2, "4 fields; the header has 3"),
        ("id,x,y\n" + "1,2\n" * 250, 2, "2 fields; the header has 3"),
        ("Report of 2024\n" + WIDE, 2, "3 fields; the header has 1"),
        ("Report of 2024\n" + WIDE.replace(",", ";"), 2, "3 fields (delimiter ';'); the header has 1"),
        ("id,x,y\n" + LONG + "c,1\n" + LONG * 7, 60_002, "2 fields; the header has 3"),
        (WIDE + "c,1,2\r\n", 152, r"the line ends with '\r\n', the first with '\n'"),
        (WIDE + '"c\n",1,2\n1,2\n', 154, "2 fields; the header has 3"),
        (WIDE + "   \n", 152, "1 field; the header has 3"),
        ("id,ID\n1,2\n", 1, "the column name 'ID' stands twice (as 'id'; case does not tell columns apart)"),
    ],
)  # fmt: skip
def test_no_row_and_no_header_is_lost(tmp_path: Path, text: str, line: int, message: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(InputError) as caught:
        refuse_unreadable(path, "data/x.csv")
    problem = caught.value.problems[0]
    assert str(problem.location) == f"data/x.csv:{line}"
    assert problem.hint
    assert problem.message.startswith(message)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a,b\n1,2\n\n3,4\n\n\n", [(1, 2), (3, 4)]),
        ("a,b\r\n1,2\r\n3,4\r\n\r\n", [(1, 2), (3, 4)]),
        ("a,b\r1,2\r3,4", [(1, 2), (3, 4)]),
        ("\ufeffa,b\n1,2\n3,4", [(1, 2), (3, 4)]),
        ("a,b\n1,\n,4\n,\n", [(1, None), (None, 4), (None, None)]),
        ('a,b\n"1","2"\n"3","4"\n', [(1, 2), (3, 4)]),
        ('a,b\n"x, ""y""\nz",2\n"",4\n', [('x, "y"\nz', 2), (None, 4)]),
        ('"a;1,2";"b\n,"\n1;2\n3;4\n', [(1, 2), (3, 4)]),
        (" a,b \n1,2\n3,4\n", [(1, 2), (3, 4)]),
        ("a,b\n1,007\n2,true\n", [(1, "007"), (2, "true")]),
        ("a,b\n007,1.5\n001,2\n", [("007", 1.5), ("001", 2.0)]),
        ("a,b\ntrue,2024-01-02\nfalse,2024-01-03\n", [(True, "2024-01-02"), (False, "2024-01-03")]),
        ("a\n1\n2\n", [(1,), (2,)]),
        ("a\nhello; world\nhello\n", [("hello; world",), ("hello",)]),
    ],
)  # fmt: skip
def test_what_is_a_table_is_read_whole(tmp_path: Path, text: str, expected: list[tuple[object, ...]]) -> None:
    path = written(tmp_path, text)
    names = column_names(path)
    assert list(zip(*read_columns(path, names).values(), strict=True)) == expected


@pytest.mark.parametrize("seed", range(60))
def test_every_row_is_told_or_the_file_is_refused(tmp_path: Path, seed: int) -> None:
    """Against Python's own reader: regular files have all their rows, others are refused with the line."""
    chance = random.Random(seed)  # noqa: S311 - rows of a test
    width = chance.randint(2, 5)
    cells = ("1", "2.5", "x y", "", '""', '"a,b"', '"a\nb"', '"q""r"', "true")
    rows = [[chance.choice(cells) for _ in range(width)] for _ in range(chance.choice([1, 9, 300]))]
    for _ in range(chance.choice([0, 1, 200])):
        rows.insert(chance.randint(0, len(rows)), ["1"] * chance.randint(2, 6))
    text = "".join(",".join(row) + "\n" for row in [[f"c{place}" for place in range(width)], *rows])
    path = written(tmp_path, text)
    wrong = next((row for row in rows if len(row) != width), None)
    if wrong is None:
        with reading(path, "x.csv"):
            counted = open_rows(path, "x.csv").execute("SELECT count(*) FROM rows").fetchall()
        assert counted == [(len(rows),)]
        return
    line = 2 + sum(1 + "".join(row).count("\n") for row in rows[: rows.index(wrong)])
    with pytest.raises(InputError, match=rf"^x.csv:{line}: {len(wrong)} fields; the header has {width}\."):
        refuse_unreadable(path, "x.csv")


@pytest.mark.parametrize("sign", [";", "\t", "|"])
def test_a_decimal_comma_is_a_number(tmp_path: Path, sign: str) -> None:
    text = GOOD.replace(",", sign).replace(".5", ",5")
    path = written(tmp_path, text)
    assert column_types(path) == {"id": "string", "amount": "number", "region": "string"}
    assert read_columns(path, ["amount"])["amount"] == [row + 0.5 for row in range(9)]


@pytest.mark.parametrize(
    ("rows", "kind"),
    [
        (["1,234", "5,678"], "string"),  # thousands or decimals: nothing settles it
        (["1,234", "0,678"], "number"),
        (["1,234", "5,6"], "number"),
        (["1,5", "x"], "string"),
        (["1.234,5", "2,5"], "string"),
        (["1", "2,5"], "number"),
        (["1", "2"], "integer"),
    ],
)
def test_what_settles_the_decimal_sign(tmp_path: Path, rows: list[str], kind: str) -> None:
    path = written(tmp_path, "id;x\n" + "".join(f"k;{value}\n" for value in rows))
    assert column_types(path)["x"] == kind


def test_a_file_with_both_decimal_signs_is_left_as_it_is(tmp_path: Path) -> None:
    path = written(tmp_path, "a;b\n1,5;1.5\n2,5;2.5\n")
    assert column_types(path) == {"a": "string", "b": "number"}


def test_a_word_among_numbers_with_comma_makes_them_text_wherever_it_stands(tmp_path: Path) -> None:
    rows = ["k;1,5\n"] * 25_000
    for name, lines in (("late.csv", [*rows, "k;word\n"]), ("early.csv", ["k;word\n", *rows])):
        path = written(tmp_path, "id;x\n" + "".join(lines), name)
        assert set(read_columns(path, ["x"])["x"]) == {"1,5", "word"}


def test_parts_have_one_decimal_sign(tmp_path: Path) -> None:
    written(tmp_path, "id;x\nk;1,5\n", "a.csv")
    written(tmp_path, "id;x\nk;2\n", "b.csv")
    assert read_columns(tmp_path / "*.csv", ["x"])["x"] == [1.5, 2.0]
    written(tmp_path, "id;x\nk;2.5\n", "c.csv")
    assert read_columns(tmp_path / "*.csv", ["x"])["x"] == [
        "1,5",
        "2",
        "2.5",
    ]  # one sign or none, as in one file


def test_infinities_alone_are_numbers_and_no_dates(tmp_path: Path) -> None:
    path = written(tmp_path, "a,b,c,d\n" + "inf,-Infinity,2026-01-01,1\n" * 30 + "inf,-inf,infinity,inf\n")
    assert column_types(path) == {"a": "number", "b": "number", "c": "date", "d": "number"}
    assert set(read_columns(path, ["a"])["a"]) == {float("inf")}
    written(tmp_path, "a,b,c,d\n1.5,2,2026-01-01,1\n", "y.csv")
    assert column_types(tmp_path / "*.csv")["a"] == "number"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("id x y\n1 2 3\n4 5 6\n", "white space cuts the header and the lines below it into 3 fields each"),
        ("id   x  y\n 1   2  3\n", "white space cuts"),
        ("id~x\n1~2\n", "'~' cuts the header and the lines below it into 2 fields each"),
        ("id^x^y\n1^2^3\n", "'^' cuts"),
    ],
)
def test_a_delimiter_that_is_not_read_is_the_cause_that_is_told(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(InputError) as caught:
        column_types(written(tmp_path, text))
    problem = caught.value.problems[0]
    assert problem.message.startswith(f"1 column; {told}")
    assert "semicolon" in problem.hint


@pytest.mark.parametrize(
    "text", ["full name\nAnn Lee\nBo Li\n", "a text of words\nsome others\n", "id~x\n1\n", "time\n10:00\n"]
)
def test_a_single_column_may_hold_any_sign(tmp_path: Path, text: str) -> None:
    assert len(column_names(written(tmp_path, text))) == 1


def test_a_second_byte_order_mark_is_no_part_of_a_name(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="second byte order mark"):
        column_types(written(tmp_path, "\ufeff\ufeffid,x\n1,2\n"))


def test_declared_texts_are_as_they_are_written(tmp_path: Path) -> None:
    text = "id;release;price;code\n" + "".join(f"{at};1.10;{at},5;007\n" for at in range(9))
    path = written(tmp_path, text)
    assert column_types(path) == {"id": "integer", "release": "number", "price": "string", "code": "string"}
    scanner = DuckDBScanner.open(path, "x.csv", texts=frozenset({"release", "absent"}))
    assert scanner.kinds == {"id": "integer", "release": "string", "price": "number", "code": "string"}
    assert scanner.ask("SELECT DISTINCT release FROM rows") == [("1.10",)]
    other = written(tmp_path, text.replace("1.10", "1.1"), "y.csv")
    for texts, shared in ((frozenset({"release"}), 0), (frozenset[str](), 9)):
        one, two = (DuckDBScanner.open(each, each.name, texts=texts) for each in (path, other))
        assert one.shared(["id", "release"], two).distinct == shared


def test_declared_texts_may_look_otherwise_in_each_part(tmp_path: Path) -> None:
    for name, value in (("a", "1000"), ("b", "0100"), ("c", "x")):
        written(tmp_path, f"id,code\n1,{value}\n", f"{name}.csv")
    scanner = DuckDBScanner.open(tmp_path / "*.csv", "x", texts=frozenset({"code"}))
    assert scanner.ask("SELECT code FROM rows") == [("1000",), ("0100",), ("x",)]
