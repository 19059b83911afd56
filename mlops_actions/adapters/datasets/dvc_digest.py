"""A file's md5 as DVC makes it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

BLOCK = 2**20  # bytes that DVC reads at once, and in which it looks for line ends
BEGIN, TEXT, MOST_ODD = 512, bytes(range(32, 127)) + b"\n\r\t\f\b", 0.3  # of a file that is text to DVC


def dvc_md5(path: Path, *, plain: bool) -> str:
    """Hex md5.

    Args:
        path: of a file.
        plain: as DVC before 3.0 makes it: of texts without carriage returns.
    """
    with path.open("rb") as file:
        text = plain and _is_text(file.read(BEGIN))
        file.seek(0)
        if not text:
            return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
        whole = hashlib.md5(usedforsecurity=False)
        while block := file.read(BLOCK):
            whole.update(block.replace(b"\r\n", b"\n"))
        return whole.hexdigest()


def _is_text(begun: bytes) -> bool:
    return b"\0" not in begun and len(begun.translate(None, TEXT)) <= MOST_ODD * len(begun)
