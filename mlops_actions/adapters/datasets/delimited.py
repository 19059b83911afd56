"""CSV and TSV before DuckDB reads them: header and delimiter; and the first line that does not fit."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from mlops_actions.adapters.datasets.files import NAMES, like_data
from mlops_actions.adapters.datasets.formats import DELIMITED, form_of
from mlops_actions.adapters.datasets.text_lines import RecordError, lines_of, records
from mlops_actions.errors import InputError, Location
from mlops_actions.results.words import count

if TYPE_CHECKING:
    from pathlib import Path

DELIMITERS = ",;\t|"
ANEW = "Write the file anew as CSV: one delimiter, as many fields as the header, quotes doubled in quotes."
INDEX = "pandas writes its index so: write the file with `index=False`."
ENDS = "End all lines alike; `dos2unix` does it."
FIXED = (
    "header = true, skip = 0, quote = '\"', escape = '\"', comment = '', strict_mode = true, "
    "null_padding = false, ignore_errors = false"
)
FEW = 20
OTHERS = {None: "white space", "~": "'~'", "^": "'^'", ":": "':'", "\x01": "the sign U+0001", "#": "'#'"}


@dataclass(frozen=True)
class Dialect:
    """The options of DuckDB's read_csv, and the columns that the first line names."""

    options: str = ""
    columns: tuple[str, ...] = ()


def is_delimited(path: Path) -> bool:
    """Whether the name says CSV or TSV (compressed or not)."""
    form = form_of(path)
    return form is not None and form.kind == DELIMITED


def dialect(path: Path, shown: str) -> Dialect:
    """Nothing is guessed: the first line is the header, and its delimiter is the file's.

    Guessing is what turns a file with one short row into a table of a single column, and skips lines.

    Raises:
        InputError: no bytes at all, a column name that is empty or stands twice.
    """
    try:
        delimiter = delimiter_of(path)
        header = next(records(path, delimiter), (1, []))[1]
    except RecordError as error:
        raise _no_record(error, shown) from None
    if not header:
        raise InputError(f"{shown}: no bytes, or no header", hint="Write a header and at least one row.")
    if header[0].startswith("\ufeff"):
        message = "a second byte order mark before the first column's name"
        raise InputError(message, location=Location(shown, 1), hint="Write the file with one, or with none.")
    _refuse_names(header, shown)
    if len(header) == 1:
        _refuse_title(path, shown)
        _refuse_other_delimiter(path, header[0], shown)
    return Dialect(f"{FIXED}, delim = '{delimiter}'", tuple(name.strip() for name in header))


def _refuse_names(header: list[str], shown: str) -> None:
    seen: dict[str, str] = {}
    for position, name in enumerate(map(str.strip, header), start=1):
        first = seen.setdefault(name.lower(), name)
        what = "" if name else f"column {position} has no name"
        if name and len(seen) < position:
            case = "" if first == name else f" (as {first!r}; case does not tell columns apart)"
            what = f"the column name {name!r} stands twice{case}"
            if like_data(name):
                what = f"the name of column {position} stands twice"
        if what:
            hint = NAMES if name or position > 1 else f"{NAMES} {INDEX}"
            raise InputError(what, location=Location(shown, 1), hint=hint)


def _refuse_title(path: Path, shown: str) -> None:
    """One name above rows that all have as many fields of another delimiter is a title, not a header."""
    for delimiter in DELIMITERS[1:] if not _is_tsv(path) else ",;|":
        try:
            found = [each for each in islice(records(path, delimiter), 1, FEW) if each[1]]
        except RecordError:
            continue
        widths = {len(fields) for _, fields in found}
        if len(found) > 1 and len(widths) == 1 and widths != {1}:
            message = f"{widths.pop()} fields (delimiter {delimiter!r}); the header has 1"
            hint = f"{ANEW} The first line is the header."
            raise InputError(message, location=Location(shown, found[0][0]), hint=hint)


def _refuse_other_delimiter(path: Path, header: str, shown: str) -> None:
    """One name that another sign cuts into as many parts as each line below it is no name."""
    try:
        with lines_of(path) as lines:
            below = [line for line in islice(lines, 1, FEW) if line.strip()]
    except RecordError as error:
        raise _no_record(error, shown) from None
    for sign, told in OTHERS.items():
        width = len(header.split(sign))
        least = 2 if sign else 3  # two words may well be one name above two words
        if below and width >= least and all(len(line.strip().split(sign)) == width for line in below):
            message = f"1 column; {told} cuts the header and the lines below it into {width} fields each"
            hint = "Delimiters that are read: comma, semicolon, tab and |. Write the file with one of them."
            raise InputError(message, location=Location(shown, 1), hint=hint)


def misfit(path: Path, shown: str) -> InputError | None:
    """The first record that has not as many fields as the header, or whose quotes do not close."""
    line, width = 0, 0
    try:
        for line, fields in records(path, delimiter_of(path)):
            width = width or len(fields)
            if fields and len(fields) != width:
                message = f"{count(len(fields), 'field')}; the header has {width}"
                return InputError(message, location=Location(shown, line), hint=ANEW)
    except RecordError as error:
        return _no_record(error, shown)
    return _other_end(path, shown)


def _other_end(path: Path, shown: str) -> InputError | None:
    """The first line that ends otherwise than the first one.

    DuckDB reads such a file only without its strict mode, which lets broken quotes pass, and single carriage
    returns make wrong values of it.
    """
    with lines_of(path) as lines:
        ends = (line[len(line.rstrip("\r\n")) :] for line in lines)
        first = next(ends, "")
        for number, end in enumerate(ends, start=2):
            if end and end[-2:] != first:
                message = f"the line ends with {end[-2:]!r}, the first with {first!r}"
                return InputError(message, location=Location(shown, number), hint=ENDS)
    return None


def _no_record(error: RecordError, shown: str) -> InputError:
    return InputError(str(error), location=Location(shown, error.line), hint=ANEW)


def _is_tsv(path: Path) -> bool:
    form = form_of(path)
    return form is not None and form.suffix == ".tsv"


def delimiter_of(path: Path) -> str:
    """What splits the header into the most fields; what stands in quotes splits nothing."""
    if _is_tsv(path):
        return "\t"
    with lines_of(path) as lines:
        first = list(islice(lines, FEW))

    def width(delimiter: str) -> int:
        try:
            return len(next(csv.reader(first, delimiter=delimiter, strict=True), ()))
        except csv.Error:
            return 0

    return max(DELIMITERS, key=width)
