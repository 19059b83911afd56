"""What DuckDB and pyarrow say of a file, in words of ours: their own text quotes cells."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import duckdb

from mlops_actions.errors import MlopsError

if TYPE_CHECKING:
    from collections.abc import Collection

# Looked for in what the engine says before it quotes anything; nothing of that is passed on.
SAID = (
    ("invalid string encoding|not valid utf-?8|invalid utf-?8|invalid unicode", "a text that is not UTF-8"),
    ("no magic bytes|footer|too small to be a parquet", "what describes its content, at its end, is damaged"),
    ("maximum recursion depth", "objects in objects, more than 128 deep"),
    ("encrypt", "it is encrypted"),
    ("allocat|out of memory", "it takes more memory than is allowed"),
    ("decompress|uncompressed size|snappy|zstd|brotli|lz4", "a compressed block of it is damaged"),
    (
        "out of buffer|truncated|unexpected end|end of file|read enough|to be able to read",
        "it ends too early",
    ),
    (
        "thrift|tprotocol|invalid data|page header|flatbuffer|metadata",
        "what describes its content is damaged",
    ),
    ("malformed json|not a json|json transform", "no JSON of the columns before it"),
    ("maximum line size|max_line_size|maximum_object_size", "a line that is too long"),
    ("unterminated quote|quoted value", "quotes that do not close"),
    (
        "expected number of columns|too many columns|missing columns",
        "another number of fields than the header",
    ),
    ("could not convert|failed to cast|conversion", "a value that is not of its column's type"),
    ("out of range|overflow", "a number that is out of range"),
    ("permission denied", "no right to read it"),
    ("no such file|no files found|could not open|cannot open", "it cannot be opened"),
    ("not implemented|unsupported|not supported", "a kind of content that is not read"),
    ("at least one", "it has no columns; at least one is needed"),
)
QUOTE = re.compile("[\"'\n]")
NAMED = re.compile(r"^[a-z ]+: failed to read parquet file '[^']*': ")  # what is wrong follows
KINDS: tuple[tuple[type[Exception], str], ...] = (
    (duckdb.ConversionException, "a value that is not of its column's type"),
    (duckdb.OutOfRangeException, "a number that is out of range"),
    (duckdb.IOException, "its bytes cannot be read to their end"),
    (duckdb.NotImplementedException, "a kind of content that is not read"),
)
OURS = (duckdb.BinderException, duckdb.CatalogException, duckdb.ParserException, duckdb.SyntaxException)
REPORT = "The file is not at fault: please report it, with the types of its columns."
DAMAGED = "its content is damaged"
LINE = re.compile(
    r"[A-Za-z ]+ Error: (?:CSV Error on Line: |Malformed JSON in file \"\", at byte \d+ in line )(\d+)"
)
CONVERTED = re.compile(r'^Error when converting column "(.*)"\. Could not convert ', re.MULTILINE)
TYPED = re.compile(r"to '([A-Z]+)'$", re.MULTILINE)
TYPES = frozenset(
    {"BIGINT", "HUGEINT", "DOUBLE", "DATE", "TIME", "TIMESTAMP", "BOOLEAN", "INTEGER", "DECIMAL"}
)


def words_for(error: Exception) -> str:
    """What is wrong, told by the kind of error and by known turns of phrase."""
    text = QUOTE.split(NAMED.sub("", str(error).lower(), count=1), maxsplit=1)[0]
    by_phrase = next((words for phrase, words in SAID if re.search(phrase, text)), "")
    by_kind = next((words for kind, words in KINDS if isinstance(error, kind)), "")
    return by_phrase or by_kind or DAMAGED


def our_own(error: Exception, shown: str) -> MlopsError | None:
    """Of a query that the engine does not take: its author is this program, so that no file is blamed.

    What a reader refuses by such an error (JSON without objects, an expression) is caught there.
    """
    if not isinstance(error, OURS):
        return None
    message = f"{shown}: DuckDB {duckdb.__version__} refuses a query over it ({type(error).__name__})"
    return MlopsError(message, hint=REPORT)


def line_in(error: Exception, paths: Collection[str]) -> int | None:
    """The line that DuckDB counts, where it begins with it; a number inside a cell is none."""
    text = str(error)
    for path in paths:
        text = text.replace(path, "")
    found = LINE.match(text)
    return int(found[1]) if found else None


def converted_in(error: Exception, columns: Collection[str]) -> tuple[str, str] | None:
    """(column, type) that a value of CSV could not become; only names that the header has."""
    text = str(error)
    column = next((name for name in CONVERTED.findall(text) if name in columns), None)
    kind = next((name for name in TYPED.findall(text) if name in TYPES), "")
    return (column, kind) if column is not None and kind else None
