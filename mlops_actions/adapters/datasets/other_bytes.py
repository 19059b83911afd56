"""What a file that is named as text is instead, by the bytes that it begins with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.adapters.datasets.formats import form_of
from mlops_actions.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

UNPACK = "Unpack it, or name it {name}{ending}."
NAME = "Name it {stem}{ending}."
EXPORT = "Write the table as CSV or Parquet."
# (first bytes, what they are, hint, ending); none of them is the beginning of a text.
KINDS = (
    (b"\x1f\x8b", "gzip", UNPACK, ".gz"),
    (b"\x28\xb5\x2f\xfd", "Zstandard", UNPACK, ".zst"),
    (b"BZh91AY&SY", "bzip2", "Unpack it.", ""),
    (b"\xfd7zXZ\x00", "xz", "Unpack it.", ""),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", "Unpack it.", ""),
    (b"PK\x03\x04", "a zip archive", "Unpack it.", ""),
    (b"PAR1\x15", "Parquet", NAME, ".parquet"),
    (b"ARROW1\x00", "Arrow", NAME, ".arrow"),
    (b"\xff\xff\xff\xff", "a stream of Arrow, or no text", NAME, ".arrow"),
    (b"\xd0\xcf\x11\xe0", "an old workbook of Excel", EXPORT, ""),
    (b"SQLite format 3\x00", "a database of SQLite", EXPORT, ""),
    (b"\x89HDF", "HDF5", EXPORT, ""),
    (b"\x80\x04\x95", "a pickle of Python", EXPORT, ""),
    (b"\x93NUMPY", "an array of NumPy", EXPORT, ""),
)
WORKBOOK = (b"[Content_Types].xml", b"xl/")
FIRST = 4_096  # bytes


def refuse_other_bytes_than_text(path: Path, shown: str) -> None:
    """A file that its name calls text, not compressed.

    Raises:
        InputError: it begins as no text does; what it is, and a name under which it is read.
    """
    form = form_of(path)
    if form is None or not form.is_text or form.packed != "uncompressed":
        return
    with path.open("rb") as file:
        first = file.read(FIRST)
    for begun, what, hint, ending in KINDS:
        if first.startswith(begun):
            if what == "a zip archive" and any(name in first for name in WORKBOOK):
                what, hint = "a workbook of Excel (.xlsx)", EXPORT  # noqa: PLW2901
            message = f"{shown}: cannot be read: its bytes are {what}, no {form.suffix} text"
            told = hint.format(name=path.name, stem=path.name[: -len(form.suffix)], ending=ending)
            raise InputError(message, hint=told)
