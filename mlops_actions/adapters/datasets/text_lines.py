"""The lines of text files, whatever encodes, compresses and ends them; and the records of CSV."""

from __future__ import annotations

import csv
import io
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

import duckdb

from mlops_actions.adapters.datasets.engine_words import line_in, words_for
from mlops_actions.adapters.datasets.files import escaped
from mlops_actions.adapters.datasets.formats import form_of
from mlops_actions.adapters.datasets.text_bytes import encoding_of, opened, unpacking
from mlops_actions.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MOST = 2_000_000  # characters of a line or a field, as DuckDB reads them
LARGE = f"a field of more than {MOST:,} characters, or one that does not close"
UNICODE = "bytes that are not UTF-8; other encodings are read unpacked or as gzip"
csv.field_size_limit(max(csv.field_size_limit(), MOST))


class RecordError(Exception):
    """What does not let a record be read, and the line it begins on."""

    def __init__(self, said: str, line: int) -> None:
        super().__init__(said)
        self.line = line


@contextmanager
def lines_of(path: Path, most: int = MOST) -> Iterator[Iterator[str]]:
    """Lines with their ends.

    Raises:
        RecordError: while they are read: one is longer than `most` characters.
        InputError: not gzip or Zstandard, or not all of it.
    """
    form = form_of(path)
    if form is not None and form.packed == "zstd":
        yield _unpacked(path, most)
        return
    encoding = encoding_of(path, path.name)
    name = "utf-8-sig" if encoding.startswith("UTF-8") else encoding
    with (
        unpacking(path.name),
        io.TextIOWrapper(opened(path), encoding=name, errors="replace", newline="") as file,
    ):
        yield _bounded(file, most)


def _bounded(file: io.TextIOWrapper, most: int) -> Iterator[str]:
    """A line is never held that is longer than can be read."""
    number = 0
    while line := file.readline(most + 1):
        number += 1
        if len(line) > most:
            raise RecordError(_long(most), number)
        yield line


def _long(most: int) -> str:
    return f"a line of more than {most:,} characters; that many are read"


def _unpacked(path: Path, most: int) -> Iterator[str]:
    """Python has no Zstandard before 3.14; DuckDB has."""
    connection = duckdb.connect(":memory:", config={"autoinstall_known_extensions": "false"})
    try:
        found = connection.execute(
            "SELECT line FROM read_csv(?, auto_detect = false, header = false, "
            "columns = {'line': 'VARCHAR'}, delim = '\x01', quote = '', escape = '', comment = '', "
            f"compression = 'zstd', hive_partitioning = false, max_line_size = {max(most, 10_000_000)})",
            [escaped(path)],
        )
        while rows := found.fetchmany(1000):
            yield from ((line or "") + "\n" for (line,) in rows)
    except duckdb.Error as error:
        line = line_in(error, (str(path),))
        if line is not None:
            unicode = re.search(r"^Invalid unicode", str(error), re.MULTILINE)
            raise RecordError(UNICODE if unicode else _long(most), line) from None
        said = words_for(error)
        raise InputError(f"{path.name}: cannot be read: {said}", hint="Compress it anew.") from None


def records(path: Path, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """(line a record begins on, its fields), the header and empty lines included.

    Raises:
        RecordError: while they are read: quotes that do not close, a line or a field that is too long.
    """
    with lines_of(path) as lines:
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        while True:
            begun = reader.line_num + 1
            try:
                yield begun, next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                large = "field larger" in str(error)
                raise RecordError(f"quotes: {LARGE if large else error}", begun) from None
