"""What kind of data file a name says: Parquet, CSV, JSON Lines or Arrow, and how it is compressed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import PurePath

PARQUET, DELIMITED, JSON, ARROW = "parquet", "delimited", "json", "arrow"
KINDS = {
    ".parquet": PARQUET,
    ".csv": DELIMITED,
    ".tsv": DELIMITED,
    ".jsonl": JSON,
    ".ndjson": JSON,
    ".arrow": ARROW,
    ".feather": ARROW,
}
TEXTS = frozenset({DELIMITED, JSON})
PACKED = {".gz": "gzip", ".zst": "zstd"}
ALLOWED = f"{', '.join(KINDS)}; the text ones also as {', '.join(PACKED)}"


@dataclass(frozen=True)
class Form:
    """A kind of file; `suffix` is the one that says it, `packed` uncompressed, gzip or zstd."""

    kind: str
    suffix: str
    packed: str = "uncompressed"

    @property
    def is_text(self) -> bool:
        """CSV, TSV and JSON Lines."""
        return self.kind in TEXTS

    def __str__(self) -> str:
        return self.suffix + next((end for end, name in PACKED.items() if name == self.packed), "")


def form_of(path: PurePath) -> Form | None:
    """By the name's last endings, in any case; None for a name that says no kind we read."""
    endings = [each.lower() for each in path.suffixes]
    packed = PACKED.get(endings[-1], "uncompressed") if endings else "uncompressed"
    if packed != "uncompressed":
        endings.pop()
    kind = KINDS.get(endings[-1]) if endings else None
    if kind is None or (packed != "uncompressed" and kind not in TEXTS):
        return None
    return Form(kind, endings[-1], packed)
