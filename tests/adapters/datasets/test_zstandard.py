"""Zstandard: the whole file or none of it, and never more than belongs to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from mlops_actions.adapters.datasets import text_bytes
from mlops_actions.adapters.datasets.rows import column_types, read_columns, refuse_unreadable
from mlops_actions.adapters.datasets.zstandard import BrokenError, unpacked_size
from mlops_actions.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

TEXT = b"a,b\n" + b"".join(f"{row},text {row * 7919 % 1000}\n".encode() for row in range(40_000))


def frame(data: bytes) -> bytes:
    """One frame that says its size."""
    return bytes(pa.compress(data, codec="zstd", asbytes=True))


def streamed(tmp_path: Path, data: bytes) -> bytes:
    """A frame that does not say its size, as a stream writes it."""
    path = tmp_path / "stream.zst"
    with pa.CompressedOutputStream(str(path), "zstd") as out:
        out.write(data)
    return path.read_bytes()


def test_sizes_of_frames(tmp_path: Path) -> None:
    path = tmp_path / "x.csv.zst"
    for data in (b"", b"a\n1\n", b"x" * 300, b"x" * 70_000, TEXT):
        path.write_bytes(frame(data))
        assert unpacked_size(path) == len(data)
        path.write_bytes(frame(data) + b"\x5a\x2a\x4d\x18\x03\x00\x00\x00abc" + frame(TEXT))
        assert unpacked_size(path) == len(data) + len(TEXT)
    path.write_bytes(streamed(tmp_path, TEXT))
    assert len(TEXT) <= unpacked_size(path) <= len(TEXT) + (1 << 17)


def test_what_duckdb_reads_is_read_whole(tmp_path: Path) -> None:
    for data in (frame(TEXT), streamed(tmp_path, TEXT), frame(TEXT[:4]) + frame(TEXT[4:])):
        (tmp_path / "x.csv.zst").write_bytes(data)
        assert read_columns(tmp_path / "x.csv.zst", ["a"])["a"] == list(range(40_000))


@pytest.mark.parametrize("kept", [1, 3, 7, 500, -500, -1])
def test_half_a_file_is_no_file(tmp_path: Path, kept: int) -> None:
    for whole in (frame(TEXT), streamed(tmp_path, TEXT)):
        (tmp_path / "x.csv.zst").write_bytes(whole[:kept])
        with pytest.raises(InputError, match=r"^data/x.csv.zst: cannot be read: ") as caught:
            refuse_unreadable(tmp_path / "x.csv.zst", "data/x.csv.zst")
        assert caught.value.hint == "Compress it anew."


@pytest.mark.parametrize(
    ("data", "said"), [(b"", "Not a"), (b"a\n1\n", "Not a"), (frame(TEXT) + b"more", "Bytes after")]
)
def test_other_bytes(tmp_path: Path, data: bytes, said: str) -> None:
    (tmp_path / "x.csv.zst").write_bytes(data)
    with pytest.raises(BrokenError, match=f"^{said}"):
        unpacked_size(tmp_path / "x.csv.zst")


def test_a_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = frame(b"a\n" + b"1\n" * 3_000_000)
    (tmp_path / "x.csv.zst").write_bytes(bomb)
    refuse_unreadable(tmp_path / "x.csv.zst", "x")
    (tmp_path / "y.csv.zst").write_bytes(bomb)
    monkeypatch.setattr(text_bytes, "LEAST", 2_000_000)
    with pytest.raises(InputError, match=r"^y: [\d,]+ bytes that become more than [\d,]+; at most 200 times"):
        column_types(tmp_path / "y.csv.zst", "y")


def test_json_lines(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl.zst").write_bytes(frame(b'{"a": 1}\n' * 30_000 + b'{"a": 2, "b": 3}\n'))
    assert column_types(tmp_path / "x.jsonl.zst") == {"a": "integer", "b": "integer"}
    (tmp_path / "x.jsonl.zst").write_bytes(frame(b'{"a": 1}\n{"a": "SECRET"}\n'))
    with pytest.raises(InputError, match=r"^x.jsonl.zst:2: column 'a': a text; in line 1 it is a number"):
        column_types(tmp_path / "x.jsonl.zst")


def test_another_encoding_in_it(tmp_path: Path) -> None:
    for name, text in (("x.csv.zst", "a\nKöln\n"), ("x.jsonl.zst", '{"a": 1}\n{"a": "Köln"}\n')):
        (tmp_path / name).write_bytes(frame(text.encode("latin-1")))
        with pytest.raises(InputError, match=rf"^data/{name}:2: bytes that are not UTF-8") as caught:
            refuse_unreadable(tmp_path / name, f"data/{name}")
        assert "ln" not in str(caught.value).split()
