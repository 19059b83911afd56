"""CSV and TSV before DuckDB reads them: encoding, header, delimiter; and the first line that does not fit."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import IO, TYPE_CHECKING, cast

import duckdb

from mlops_actions.errors import InputError, Location
from mlops_actions.results.words import count

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DELIMITERS = ",;\t|"
ANEW = "Write the file anew as CSV: one delimiter, as many fields as the header, quotes doubled in quotes."
FIXED = (
    "header = true, skip = 0, quote = '\"', escape = '\"', comment = '', strict_mode = true, "
    "null_padding = false, ignore_errors = false"
)
MARKS = {codecs.BOM_UTF32_LE: "UTF-32", codecs.BOM_UTF16_LE: "UTF-16", codecs.BOM_UTF16_BE: "UTF-16"}
CHUNK = 1 << 20
FEW = 20
LARGE = f"a field of more than {csv.field_size_limit():,} characters, or one that does not close"


@dataclass(frozen=True)
class Dialect:
    """The options of DuckDB's read_csv, and the columns that the first line names."""

    options: str = ""
    columns: tuple[str, ...] = ()


def is_delimited(path: Path) -> bool:
    """Whether the name says CSV or TSV (compressed or not)."""
    return bool({".csv", ".tsv"} & set(path.suffixes))


def dialect(path: Path, shown: str) -> Dialect:
    """Nothing is guessed: the first line is the header, and its delimiter is the file's.

    Guessing is what turns a file with one short row into a table of a single column, and skips lines.

    Raises:
        InputError: not UTF-8 (with its line), no bytes at all, a column name that is empty or stands twice.
    """
    if path.suffix != ".zst":
        _refuse_other_encodings(path, shown)
    delimiter = delimiter_of(path)
    try:
        header = next(records(path, delimiter), (1, []))[1]
    except _QuotesError as error:
        raise _quotes(error, shown) from None
    if not header:
        raise InputError(f"{shown}: no bytes, or no header", hint="Write a header and at least one row.")
    _refuse_names(header, shown)
    if len(header) == 1:
        _refuse_title(path, shown)
    return Dialect(f"{FIXED}, delim = '{delimiter}'", tuple(name.strip() for name in header))


def _refuse_names(header: list[str], shown: str) -> None:
    seen: dict[str, str] = {}
    for position, name in enumerate(map(str.strip, header), start=1):
        first = seen.setdefault(name.lower(), name)
        what = "" if name else f"column {position} has no name"
        if name and len(seen) < position:
            case = "" if first == name else f" (as {first!r}; case does not tell columns apart)"
            what = f"the column name {name!r} stands twice{case}"
        if what:
            raise InputError(what, location=Location(shown, 1), hint="Give each column a name of its own.")


def _refuse_title(path: Path, shown: str) -> None:
    """One name above rows that all have as many fields of another delimiter is a title, not a header."""
    for delimiter in DELIMITERS[1:] if ".tsv" not in path.suffixes else ",;|":
        try:
            found = [each for each in islice(records(path, delimiter), 1, FEW) if each[1]]
        except _QuotesError:
            continue
        widths = {len(fields) for _, fields in found}
        if len(found) > 1 and len(widths) == 1 and widths != {1}:
            message = f"{widths.pop()} fields (delimiter {delimiter!r}); the header has 1"
            hint = f"{ANEW} The first line is the header."
            raise InputError(message, location=Location(shown, found[0][0]), hint=hint)


def misfit(path: Path, shown: str) -> InputError | None:
    """The first record that has not as many fields as the header, or whose quotes do not close."""
    line, width = 0, 0
    try:
        for line, fields in records(path, delimiter_of(path)):
            width = width or len(fields)
            if fields and len(fields) != width:
                message = f"{count(len(fields), 'field')}; the header has {width}"
                return InputError(message, location=Location(shown, line), hint=ANEW)
    except _QuotesError as error:
        return _quotes(error, shown)
    return _other_end(path, shown)


