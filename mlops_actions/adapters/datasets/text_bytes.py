"""The bytes of text files: unpacked, whole, no more than belongs to them, and in which encoding."""

from __future__ import annotations

import codecs
import gzip
import zlib
from contextlib import contextmanager
from functools import lru_cache
from typing import IO, TYPE_CHECKING, cast

from mlops_actions.adapters.datasets.formats import form_of
from mlops_actions.adapters.datasets.likely_encoding import likely_encoding
from mlops_actions.adapters.datasets.zstandard import BrokenError, unpacked_size
from mlops_actions.errors import InputError, Location

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CHUNK = 1 << 20
RATIO = 200  # bytes that one packed byte may become, in files of more than LEAST
LEAST = 1 << 30
MARKS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
    (codecs.BOM_UTF8, "UTF-8-SIG"),
)
# The zero bytes of plain letters, where no mark says it: which of the first four bytes are zero.
TELLTALES: dict[tuple[bool, ...], str] = {
    (False, True, True, True): "UTF-32LE",
    (True, True, True, False): "UTF-32BE",
    (False, True, False, True): "UTF-16LE",
    (True, False, True, False): "UTF-16BE",
    (False, True, False, False): "UTF-16LE",
    (True, False, False, False): "UTF-16BE",
}
ANEW = "Compress it anew."
UNREADABLE = "Allowed: UTF-8, UTF-16 and UTF-32."


def opened(path: Path) -> IO[bytes]:
    """The file's bytes, unpacked when it is gzip."""
    form = form_of(path)
    if form is not None and form.packed == "gzip":
        return cast("IO[bytes]", gzip.open(path))
    return path.open("rb")


@contextmanager
def unpacking(shown: str) -> Iterator[None]:
    """What gzip says becomes an InputError."""
    try:
        yield
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        damaged = "Not a gzipped file" if str(error).startswith("Not a gzipped") else "its content is damaged"
        said = "the file ends in the middle" if isinstance(error, EOFError) else damaged
        raise InputError(f"{shown}: cannot be read: {said}", hint=ANEW) from None


def encoding_of(path: Path, shown: str) -> str:
    """UTF-8, UTF-8-SIG, or UTF-16 or UTF-32 by its mark or by the zero bytes of plain letters."""
    form = form_of(path)
    if form is not None and form.packed == "zstd":
        return "UTF-8"
    with unpacking(shown), opened(path) as file:
        begun = file.read(4)
    marked = next((name for mark, name in MARKS if begun.startswith(mark)), "")
    return marked or TELLTALES.get(tuple(byte == 0 for byte in begun), "UTF-8")


def refuse_bad_bytes(path: Path, shown: str, encoding: str) -> None:
    """Read to the end: whole, not blown up, and in its encoding. Once for each state of a file.

    Raises:
        InputError: with the line and the byte that does not belong.
    """
    about = path.stat()
    _check(path, shown, encoding, (about.st_size, about.st_mtime_ns, about.st_ino))


@lru_cache(maxsize=4096)
def _check(path: Path, shown: str, encoding: str, state: tuple[int, int, int]) -> None:
    form = form_of(path)
    most = max(LEAST, state[0] * RATIO) if form is not None and form.packed != "uncompressed" else None
    if form is not None and form.packed == "zstd":
        try:
            _refuse_more(unpacked_size(path), most, state[0], shown)
        except BrokenError as error:
            raise InputError(f"{shown}: cannot be read: {error}", hint=ANEW) from None
        return
    with unpacking(shown), opened(path) as file:
        _read_through(file, encoding, shown, most, state[0])


def _refuse_more(size: int, most: int | None, packed: int, shown: str) -> None:
    if most is not None and size > most:
        message = f"{shown}: {packed:,} bytes that become more than {most:,}; at most {RATIO} times as many"
        raise InputError(f"{message} are unpacked", hint="Compress it anew, or write it as Parquet.")


def _read_through(file: IO[bytes], encoding: str, shown: str, most: int | None, packed: int) -> None:
    """UTF-8 is decoded here; other encodings when they are written anew."""
    size, lines, column, rest = 0, 0, 0, b""
    utf8 = encoding.startswith("UTF-8")
    while chunk := file.read(CHUNK):
        size += len(chunk)
        _refuse_more(size, most, packed, shown)
        if not utf8:
            continue
        data = rest + chunk
        try:
            done = len(data) if data.isascii() else codecs.utf_8_decode(data, "strict", False)[1]  # noqa: FBT003 - positional only
        except UnicodeDecodeError as error:
            raise _not_utf8(data, error.start, lines, column, shown) from None
        ends = data.count(b"\n", 0, done)
        lines += ends
        column = done - data.rfind(b"\n", 0, done) - 1 if ends else column + done
        rest = data[done:]
    if rest:
        raise _not_utf8(rest, 0, lines, column, shown)


def _not_utf8(data: bytes, at: int, lines: int, column: int, shown: str) -> InputError:
    line = lines + data.count(b"\n", 0, at) + 1
    begun = data.rfind(b"\n", 0, at)
    place = at - begun if begun >= 0 else column + at + 1
    likely = likely_encoding(data[max(0, at - 500) : at + 4000])
    probably = f"; probably {likely}" if likely else ""
    convert = f"iconv -f {likely or '<its encoding>'} -t UTF-8"
    return InputError(
        f"byte 0x{data[at]:02x} (byte {place:,} of the line) is not UTF-8{probably}",
        location=Location(shown, line),
        hint=f"{UNREADABLE} Convert it, for example: {convert}.",
    )


def _written(target: Path) -> IO[bytes]:
    form = form_of(target)
    if form is not None and form.packed == "gzip":
        return cast("IO[bytes]", gzip.open(target, "wb", compresslevel=1))
    return target.open("wb")


def written_as_utf8(path: Path, target: Path, encoding: str, shown: str) -> None:
    """Write the text anew as UTF-8 without a mark, a chunk at a time, packed as the target's name says.

    Raises:
        InputError: bytes that are none of this encoding, with their line; no room.
    """
    decoder = codecs.getincrementaldecoder(encoding)()
    lines = 0
    try:
        with unpacking(shown), opened(path) as file, _written(target) as out:
            while chunk := file.read(CHUNK):
                text = decoder.decode(chunk)
                lines += text.count("\n")
                out.write(text.encode())
            out.write(decoder.decode(b"", final=True).encode())
    except UnicodeError as error:
        reason = getattr(error, "reason", str(error))
        message = f"after line {lines:,}: bytes that are not {encoding.removesuffix('-SIG')} ({reason})"
        raise InputError(message, location=Location(shown), hint="Write it anew as UTF-8.") from None
    except OSError as error:
        message = f"{shown}: cannot be written anew as UTF-8 ({error.strerror})"
        raise InputError(message, hint="Make room for temporary files, or write it as UTF-8.") from None
