"""Zstandard files before DuckDB reads them, which takes half a file for a whole one: blocks are counted.

Nothing is decompressed: the format (RFC 8878) says each block's size, and how large it can become.
"""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

MAGIC = 0xFD2FB528
SKIPPABLE = range(0x184D2A50, 0x184D2A60)
BLOCK = 1 << 17  # bytes that a block can become
RLE = 1
DICTIONARY = (0, 1, 2, 4)
CONTENT = (0, 2, 4, 8)


class BrokenError(Exception):
    """Not Zstandard, or not all of it."""


def unpacked_size(path: Path) -> int:
    """How many bytes the file becomes: what its frames say, else an upper bound.

    Raises:
        BrokenError: what is wrong with it.
    """
    total, size = 0, path.stat().st_size
    with path.open("rb") as file:
        while start := file.read(4):
            magic = int.from_bytes(start, "little")
            if magic in SKIPPABLE:
                file.seek(int.from_bytes(_read(file, 4), "little"), 1)
            elif magic == MAGIC:
                total += _frame(file)
            else:
                raise BrokenError("Bytes after its end" if total else "Not a Zstandard file")
            if file.tell() > size:
                raise BrokenError("The file ends in the middle")
    if not size:
        raise BrokenError("Not a Zstandard file")
    return total


def _frame(file: IO[bytes]) -> int:
    """One frame, up to its end."""
    flags = _read(file, 1)[0]
    single, checksum = bool(flags & 32), bool(flags & 4)
    wide = CONTENT[flags >> 6] or int(single)
    _read(file, int(not single) + DICTIONARY[flags & 3])
    stated = int.from_bytes(_read(file, wide), "little") + (256 if wide == CONTENT[1] else 0)
    blocks, last = 0, False
    while not last:
        head = int.from_bytes(_read(file, 3), "little")
        last, kind = bool(head & 1), head >> 1 & 3
        file.seek(1 if kind == RLE else head >> 3, 1)
        blocks += 1
    file.seek(4 * checksum, 1)
    return stated if wide else blocks * BLOCK


def _read(file: IO[bytes], size: int) -> bytes:
    found = file.read(size)
    if len(found) < size:
        raise BrokenError("The file ends in the middle")
    return found