def _other_end(path: Path, shown: str) -> InputError | None:
    """The first line that ends otherwise than the first one: DuckDB reads no such file."""
    with _lines(path) as lines:
        ends = (line[len(line.rstrip("\r\n")) :] for line in lines)
        first = next(ends, "")
        for number, end in enumerate(ends, start=2):
            if end and end[-2:] != first:
                message = f"the line ends with {end[-2:]!r}, the first with {first!r}"
                return InputError(message, location=Location(shown, number), hint=ANEW)
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


@contextmanager
def _lines(path: Path) -> Iterator[Iterator[str]]:
    """Lines with their ends, whatever ends them."""
    if path.suffix == ".zst":
        yield _unpacked(path)
        return
    with io.TextIOWrapper(_open(path), encoding="utf-8-sig", errors="replace", newline="") as file:
        yield file


def _unpacked(path: Path) -> Iterator[str]:
    """Python has no Zstandard before 3.14; DuckDB has."""
    connection = duckdb.connect(":memory:", config={"autoinstall_known_extensions": "false"})
    try:
        found = connection.execute(
            "SELECT line FROM read_csv(?, auto_detect = false, header = false, "
            "columns = {'line': 'VARCHAR'}, delim = '\x01', quote = '', escape = '', comment = '', "
            "max_line_size = 10000000)",
            [str(path)],
        )
        while rows := found.fetchmany(1000):
            yield from ((line or "") + "\n" for (line,) in rows)
    except duckdb.Error as error:
        said = str(error).splitlines()[0].split(": ")[0]
        raise InputError(f"{path.name}: cannot be read: {said}", hint="Compress it anew.") from None


def records(path: Path, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """(line a record begins on, its fields), the header and empty lines included."""
    with _lines(path) as lines:
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        while True:
            begun = reader.line_num + 1
            try:
                yield begun, next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                large = "field larger" in str(error)
                raise _QuotesError(LARGE if large else str(error), begun) from None


def delimiter_of(path: Path) -> str:
    """What splits the header into the most fields; what stands in quotes splits nothing."""
    if ".tsv" in path.suffixes:
        return "\t"
    with _lines(path) as lines:
        first = list(islice(lines, FEW))

    def width(delimiter: str) -> int:
        try:
            return len(next(csv.reader(first, delimiter=delimiter, strict=True), ()))
        except csv.Error:
            return 0

    return max(DELIMITERS, key=width)


def _refuse_other_encodings(path: Path, shown: str) -> None:
    """CSV is read as UTF-8; the first line that is not is named with the byte that was seen."""
    try:
        with _open(path) as file:
            begun = file.read(len(codecs.BOM_UTF32_LE))
            _refuse_wide(begun, shown)
            decoder = codecs.getincrementaldecoder("utf-8")()
            try:
                decoder.decode(begun)
                while chunk := file.read(CHUNK):
                    decoder.decode(chunk)
                decoder.decode(b"", final=True)
            except UnicodeDecodeError:
                file.seek(0)
                raise _not_utf8(file, shown) from None
    except (gzip.BadGzipFile, EOFError) as error:
        raise InputError(f"{shown}: cannot be read: {error}", hint="Compress it anew.") from None


def _refuse_wide(begun: bytes, shown: str) -> None:
    """Two bytes a character, told by the byte order mark or by the zero bytes of plain letters."""
    name = next((name for mark, name in MARKS.items() if begun.startswith(mark)), "")
    if name or b"\0" in begun:
        name = name or "UTF-16LE" if begun[:1] != b"\0" else "UTF-16BE"
        hint = f"Allowed: UTF-8. Convert it, for example: iconv -f {name} -t UTF-8."
        raise InputError(f"{name}, not UTF-8", location=Location(shown, 1), hint=hint)


def _not_utf8(file: IO[bytes], shown: str) -> InputError:
    for number, line in enumerate(file, start=1):
        try:
            line.decode("utf-8")
        except UnicodeDecodeError as error:
            return InputError(
                f"byte 0x{line[error.start]:02x} (byte {error.start + 1} of the line) is not UTF-8",
                location=Location(shown, number),
                hint="Allowed: UTF-8. Convert it, for example: iconv -f WINDOWS-1252 -t UTF-8.",
            )
    return InputError(f"{shown}: not UTF-8", hint="Allowed: UTF-8.")
