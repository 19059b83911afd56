"""Texts in any Unicode, packed or not: read, or told with the line and the byte."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

import pytest

from mlops_actions.adapters.datasets import text_bytes
from mlops_actions.adapters.datasets.connections import connected, folder_of
from mlops_actions.adapters.datasets.likely_encoding import likely_encoding
from mlops_actions.adapters.datasets.opening import open_rows
from mlops_actions.adapters.datasets.rows import column_types, read_columns, refuse_unreadable
from mlops_actions.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

TABLE = 'id,town\n1,Köln\n2,"Łódź\nline"\n3,東京\n4,😀\n'
TOWNS = ["Köln", "Łódź\nline", "東京", "😀"]
ROWS = {"id": [1, 2, 3, 4], "town": TOWNS}
OBJECTS = "".join(
    json.dumps({"id": at, "town": town}, ensure_ascii=False) + "\n" for at, town in enumerate(TOWNS, start=1)
)
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be")


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("name", ["x.csv", "x.csv.gz", "x.jsonl", "x.jsonl.gz"])
def test_every_unicode_is_read(tmp_path: Path, encoding: str, name: str) -> None:
    data = (TABLE if "csv" in name else OBJECTS).encode(encoding)
    path = tmp_path / name
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    assert read_columns(path, ["id", "town"]) == ROWS


@pytest.mark.parametrize("mark", [b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff", b"\xff\xfe", b"\xfe\xff"])
def test_byte_order_marks(tmp_path: Path, mark: bytes) -> None:
    encoding = {4: "utf-32", 2: "utf-16"}[len(mark)] + ("-le" if mark[0] == 0xFF else "-be")
    (tmp_path / "x.csv").write_bytes(mark + TABLE.encode(encoding))
    assert read_columns(tmp_path / "x.csv", ["id", "town"]) == ROWS


def test_lines_are_counted_in_what_was_written(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes("a,b\n1,2\n1,2,3\n".encode("utf-16"))
    with pytest.raises(InputError, match=r"^data/x.csv:3: 3 fields; the header has 2"):
        refuse_unreadable(path, "data/x.csv")
    path.write_bytes(("a,b\n" + "1,2\n" * 30_000 + "SECRET\n").encode("utf-16"))
    with pytest.raises(InputError, match=r"^data/x.csv:30002: 1 field; the header has 2") as caught:
        refuse_unreadable(path, "data/x.csv")
    assert "SECRET" not in str(caught.value)
    assert "mlops-actions-data" not in str(caught.value)


def test_the_copy_goes_with_the_connection(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_bytes(TABLE.encode("utf-16"))
    connection = open_rows(tmp_path / "x.csv", "x.csv", scratch=tmp_path / "scratch")
    folder = folder_of(connection)
    assert folder.is_relative_to(tmp_path / "scratch")
    assert [path.name for path in folder.rglob("*.csv")] == ["rows.csv"]
    assert connection.execute("SELECT count(*) FROM rows").fetchall() == [(4,)]
    del connection
    assert not folder.exists()


def test_half_a_character_of_utf_16(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_bytes("a\n1\n".encode("utf-16") + b"\x00\xd8")
    with pytest.raises(InputError, match=r"^x.csv: after line \d: bytes that are not UTF-16 \(") as caught:
        column_types(tmp_path / "x.csv")
    assert caught.value.hint == "Write it anew as UTF-8."


@pytest.mark.parametrize(
    ("encoding", "town", "likely"),
    [
        ("windows-1252", "Köln", "WINDOWS-1252"),
        ("latin-1", "Málaga", "WINDOWS-1252"),
        ("windows-1251", "Нижний Новгород", "WINDOWS-1251"),
        ("koi8-r", "Нижний Новгород", "KOI8-R"),
        ("shift_jis", "とうきょう", "SHIFT_JIS"),
        ("gb18030", "北京", "GB18030"),
    ],
)
@pytest.mark.parametrize("name", ["x.csv", "x.csv.gz", "x.jsonl"])
def test_other_encodings_are_told_with_a_guess(
    tmp_path: Path, encoding: str, town: str, likely: str, name: str
) -> None:
    line = json.dumps({"id": 1, "town": town}, ensure_ascii=False) if "json" in name else f"1,{town}"
    text = ("" if "json" in name else "id,town\n") + f"{line}\n"
    data = text.encode(encoding)
    (tmp_path / name).write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    with pytest.raises(InputError) as caught:
        column_types(tmp_path / name, f"data/{name}")
    at = next(place for place, byte in enumerate(line.encode(encoding)) if byte > 0x7F)
    problem = caught.value.problems[0]
    assert str(problem.location) == f"data/{name}:{text.count(chr(10))}"
    assert problem.message.startswith(
        f"byte 0x{line.encode(encoding)[at]:02x} (byte {at + 1} of the line) is not"
    )
    if likely != "GB18030":
        assert f"iconv -f {likely} -t UTF-8" in problem.hint
    assert town not in str(problem)


@pytest.mark.parametrize(
    ("text", "encoding", "likely"),
    [
        ("城市,北京,上海,广州,深圳", "gbk", "GB18030"),
        ("张伟\n王芳\n李娜\n刘洋\n陈静", "gbk", "GB18030"),
        ("東京都渋谷区のデータです", "shift_jis", "SHIFT_JIS"),
        ("東京都渋谷区のデータです", "euc-jp", "EUC-JP"),
        ("서울특별시 강남구 데이터 분석", "euc-kr", "EUC-KR"),
        ("Нижний Новгород и Москва", "cp1251", "WINDOWS-1251"),
        ("НИЖНИЙ НОВГОРОД", "koi8-r", "KOI8-R"),
        ("Нижний Новгород и Москва", "cp866", ""),
        ("Нижний Новгород и Москва", "iso8859-5", ""),
        ("Αθήνα και Θεσσαλονίκη", "cp1253", ""),
        ("ירושלים ותל אביב", "cp1255", ""),
        ("القاهرة مدينة كبيرة", "cp1256", ""),
        ("กรุงเทพมหานคร", "cp874", ""),
        ("台北市信義區的資料", "big5", ""),
    ],
)
def test_an_encoding_is_named_only_where_the_text_speaks_for_it(
    tmp_path: Path, text: str, encoding: str, likely: str
) -> None:
    assert likely_encoding(text.encode(encoding)) == likely
    (tmp_path / "x.csv").write_bytes(f"a,b\n{text},1\n".encode(encoding))
    with pytest.raises(InputError) as caught:
        column_types(tmp_path / "x.csv")
    assert f"iconv -f {likely or '<its encoding>'} -t UTF-8" in str(caught.value)
    assert ("probably" in str(caught.value)) is bool(likely)


@pytest.mark.parametrize("chunk", [1, 3, 7, 1 << 20])
@pytest.mark.parametrize("bad", [b"\xff", b"\xe4", b"\xe6\x9d", b"\xf0\x9f\x98"])
def test_line_and_byte_hold_at_every_border_of_chunks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int, bad: bytes
) -> None:
    monkeypatch.setattr(text_bytes, "CHUNK", chunk)
    for tail in (b"", b"\n", b"x\n9,z\n"):
        path = tmp_path / f"{len(tail)}.csv"
        path.write_bytes("a,b\n1,東京\n2,é".encode() + bad + tail)
        with pytest.raises(InputError) as caught:
            column_types(path)
        assert str(caught.value.location) == f"{path.name}:3"
        assert f"byte 0x{bad[0]:02x} (byte 5 of the line)" in caught.value.message


@pytest.mark.parametrize("name", ["x.csv.gz", "x.jsonl.gz"])
def test_half_a_gzip_file_is_no_file(tmp_path: Path, name: str) -> None:
    line = b'{"a": 1}\n' if "json" in name else b"a\n1\n"
    whole = gzip.compress(line * 50_000)
    for size in (len(whole) - 1, len(whole) - 9, len(whole) // 2):
        (tmp_path / name).write_bytes(whole[:size])
        with pytest.raises(InputError, match=rf"^data/{name}: cannot be read: the file ends in the middle"):
            refuse_unreadable(tmp_path / name, f"data/{name}")
    (tmp_path / name).write_bytes(whole[:200] + bytes(40) + whole[240:])
    with pytest.raises(InputError, match=rf"^data/{name}: cannot be read: "):
        refuse_unreadable(tmp_path / name, f"data/{name}")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("x.csv.gz", b"", "x.csv.gz: no bytes, or no header"),
        ("x.csv.gz", gzip.compress(b"", mtime=0), "x.csv.gz: no bytes, or no header"),
        ("x.jsonl.gz", gzip.compress(b"", mtime=0), "x.jsonl.gz: 0 rows, or 0 columns"),
        ("x.jsonl", b"", "x.jsonl: 0 rows, or 0 columns"),
        ("x.csv.gz", b"a\n1\n", "x.csv.gz: cannot be read: Not a gzipped file"),
    ],
)
def test_nothing_packed(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError) as caught:
        refuse_unreadable(tmp_path / name, name)
    assert caught.value.message.startswith(message)
    assert caught.value.hint


@pytest.mark.parametrize("name", ["x.csv.gz", "x.jsonl.gz"])
def test_a_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    line = b'{"a": 1}\n' if "json" in name else b"1\n"
    (tmp_path / name).write_bytes(gzip.compress(b"a\n" * ("csv" in name) + line * 3_000_000))
    monkeypatch.setattr(text_bytes, "LEAST", 2_000_000)
    with pytest.raises(InputError, match=r"bytes that become more than [\d,]+; at most 200 times") as caught:
        refuse_unreadable(tmp_path / name, name)
    assert caught.value.message.startswith(f"{name}: ")
    monkeypatch.undo()
    refuse_unreadable(tmp_path / name, name)


def test_no_room_for_the_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x.csv").write_bytes(TABLE.encode("utf-16"))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(text_bytes, "_written", full)
    with pytest.raises(
        InputError, match=r"^x.csv: cannot be written anew as UTF-8 \(No space left on device\)"
    ):
        open_rows(tmp_path / "x.csv", "x.csv", connected(tmp_path))
