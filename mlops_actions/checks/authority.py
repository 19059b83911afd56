"""Who allowed the use of a source: a file of the repository, or a person or a ticket in words. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

ENDINGS = frozenset((
    ".adoc", ".asc", ".csv", ".doc", ".docx", ".eml", ".htm", ".html", ".jpeg", ".jpg", ".json", ".md",
    ".msg", ".odt", ".p7s", ".pdf", ".png", ".rst", ".sig", ".tif", ".tiff", ".txt", ".yaml", ".yml",
))  # fmt: skip


@dataclass(frozen=True)
class Letter:
    """A file that says so: bytes that are no blanks, and its sha256."""

    said: int
    sha256: str


def names_file(authorised_by: str) -> bool:
    """Whether it is meant as a file: it ends as documents do, or is one word with a slash.

    Addresses (https://..., a mailbox) are words.
    """
    text = authorised_by.strip()
    if "://" in text or "@" in text:
        return False
    return PurePosixPath(text).suffix.lower() in ENDINGS or ("/" in text and len(text.split()) == 1)
