"""CSV and TSV before DuckDB reads them: encoding, header, delimiter; and the first line that does not fit."""

from __future__ import annotations

import csv
import gzip
from typing import IO, TYPE_CHECKING, cast

from mlops_actions.errors import InputError, Location

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DELIMITERS = ",;\t|"
ANEW = "Write the file anew as CSV: one delimiter, as many fields as the header, quotes doubled in quotes."


def is_delimited(path: Path) -> bool:
    """Whether the name says CSV or TSV (compressed or not)."""
    return bool({".csv", ".tsv"} & set(path.suffixes))


def dialect(path: Path, shown: str) -> str:
    """The options of DuckDB's read_csv: nothing is guessed but the delimiter, which the header says.

    Guessing is what turns a file with one short row into a table of a single column.

    Raises:
        InputError: not UTF-8 (with its line), no bytes at all, a column name that is empty or stands twice.
    """
    fixed = "header = true, quote = '\"', comment = '', strict_mode = true"
    if path.suffix == ".zst":
        return fixed
    _refuse_other_encodings(path, shown)
    delimiter = delimiter_of(path)
    try:
        header = next(records(path, delimiter), (1, []))[1]
    except _QuotesError as error:
        raise _quotes(error, shown) from None
    if not header:
        raise InputError(f"{shown}: no bytes, or no header", hint="Write a header and at least one row.")
    for position, name in enumerate(header, start=1):
        if not name.strip() or name in header[: position - 1]:
            what = (
                f"the column name {name!r} stands twice" if name.strip() else f"column {position} has no name"
            )
            raise InputError(what, location=Location(shown, 1), hint="Give each column a name of its own.")
    return f"{fixed}, delim = '{delimiter}'"


def misfit(path: Path, shown: str) -> InputError | None:
    """The first record that has not as many fields as the header, or whose quotes do not close."""
    if path.suffix == ".zst":
        return None
    line, width = 0, 0
    try:
        for line, fields in records(path, delimiter_of(path)):
            width = width or len(fields)
            if fields and len(fields) != width:
                message = f"{len(fields)} fields; the header has {width}"
                return InputError(message, location=Location(shown, line), hint=ANEW)
    except _QuotesError as error:
        return _quotes(error, shown)
    return None


def _quotes(error: _QuotesError, shown: str) -> InputError:
    return InputError(f"quotes: {error}", location=Location(shown, error.line), hint=ANEW)


class _QuotesError(Exception):
    """What csv says, and the line its record begins on."""

    def __init__(self, said: str, line: int) -> None:
        super().__init__(said)
        self.line = line


def _open(path: Path) -> IO[bytes]:
    return cast("IO[bytes]", gzip.open(path)) if path.suffix == ".gz" else path.open("rb")


def records(path: Path, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """(line a record begins on, its fields), the header and empty lines included."""
    with _open(path) as file:
        lines = (line.decode("utf-8-sig" if number == 0 else "utf-8") for number, line in enumerate(file))
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        while True:
            begun = reader.line_num + 1
            try:
                yield begun, next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise _QuotesError(str(error), begun) from None


def delimiter_of(path: Path) -> str:
    """A tab in a .tsv; else the sign that stands most often in the header."""
    if ".tsv" in path.suffixes:
        return "\t"
    with _open(path) as file:
        first = file.readline().decode("utf-8", errors="replace")
    return max(DELIMITERS, key=first.count)


def _refuse_other_encodings(path: Path, shown: str) -> None:
    """CSV is read as UTF-8; the first line that is not is named with the byte that was seen."""
    try:
        with _open(path) as file:
            for number, line in enumerate(file, start=1):
                try:
                    line.decode("utf-8")
                except UnicodeDecodeError as error:
                    raise InputError(
                        f"byte 0x{line[error.start]:02x} (byte {error.start + 1} of the line) is not UTF-8",
                        location=Location(shown, number),
                        hint="Allowed: UTF-8. Convert it, for example: iconv -f WINDOWS-1252 -t UTF-8.",
                    ) from None
    except (gzip.BadGzipFile, EOFError) as error:
        raise InputError(f"{shown}: cannot be read: {error}", hint="Compress it anew.") from None
